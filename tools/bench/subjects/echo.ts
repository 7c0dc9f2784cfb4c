/** The hand-written floors: JSON, one message a frame or those of a turn in one. */
import { callInBatches } from "../batches.ts";
import { callEcho, type Functions } from "../echo.ts";
import { closeSocket, openSocket, serveSockets } from "../sockets.ts";
import { CLIENT, type Client, newProvider, type Subject } from "../subject.ts";

/** A greeting and its answer, for those whose peers have a handshake. */
const HELLO = '{"header":null}';
const WELCOME = "1";

export const echo: Subject = {
  serve: () =>
    serveSockets((socket) => {
      const provider = newProvider({ plus: (x, y) => call("plus", x, y) });
      let call = callEcho(socket, provider as unknown as Functions);
      const onCall = socket.onmessage;
      socket.onmessage = (event: { data: unknown }) => {
        if (typeof event.data !== "string") return socket.send(event.data);
        if (event.data === HELLO) return socket.send(WELCOME);
        if (!event.data.startsWith("[")) return onCall(event);
        call = callInBatches(socket, provider as unknown as Functions);
        socket.onmessage(event);
      };
    }),
  clients: {
    "hand-written JSON echo": async (port) => clientOf(await openSocket(port)),
    "echo with a handshake": async (port) => {
      const socket = await openSocket(port);
      await new Promise((resolve) => {
        socket.onmessage = resolve;
        socket.send(HELLO);
      });
      return clientOf(socket);
    },
    "hand-written batched echo": async (port) => clientOf(await openSocket(port), callInBatches),
  },
};

// deno-lint-ignore no-explicit-any -- of either runtime
function clientOf(socket: any, callOver = callEcho): Client {
  const call = callOver(socket, CLIENT as unknown as Functions);
  const onMessage = socket.onmessage;
  return {
    plus: (x, y) => call("plus", x, y),
    echo: (value) => call("echo", value),
    back: (count) => call("back", count),
    bytes: (value) =>
      new Promise((resolve) => {
        socket.onmessage = ({ data }: { data: unknown }) => {
          socket.onmessage = onMessage;
          resolve(data);
        };
        socket.send(value);
      }),
    close: () => closeSocket(socket),
  };
}
