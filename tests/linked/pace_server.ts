/** A server in a thread of its own: in that of its client, its answers come at other times. */
import { structured, WebSocketServer } from "../../mod.ts";

const provider = { same: (value: unknown) => value };
const server = new WebSocketServer<null, typeof provider, null>();
await server.open(
  { port: 0, hostname: "127.0.0.1", values: structured },
  (acceptor) => acceptor.accept(provider),
);
(self as unknown as { postMessage(port: number): void }).postMessage(server.address!.port);
