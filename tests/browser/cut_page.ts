/**
 * A page whose connection is cut, or that goes offline. It gets what it needs as a file, calls until
 * it has seen so many attempts to reconnect, and posts what came of the calls of both ends.
 */
import {
  type ConnectionEvent,
  reconnection,
  type ReconnectionOptions,
  structured,
  WebSocketConnector,
} from "../../mod.ts";
import { Random } from "../network/random.ts";

/** What the page gets. */
export interface CutOrders {
  readonly url: string;
  readonly seed: number;
  readonly calls: number;
  readonly dials: number;
  readonly reconnection: ReconnectionOptions;
}

/** What one end counts. */
export interface CutEnd {
  readonly ran: number;
  readonly made: number;
  readonly wrong: readonly string[];
}

/** What the server provides. */
export interface CutRemote {
  add(at: number, bytes: unknown): [at: number, bytes: unknown];
  /** Ends the calls of the server. */
  finish(): CutEnd;
}

/** What the page posts. */
export interface CutPosted {
  readonly client: CutEnd;
  readonly server: CutEnd;
  readonly dials: number;
  readonly resumed: number;
}

/** What a test reads in the page. */
export interface CutWindow {
  /** The last event of the connection. */
  last: { readonly type: string; readonly delay?: number };
}

type Add = (at: number, bytes: unknown) => Promise<[at: number, bytes: unknown]>;

/** Where `add` is provided and called: counts, and checks what returns. */
export class CutCalls {
  ran = 0;
  made = 0;
  readonly wrong: string[] = [];
  readonly #random: Random;
  readonly #all: Promise<void>[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** What this end provides. */
  readonly provider = {
    add: (at: number, bytes: unknown): [at: number, bytes: unknown] => {
      if (at !== this.ran) this.wrong.push(`${at} came as number ${this.ran}`);
      this.ran++;
      return [at, bytes];
    },
  };

  /** Calls in bursts, until it may stop. */
  async run(add: Add, mayStop: () => boolean) {
    while (!mayStop()) {
      const left = 1 + this.#random.below(40);
      const calls = Array.from({ length: left }, () => this.#once(add));
      this.#all.push(...calls);
      if (this.#random.below(2) === 0) await Promise.all(calls);
      else await new Promise((resolve) => setTimeout(resolve, this.#random.below(4)));
    }
    await Promise.all(this.#all);
  }

  get end(): CutEnd {
    const { ran, made, wrong } = this;
    return { ran, made, wrong };
  }

  async #once(add: Add): Promise<void> {
    const at = this.made++;
    const size = this.#random.below(10) > 0 ? 0 : this.#random.below(20_000);
    const bytes = new Uint8Array(size).fill(at);
    try {
      const [back, copy] = await add(at, bytes);
      const isSame = copy instanceof Uint8Array && copy.length === size &&
        copy.every((byte) => byte === bytes[0]);
      if (back !== at || !isSame) {
        this.wrong.push(`${at} returned ${back} and ${copy}`.slice(0, 99));
      }
    } catch (error) {
      this.wrong.push(`${at} rejected: ${error}`);
    }
  }
}

async function main(): Promise<void> {
  const orders: CutOrders = await (await fetch("/orders.json")).json();
  const random = new Random(orders.seed);
  const waits = new Random(orders.seed + 1);
  Math.random = () => waits.next();
  const calls = new CutCalls(random);
  const types: ConnectionEvent["type"][] = [];
  const count = (type: ConnectionEvent["type"]) => types.filter((one) => one === type).length;
  const { provider } = calls;
  const client = new WebSocketConnector<null, typeof provider, CutRemote>(null, provider);
  await client.connect(orders.url, {
    use: [structured, reconnection(orders.reconnection)],
    heartbeat: 1_000,
    timeout: 5_000,
    onEvent(event) {
      types.push(event.type);
      (globalThis as unknown as CutWindow).last = event;
    },
  });
  const driver = client.getDriver();
  const isDone = () =>
    calls.made >= orders.calls && count("reconnecting") >= orders.dials && client.state === 1;
  await calls.run((at, bytes) => driver.add(at, bytes), isDone);
  const server = await driver.finish();
  await client.close();
  const seen = { dials: count("reconnecting"), resumed: count("reconnect") };
  const posted: CutPosted = { client: calls.end, server, ...seen };
  await fetch("/result", { method: "POST", body: JSON.stringify(posted) });
}

if ("document" in globalThis) await main();
