import { peer } from "../peers.ts";
import { closeSocket, openSocket, serveSockets } from "../sockets.ts";
import { type Caller, newProvider, type Subject } from "../subject.ts";

export const capnweb: Subject = {
  async serve() {
    const { newWebSocketRpcSession, RpcTarget } = await peer("capnweb");
    return await serveSockets((socket) => {
      const provider = newProvider({ plus: (x, y) => client.plus(x, y) });
      const client: Caller = newWebSocketRpcSession(socket, targetOf(RpcTarget, provider));
    });
  },
  clients: {
    "capnweb": async (port) => {
      const { newWebSocketRpcSession, RpcTarget } = await peer("capnweb");
      const socket = await openSocket(port);
      const target = targetOf(RpcTarget, { plus: (x: number, y: number) => x + y });
      const stub = newWebSocketRpcSession(socket, target);
      return {
        plus: async (x, y) => await stub.plus(x, y),
        echo: async (value) => await stub.echo(value),
        back: async (count) => await stub.back(count),
        bytes: async (value) => await stub.echo(value),
        close: () => closeSocket(socket),
      };
    },
  },
};

/** Only methods of a class can be called: these are put on the prototype of one. */
function targetOf(RpcTarget: new () => object, functions: object): object {
  class Target extends RpcTarget {}
  Object.assign(Target.prototype, functions);
  return new Target();
}
