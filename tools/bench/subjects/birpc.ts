import { type Package, peer } from "../peers.ts";
import { closeSocket, openSocket, serveSockets } from "../sockets.ts";
import { type Caller, CLIENT, newProvider, type Subject } from "../subject.ts";

export const birpc: Subject = {
  async serve() {
    const { createBirpc } = await peer("birpc");
    return await serveSockets((socket) => {
      const provider = newProvider({ plus: (x, y) => client.plus(x, y) });
      const client: Caller = createBirpc(provider, channelOf(socket));
    });
  },
  clients: {
    "birpc": async (port) => {
      const { createBirpc } = await peer("birpc");
      const socket = await openSocket(port);
      const driver = createBirpc(CLIENT, channelOf(socket));
      return {
        plus: (x, y) => driver.plus(x, y),
        echo: (value) => driver.echo(value),
        back: (count) => driver.back(count),
        close: () => closeSocket(socket),
      };
    },
  },
};

function channelOf(socket: Package): object {
  return {
    post: (data: string) => socket.send(data),
    on: (listener: (data: string) => void) => {
      socket.onmessage = ({ data }: { data: string }) => listener(data);
    },
    serialize: JSON.stringify,
    deserialize: JSON.parse,
  };
}
