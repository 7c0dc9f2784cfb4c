/** A client under load, in a process of its own: does what it is told, and says how it went. */
import { reconnection, WebSocketConnector } from "../../mod.ts";
import { orders, say } from "./program.ts";
import { NO_LIMITS, type Remote } from "./server.ts";
import { acknowledgesNothing } from "./silent_peer.ts";

/** What a parent may order. */
export type Order =
  /** So many connections more, so many of them at once; or to another server. */
  | {
    readonly kind: "connect";
    readonly count: number;
    readonly atOnce: number;
    readonly to?: "unlimited" | "resumable";
  }
  /** On each connection so many calls, all at once. */
  | { readonly kind: "call"; readonly each: number }
  /** On one connection (default: the first) so many calls, so many of them at once. */
  | {
    readonly kind: "stream";
    readonly count: number;
    readonly atOnce: number;
    readonly nth?: number;
  }
  /** On each connection so many calls that return late, which nobody waits for here. */
  | { readonly kind: "leave"; readonly each: number; readonly ms: number }
  /** On the first connection so many texts of this length; then its process stands still. */
  | { readonly kind: "stop"; readonly count: number; readonly bytes: number }
  /** To the server that resumes: so many texts of this length, which are not acknowledged. */
  | { readonly kind: "silent"; readonly count: number; readonly bytes: number }
  | { readonly kind: "close" };

/** How it went. */
export interface Done {
  readonly ms: number;
  /** Answers that were those of other calls, and calls that failed. */
  readonly wrong: number;
}

type Silent = Extract<Order, { readonly kind: "silent" }>;
type Client = WebSocketConnector<null, null, Remote>;

async function main(wire: "linked" | "plain", urls: readonly string[]): Promise<void> {
  const clients: Client[] = [];
  for await (const order of orders<Order>()) {
    const begun = performance.now();
    const wrong = order.kind === "silent"
      ? await acknowledgesNothing(urls[2]!, order).then(() => 0)
      : await obey(order, clients, async (to) => {
        const client: Client = new WebSocketConnector<null, null, Remote>(null, null);
        await client.connect(urls[SERVERS.indexOf(to)]!, { wire, ...optionsFor(to) });
        clients.push(client);
      });
    say({ ms: performance.now() - begun, wrong });
  }
}

const SERVERS = ["limited", "unlimited", "resumable"] as const;

/** Connects to one of the servers. */
type Dial = (to: typeof SERVERS[number]) => Promise<void>;

function optionsFor(to: typeof SERVERS[number]): WebSocketConnector.ConnectOptions {
  if (to === "unlimited") return { limits: NO_LIMITS, heartbeat: Infinity };
  return to === "resumable" ? { use: [reconnection()] } : {};
}

async function obey(order: Exclude<Order, Silent>, clients: Client[], dial: Dial): Promise<number> {
  switch (order.kind) {
    case "connect":
      return await pool(order.count, order.atOnce, async () => {
        await dial(order.to ?? "limited");
        return true;
      });
    case "call":
      return await pool(clients.length * order.each, clients.length * order.each, (at) => {
        return isSum(clients[at % clients.length]!, at);
      });
    case "stream":
      return await pool(order.count, order.atOnce, (at) => isSum(clients[order.nth ?? 0]!, at));
    case "leave":
      for (const client of clients) {
        for (let call = 0; call < order.each; call++) {
          client.getDriver().later(call, order.ms).catch(() => {}); // its process is killed
        }
      }
      return 0;
    case "stop":
      for (let call = 0; call < order.count; call++) {
        clients[0]!.getDriver().text(order.bytes).catch(() => {}); // nobody lives to see it
      }
      setTimeout(() => Deno.kill(Deno.pid, "SIGSTOP"), 10); // by then they have left
      return 0;
    case "close":
      await Promise.all(clients.splice(0).map((client) => client.close()));
      return 0;
    default:
      return order satisfies never;
  }
}

async function isSum(client: Client, at: number): Promise<boolean> {
  return await client.getDriver().plus(at, 1) === at + 1;
}

/** Runs a task so many times, a number of them at once; how many of them did not go well. */
async function pool(
  count: number,
  atOnce: number,
  task: (at: number) => Promise<boolean>,
): Promise<number> {
  let next = 0;
  let wrong = 0;
  const worker = async (): Promise<void> => {
    while (next < count) if (!(await task(next++).catch(() => false))) wrong++;
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  return wrong;
}

if (import.meta.main) {
  const [wire, ...urls] = Deno.args;
  await main(wire as "linked" | "plain", urls);
}
