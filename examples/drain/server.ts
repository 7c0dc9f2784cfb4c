/**
 * A server that leaves in order: on SIGTERM (or Ctrl+C) it lets in nobody new, lets the calls that
 * run finish for 10 s at most, and closes. Then nothing is left to do: the process ends by itself.
 *
 *     deno run --allow-net examples/drain/server.ts
 */
import { WebSocketServer } from "../../mod.ts";

/** How long calls that run may still take, in ms: less than a supervisor waits before it kills. */
const GRACE = 10_000;

const provider = {
  /** Takes a while, as real work does. */
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
/** Windows has no SIGTERM to listen to. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"];

async function drain(): Promise<void> {
  // without listeners the next signal ends the process at once, for who can't wait
  for (const signal of SIGNALS) Deno.removeSignalListener(signal, drain);
  console.log("drains");
  await server.close({ grace: GRACE });
  console.log("closed");
}

for (const signal of SIGNALS) Deno.addSignalListener(signal, drain);
console.log(`listens on ws://127.0.0.1:${server.address!.port}`);
