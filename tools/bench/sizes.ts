/** How large a client is in a browser's bundle. */
import type { Bench } from "./processes.ts";
import { run } from "./processes.ts";

/** In bytes. */
export interface Size {
  readonly what: string;
  readonly minified: number;
  readonly gzipped: number;
}

const SRC = new URL("../../src/", import.meta.url).pathname;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** What a program imports that only connects and calls. */
const ENTRIES: Readonly<Record<string, string>> = {
  "Sheetbend: WebSocketConnector": `export { WebSocketConnector } from "${SRC}ends/connector.ts";`,
  "Sheetbend: WebSocketConnector, structured":
    `export { WebSocketConnector } from "${SRC}ends/connector.ts";
     export { structured } from "${SRC}features/structured/structured.ts";`,
  "tgrid": `export { WebSocketConnector } from "tgrid";`,
  "capnweb": `export { newWebSocketRpcSession, RpcTarget } from "capnweb";`,
  "birpc": `export { createBirpc } from "birpc";`,
  "socket.io": `export { io } from "socket.io-client";`,
  "rpc-websockets": `export { Client } from "rpc-websockets";`,
  "@trpc": `export { createTRPCClient, createWSClient, wsLink } from "@trpc/client";`,
  "@orpc": `export { createORPCClient } from "@orpc/client";
     export { RPCLink } from "@orpc/client/websocket";`,
  "kkrpc": `export { RPCChannel, WebSocketClientIO } from "kkrpc/browser";`,
};

/** Bundles and minifies each by itself. */
export async function measureSizes(bench: Bench): Promise<Size[]> {
  const folder = await bench.packages();
  const sizes: Size[] = [];
  for (const [what, entry] of Object.entries(ENTRIES)) {
    const file = `${folder}/entry.ts`;
    await Deno.writeTextFile(file, entry);
    const code = await bundle(bench, file, entry.includes(SRC)).catch((error) => {
      console.error(`  ${what}: ${error.message.split("\n")[0]}`);
    });
    if (code === undefined) continue;
    const stream = new Blob([code]).stream().pipeThrough(new CompressionStream("gzip"));
    const { byteLength } = await new Response(stream).arrayBuffer();
    sizes.push({ what, minified: code.length, gzipped: byteLength });
  }
  return sizes;
}

async function bundle(bench: Bench, file: string, isOurs: boolean): Promise<string> {
  const out = file.replace(".ts", ".js");
  const flags = isOurs ? ["--config", CONFIG, ...bench.flags] : ["--node-modules-dir=manual"];
  await run(
    Deno.execPath(),
    ...["bundle", "-q", "--minify", "--platform=browser", ...flags, "-o", out, file],
  );
  return await Deno.readTextFile(out);
}
