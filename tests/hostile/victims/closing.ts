/**
 * A server that is closed when its input ends. It says so, and then ends the process: what the
 * runtime still holds of a peer is not what is asked here.
 */
import { WebSocketServer } from "../../../mod.ts";

const server = new WebSocketServer<null, null, null>();
const limits = { headerTimeout: 200, closeTimeout: 200 };
await server.open(
  { port: 0, hostname: "127.0.0.1", limits },
  (acceptor) => acceptor.accept(null),
);
console.log(server.address!.port);
for await (const _bytes of Deno.stdin.readable) { /* it is only ended */ }
await server.close();
console.error("closed");
Deno.exit(0);
