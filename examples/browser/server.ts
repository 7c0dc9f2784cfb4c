/**
 * A chat and a counter that all pages share.
 *
 *     deno task demo:browser              http://127.0.0.1:8080
 *     PORT=0 deno task demo:browser       any free port: the address is printed
 *     HOST=0.0.0.0 deno task demo:browser for your phone, in the same network
 *
 * Its arguments go to `deno bundle`, which makes the page's script.
 */
import { fileURLToPath } from "node:url";
import { WebSocketAcceptor } from "../../mod.ts";
import { ChatRoom } from "./room.ts";
import type { Greeting, Page, Room } from "./shared.ts";

const POLICY =
  "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": POLICY, // 'self' also lets the page's own WebSocket out
  "x-content-type-options": "nosniff",
};

/** A page needs little: whoever asks for more is no page of ours. */
const LIMITS = { frameBytes: 16_384, headerBytes: 1_024, servedCalls: 16, sendBytes: 1_048_576 };

const room = new ChatRoom();
const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
  "/": ["text/html", await read("index.html")],
  "/style.css": ["text/css", await read("style.css")],
  "/page.js": ["text/javascript", await bundle("page.ts")],
};

Deno.serve({
  port: Number(Deno.env.get("PORT") ?? 8080),
  hostname: Deno.env.get("HOST") ?? "127.0.0.1",
  onListen: ({ hostname, port }) => console.log(`Open http://${hostname}:${port} in two windows`),
}, (request, { remoteAddr }) => {
  const { pathname, origin } = new URL(request.url);
  if (pathname === "/room") {
    return WebSocketAcceptor.upgrade<Greeting, Room, Page>(
      request,
      (acceptor) => room.admit(acceptor),
      { ip: remoteAddr.hostname, origins: origin, limits: LIMITS }, // our own page, and no other
    );
  }
  const [type, text] = files[pathname] ?? [];
  if (type === undefined) return new Response("Not found", { status: 404 });
  return new Response(text, { headers: { ...HEADERS, "content-type": `${type}; charset=utf-8` } });
});

function read(name: string): Promise<string> {
  return Deno.readTextFile(new URL(name, import.meta.url));
}

/** TypeScript and the library in one script, made when the server starts. */
async function bundle(name: string): Promise<string> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--minify", "--platform", "browser", ...Deno.args, file],
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
