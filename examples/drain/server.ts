/**
 * Graceful shutdown: on SIGTERM or Ctrl+C, the server refuses new clients, lets running calls
 * finish for up to 10 s, and closes. Then the process exits, because nothing keeps it running.
 *
 *     deno run --allow-net examples/drain/server.ts
 */
import { WebSocketServer } from "../../mod.ts";

/** In ms. Shorter than the time after which a process manager kills the server. */
const GRACE = 10_000;

const provider = {
  /** Takes `ms`, as real work would. */
  async work(ms: number): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return `worked for ${ms} ms`;
  },
};
export type Provider = typeof provider;

const server = new WebSocketServer<null, Provider, null>();
await server.open(
  { port: Number(Deno.args[0] ?? 0), hostname: "127.0.0.1" },
  (acceptor) => acceptor.accept(provider),
);
/** Deno can't listen for SIGTERM on Windows. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"];

async function shutDown(): Promise<void> {
  // without listeners, a second signal ends the process at once
  for (const signal of SIGNALS) Deno.removeSignalListener(signal, shutDown);
  console.log("shutting down");
  await server.close({ grace: GRACE });
  console.log("closed");
}

for (const signal of SIGNALS) Deno.addSignalListener(signal, shutDown);
console.log(`listening on ws://127.0.0.1:${server.address!.port}`);
