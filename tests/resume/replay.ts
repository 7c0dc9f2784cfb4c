import { type ConnectionEvent, type Driver, reconnection, WebSocketConnector } from "../../mod.ts";
import type { FeatureSession } from "../../src/session/feature.ts";
import type { Session } from "../../src/session/session.ts";
import type { Feature } from "../../src/types/feature.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import { opened, type Server } from "../helpers/servers.ts";
import { until } from "../helpers/waiting.ts";
import { type Fault, Proxy } from "../network/proxy.ts";
import type { Random } from "../network/random.ts";
import { watched } from "../features/feature_pair.ts";

/** Short, so that a dead link is seen soon, in ms. */
export const HEARTBEAT = 1_000;
/** A connection that holds, and one that breaks off at once. */
export const WHOLE: Fault = { kind: "none", way: "up", at: 0 };
const REFUSED: Fault = { kind: "reset", way: "up", at: 0 };

/** Waits so many ms. */
export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What is counted at the end that is called. */
export class Tally {
  readonly order: number[] = [];
  quiet = 0;

  get isInOrder(): boolean {
    return this.order.every((value, at) => value === at);
  }
}

function providerOf(tally: Tally, random: Random): object {
  return {
    add(at: number, pad: string) {
      tally.order.push(at);
      return at + pad.length;
    },
    note: () => void tally.quiet++,
    bytes: (value: Uint8Array) => value,
    async slow(value: number) {
      await wait(random.below(20));
      return value;
    },
    async *count(end: number) {
      for (let i = 0; i < end; i++) {
        if (i % 50 === 0) await wait(1);
        yield i;
      }
    },
    async each(count: number, f: (i: number) => Promise<number>) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += await f(i);
      return sum;
    },
  };
}

/** A server and a client of it, with a network between them that a test cuts. */
export class ReplayLine implements AsyncDisposable {
  readonly atServer = new Tally();
  readonly atClient = new Tally();
  readonly sessions: FeatureSession[] = [];
  readonly events: ConnectionEvent[] = [];
  readonly random: Random;
  readonly client: Connector;
  fault: () => Fault = () => WHOLE;
  connections = 0;
  handled = 0;
  acceptor!: Acceptor;
  server!: Server;
  proxy!: Proxy;

  private constructor(random: Random) {
    this.random = random;
    const own = providerOf(this.atClient, random);
    this.client = new WebSocketConnector<unknown, object | null, Anything>(null, own);
  }

  static async open(use: readonly Feature[], random: Random): Promise<ReplayLine> {
    const line = new ReplayLine(random);
    const server = await opened((acceptor) => {
      line.handled++;
      line.acceptor = acceptor;
      return acceptor.accept(providerOf(line.atServer, line.random));
    }, {
      use: [...use, reconnection({ window: 20_000 }), watched(line.sessions)],
      heartbeat: HEARTBEAT,
    });
    line.server = server;
    line.proxy = await Proxy.open(server.address!.port, () => {
      line.connections++;
      return line.fault();
    });
    return line;
  }

  async connect(use: readonly Feature[]): Promise<void> {
    const onEvent = (event: ConnectionEvent): void => void this.events.push(event);
    const mending = reconnection({ delay: 20, maxDelay: 50 });
    await this.client.connect(this.proxy.url, {
      use: [...use, mending, watched(this.sessions)],
      heartbeat: HEARTBEAT,
      timeout: 5_000,
      onEvent,
    });
  }

  /** The network breaks, and no connection comes about until `mend`. */
  async cut(): Promise<void> {
    this.fault = () => REFUSED;
    this.proxy.cut();
    await until(() => this.client.state === 0, "the client has noticed");
  }

  mend(): void {
    this.fault = () => WHOLE;
  }

  /** Does anything wait at either end? */
  get isIdle(): boolean {
    return (this.sessions as Session[]).every(({ rpc, outgoing }) =>
      rpc.pending.size === 0 && rpc.served.running === 0 && outgoing.waiting === 0
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.proxy[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/** Calls of every kind until the network has been cut so often; each must give its own value. */
export class Traffic {
  readonly wrong: string[] = [];
  up = 0;
  down = 0;
  quiet = 0;
  readonly #line: ReplayLine;
  readonly #cuts: number;

  /** @param cuts So many connections must have been cut before it ends. */
  constructor(line: ReplayLine, cuts: number) {
    this.#line = line;
    this.#cuts = cuts;
  }

  async run(isRich: boolean): Promise<void> {
    const { client, acceptor, random } = this.#line;
    const driver = client.getDriver();
    const back = acceptor.getDriver();
    const quiet = client.getDriver({ reply: false });
    const all = [
      this.#repeat(() => {
        const batch = Array.from({ length: 20 }, () => this.#add(driver));
        return random.below(2) === 0 ? Promise.all(batch) : wait(1);
      }),
      this.#repeat(() =>
        Promise.all(Array.from({ length: 20 }, () => {
          const at = this.down++;
          return this.#expect(() => back.add!(at, "y"), at + 1);
        }))
      ),
      this.#repeat((at) => this.#expect(() => driver.slow!(at), at)),
      this.#repeat(async () => {
        this.quiet++;
        await this.#expect(() => quiet.note!(), undefined);
        await wait(2);
      }),
    ];
    if (isRich) all.push(...this.#rich(driver));
    await Promise.all(all);
  }

  #rich(driver: Driver<Anything>): Promise<void>[] {
    const bytes = new Uint8Array(5_000).map((_, at) => at);
    const listed = async () => {
      const got: number[] = [];
      const list = driver.count!(300) as unknown as AsyncIterable<number>;
      for await (const item of list) got.push(item);
      return got.every((item, at) => item === at) ? got.length : got;
    };
    return [
      this.#repeat(() => this.#expect(async () => `${await driver.bytes!(bytes)}`, `${bytes}`)),
      this.#repeat(() => this.#expect(listed, 300)),
      this.#repeat(() => this.#expect(() => driver.each!(10, (i: number) => i), 45)),
    ];
  }

  #add(driver: Driver<Anything>): Promise<void> {
    const { random } = this.#line;
    const at = this.up++;
    const pad = "x".repeat(random.below(random.below(10) === 0 ? 20_000 : 300));
    return this.#expect(() => driver.add!(at, pad), at + pad.length);
  }

  async #repeat(once: (at: number) => Promise<unknown>): Promise<void> {
    for (let at = 0; this.#line.connections <= this.#cuts; at++) await once(at);
  }

  async #expect(call: () => Promise<unknown>, right: unknown): Promise<void> {
    try {
      const value = await call();
      if (value !== right) this.wrong.push(`${value} for ${right}`);
    } catch (error) {
      this.wrong.push(String(error));
    }
  }
}
