/**
 * A server that thousands come to and leave, in Deno, Node and Bun. It prints its port, answers each
 * line of its input with what it holds, and closes when that ends.
 */
import process from "node:process";
import { counted, countListeners } from "./counted.ts";
import { type WebSocketAcceptor, WebSocketServer } from "../../../mod.ts";
import { LIMITS } from "./limits.ts";

// deno-lint-ignore no-explicit-any -- whatever the peers offer
type Acceptor = WebSocketAcceptor<any, any, any>;

const provider = { echo: (value: unknown) => value, never: () => new Promise(() => {}) };

/** What becomes of a client, by the path that it asks for. */
const handlers: Readonly<Record<string, (acceptor: Acceptor) => unknown>> = {
  "/accept": (acceptor) => acceptor.accept(provider),
  "/never": () => {},
  "/reject": (acceptor) => acceptor.reject(3001, "no"),
  "/throw": () => {
    throw new Error("the handler failed");
  },
  "/bye": (acceptor) => {
    acceptor.accept(provider);
    acceptor.close(3002, "bye");
  },
  "/call": (acceptor) => {
    acceptor.accept(provider);
    acceptor.getDriver().answer().catch(() => {});
  },
};

async function main(): Promise<void> {
  const runtime = globalThis as { readonly Deno?: unknown; readonly Bun?: unknown };
  const ws = "ws"; // only Node has it
  if (runtime.Deno !== undefined) countListeners(WebSocket.prototype);
  else if (runtime.Bun === undefined) countListeners((await import(ws)).WebSocket.prototype);
  let opened = 0;
  let closed = 0;
  const acceptors = new Set<Acceptor>();
  const server = new WebSocketServer();
  const onEvent = ({ type }: { readonly type: string }): void =>
    void (type === "close" && closed++);
  await server.open(
    { port: 0, hostname: "127.0.0.1", limits: LIMITS, heartbeat: 1_000, onEvent },
    (acceptor) => {
      opened++;
      acceptors.add(acceptor);
      return handlers[acceptor.path]?.(acceptor);
    },
  );
  const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  say({ port: server.address!.port, pid: process.pid });
  process.stdin.on("data", () => {
    for (const acceptor of acceptors) if (acceptor.state === 3) acceptors.delete(acceptor);
    say({ ...counted(), acceptors: acceptors.size, opened, closed });
  });
  process.stdin.on("end", async () => {
    await server.close();
    say("closed");
    process.exit(0); // Deno keeps operations of upgrades that were reset
  });
}

main();
