/**
 * The server under load, in a process of its own. Prints its ports; answers each order with what it
 * holds.
 */
import { type Limits, reconnection, WebSocketServer } from "../../mod.ts";
import { orders, say } from "./program.ts";

/** What the server holds. */
export interface Holding {
  /** Bytes in use by objects; asked for by "hold", after a collection. */
  readonly heap: number;
  /** Connections that were accepted and are not over. */
  readonly connections: number;
}

/** Where it listens. */
export interface Ports {
  /** With the limits that it has by default. */
  readonly port: number;
  /** With none. */
  readonly unlimited: number;
  /** With the limits, and with sessions that outlive their connections. */
  readonly resumable: number;
}

/** Every limit that costs something at each frame or call, off. */
export const NO_LIMITS: Partial<Limits> = {
  frameBytes: Infinity,
  depth: Infinity,
  parameters: Infinity,
  pathLength: Infinity,
  pathSteps: Infinity,
  servedCalls: Infinity,
  waitingCalls: Infinity,
  sendBytes: Infinity,
  stallTimeout: Infinity,
  unservedBytes: Infinity,
  unservedCalls: Infinity,
};

/** How long a session waits for its client, in ms. */
export const WINDOW = 30_000;

declare const gc: () => void;

/** What is called. */
export const provider = {
  plus: (x: number, y: number): number => x + y,
  text: (bytes: number): string => "x".repeat(bytes),
  later: (value: number, ms: number): Promise<number> =>
    new Promise((resolve) => setTimeout(() => resolve(value), ms)),
};
export type Remote = typeof provider;

if (import.meta.main) {
  let connections = 0;
  const open = async (options: Partial<WebSocketServer.OpenOptions>) => {
    const server = new WebSocketServer<null, Remote, null>();
    await server.open({ port: 0, hostname: "127.0.0.1", ...options }, async (acceptor) => {
      await acceptor.accept(provider);
      connections++;
      await acceptor.join();
      connections--;
    });
    return server;
  };
  const limited = await open({});
  const unlimited = await open({ limits: NO_LIMITS, heartbeat: Infinity });
  const resumable = await open({ use: [reconnection({ window: WINDOW })] });
  const [port, ...others] = [limited, unlimited, resumable].map(({ address }) => address!.port);
  say({ port, unlimited: others[0], resumable: others[1] });
  for await (const order of orders<"hold" | "count">()) {
    if (order === "hold") gc(); // which takes long enough to be in the way of others
    say({ heap: Deno.memoryUsage().heapUsed, connections });
  }
  await Promise.all([limited.close(), unlimited.close(), resumable.close()]);
}
