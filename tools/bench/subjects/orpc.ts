import { type Package, peer } from "../peers.ts";
import { closeSocket, openSocket, serveSockets } from "../sockets.ts";
import { newProvider, NO_CALLER, type Subject } from "../subject.ts";

/** One direction alone. A procedure takes one input. */
export const orpc: Subject = {
  async serve() {
    const { os } = await peer("@orpc/server");
    const { RPCHandler } = await peer("@orpc/server", "/websocket");
    const { plus, echo } = newProvider(NO_CALLER);
    const handler = new RPCHandler({
      plus: os.handler(({ input: [x, y] }: { input: [number, number] }) => plus(x, y)),
      echo: os.handler(({ input }: { input: unknown }) => echo(input)),
    });
    return await serveSockets((socket) => handler.upgrade(socket, { context: {} }));
  },
  clients: {
    "@orpc": async (port) => {
      const { createORPCClient } = await peer("@orpc/client");
      const { RPCLink } = await peer("@orpc/client", "/websocket");
      const websocket = await openSocket(port);
      const driver: Package = createORPCClient(new RPCLink({ websocket }));
      return {
        plus: (x, y) => driver.plus([x, y]),
        echo: (value) => driver.echo(value),
        close: () => closeSocket(websocket),
      };
    },
  },
};
