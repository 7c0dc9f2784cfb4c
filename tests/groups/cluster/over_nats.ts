import { natsBus } from "../../../mod.ts";
import { testGroups } from "../contract.ts";
import { natsConnection, NatsServer } from "./nats.ts";

let worlds = 0;

testGroups({
  name: "natsBus()",
  isLossy: false,
  make() {
    const prefix = `world-${worlds++}`;
    const stack = new AsyncDisposableStack();
    const server = NatsServer.start().then((one) => stack.use(one));
    return {
      async bus() {
        const connection = await natsConnection((await server).url);
        stack.defer(() => connection.close());
        return natsBus(connection, { prefix });
      },
      stop: () => stack.disposeAsync(),
    };
  },
});
