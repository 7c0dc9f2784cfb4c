import { peer } from "../peers.ts";
import { newProvider, NO_CALLER, type Subject } from "../subject.ts";

/** Its server notifies its clients and can't call them. */
export const rpcWebsockets: Subject = {
  async serve() {
    const { Server } = await peer("rpc-websockets");
    const server = new Server({ port: 0, host: "127.0.0.1" });
    const { plus, echo } = newProvider(NO_CALLER);
    server.register("plus", ([x, y]: [number, number]) => plus(x, y));
    server.register("echo", ([value]: [unknown]) => echo(value));
    await new Promise((resolve) => server.on("listening", resolve));
    return server.wss.address().port;
  },
  clients: {
    "rpc-websockets": async (port) => {
      const { Client } = await peer("rpc-websockets");
      const client = new Client(`ws://127.0.0.1:${port}`, { reconnect: false });
      await new Promise((resolve) => client.on("open", resolve));
      return {
        plus: (x, y) => client.call("plus", [x, y]),
        echo: (value) => client.call("echo", [value]),
        close: () =>
          new Promise((resolve) => {
            client.on("close", () => resolve());
            client.close();
          }),
      };
    },
  },
};
