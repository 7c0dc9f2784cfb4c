/**
 * Serves a page with a chat and a counter that all visitors share, and to which they can send files.
 *
 *     deno task demo:browser              http://127.0.0.1:8080
 *     PORT=0 deno task demo:browser       a free port
 *     HOST=0.0.0.0 deno task demo:browser to open it on your phone
 *
 * Arguments are passed to `deno bundle`, which builds the page's script.
 */
import { fileURLToPath } from "node:url";
import { callbacks, reconnection, streams, structured, WebSocketAcceptor } from "../../mod.ts";
import { ChatRoom } from "./room.ts";
import type { Greeting, Page, Room } from "./shared.ts";

const POLICY =
  "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": POLICY, // 'self' allows the page's WebSocket, too
  "x-content-type-options": "nosniff",
};

/** The page needs little, so stricter limits protect the server. */
const LIMITS = {
  frameBytes: 65_536, // more than a chunk of a file
  headerBytes: 1_024,
  servedCalls: 16,
  sendBytes: 1_048_576,
  streams: 4,
  references: 16,
};

/** One for all pages: it keeps a minute of each page that has lost its connection. */
const resumable = reconnection({
  window: 60_000,
  awaySessions: 1_000,
  awayBytes: 1_048_576,
  unacknowledgedBytes: 1_048_576,
});

/** A page that sends a file is at most 256 kB ahead of what the server has read. */
const use = [resumable, structured, callbacks, streams({ bytes: 262_144 })];

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
      // only pages of this server
      { ip: remoteAddr.hostname, origins: origin, limits: LIMITS, use },
    );
  }
  const [type, text] = files[pathname] ?? [];
  if (type === undefined) return new Response("Not found", { status: 404 });
  return new Response(text, { headers: { ...HEADERS, "content-type": `${type}; charset=utf-8` } });
});

function read(name: string): Promise<string> {
  return Deno.readTextFile(new URL(name, import.meta.url));
}

/** Bundles a TypeScript file and the library into one script. */
async function bundle(name: string): Promise<string> {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--minify", "--platform", "browser", ...Deno.args, file],
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}
