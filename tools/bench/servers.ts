/** Both servers in one process, so that the machine treats them alike. Prints their ports. */
import { WebSocketServer } from "../../mod.ts";
import { serveEcho } from "./echo.ts";

const provider = { plus: (x: number, y: number) => x + y };

const echo = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  serveEcho(socket, provider);
  return response;
});
const ours = new WebSocketServer<null, typeof provider, null>();
await ours.open({ port: 0, hostname: "127.0.0.1" }, (acceptor) => acceptor.accept(provider));
console.log(JSON.stringify({ echo: echo.addr.port, ours: ours.address!.port }));

// the parent ends us by closing our input
for await (const _ of Deno.stdin.readable) { /* it sends nothing */ }
Deno.exit(0);
