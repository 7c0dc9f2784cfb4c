import { type Package, peer } from "../peers.ts";
import { serveSockets } from "../sockets.ts";
import { CLIENT, newProvider, type Subject } from "../subject.ts";

const OPTIONS = { serialization: { version: "json" } };

export const kkrpc: Subject = {
  async serve() {
    const { RPCChannel, WebSocketServerIO } = await peer("kkrpc");
    return await serveSockets((socket) => {
      const provider = newProvider({ plus: (x, y) => channel.getAPI().plus(x, y) });
      const io = new WebSocketServerIO(socket);
      const channel: Package = new RPCChannel(io, { expose: provider, ...OPTIONS });
    });
  },
  clients: {
    "kkrpc": async (port) => {
      const { RPCChannel, WebSocketClientIO } = await peer("kkrpc");
      const io = new WebSocketClientIO({ url: `ws://127.0.0.1:${port}` });
      const channel = new RPCChannel(io, { expose: CLIENT, ...OPTIONS });
      const driver: Package = channel.getAPI();
      return {
        plus: (x, y) => driver.plus(x, y),
        echo: (value) => driver.echo(value),
        back: (count) => driver.back(count),
        close: () => {
          io.destroy();
          return Promise.resolve(); // it does not tell when it is closed
        },
      };
    },
  },
};
