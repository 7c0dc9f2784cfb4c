/** A server in a process of its own: in that of its client, its answers come at other times. */
import { structured, WebSocketServer } from "../../mod.ts";

const provider = { same: (value: unknown) => value };
const server = new WebSocketServer<null, typeof provider, null>();
await server.open(
  { port: 0, hostname: "127.0.0.1", use: [structured] },
  (acceptor) => acceptor.accept(provider),
);
console.log(server.address!.port);
