/** The hand-written floor: JSON, one message a frame. */
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
      const call = callEcho(socket, provider as unknown as Functions);
      const onCall = socket.onmessage;
      socket.onmessage = (event: { data: unknown }) => {
        if (typeof event.data !== "string") return socket.send(event.data);
        if (event.data === HELLO) socket.send(WELCOME);
        else onCall(event);
      };
    }),
  clients: {
    "hand-written JSON echo": async (port) => clientOf(await openSocket(port)),
    "echo after a greeting": async (port) => {
      const socket = await openSocket(port);
      await new Promise((resolve) => {
        socket.onmessage = resolve;
        socket.send(HELLO);
      });
      return clientOf(socket);
    },
  },
};

// deno-lint-ignore no-explicit-any -- of either runtime
function clientOf(socket: any): Client {
  const call = callEcho(socket, CLIENT as unknown as Functions);
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
