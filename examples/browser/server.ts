/**
 * A chat room and a counter that all pages share.
 *
 *   deno task demo:browser            http://127.0.0.1:8080
 *   PORT=9000 deno task demo:browser
 */
import { WebSocketAcceptor } from "../../mod.ts";
import { ChatRoom } from "./room.ts";
import type { Greeting, Page, Room } from "./shared.ts";

const room = new ChatRoom();
const script = await bundle("page.ts");
const files: Readonly<Record<string, readonly [string, string]>> = {
  "/": ["text/html; charset=utf-8", await read("index.html")],
  "/style.css": ["text/css; charset=utf-8", await read("style.css")],
  "/page.js": ["text/javascript; charset=utf-8", script],
};

const port = Number(Deno.env.get("PORT") ?? 8080);
Deno.serve({
  port,
  hostname: "127.0.0.1",
  onListen: ({ hostname, port }) => console.log(`Open http://${hostname}:${port} in two windows`),
}, (request, { remoteAddr }) => {
  const { pathname, origin } = new URL(request.url);
  if (pathname === "/room") {
    return WebSocketAcceptor.upgrade<Greeting, Room, Page>(
      request,
      (acceptor) => room.admit(acceptor),
      { ip: remoteAddr.hostname, origins: origin }, // our own page, and no other
    );
  }
  const file = files[pathname];
  if (file === undefined) return new Response("Not found", { status: 404 });
  return new Response(file[1], { headers: { "content-type": file[0] } });
});

function read(name: string): Promise<string> {
  return Deno.readTextFile(new URL(name, import.meta.url));
}

/** The page's script in one file: TypeScript and the library are bundled when the server starts. */
async function bundle(name: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", ...Deno.args, pathOf(name)],
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

function pathOf(name: string): string {
  return new URL(name, import.meta.url).href.replace(
    /^file:\/\/(\/[A-Za-z]:)?/,
    (_, drive) => drive === undefined ? "" : drive.slice(1),
  );
}
