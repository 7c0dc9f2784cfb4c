import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import {
  DeadlineError,
  type Driver,
  NotSentError,
  structured,
  WebSocketConnector,
  WebSocketError,
} from "../../mod.ts";
import type { FeatureSession } from "../../src/session/feature.ts";
import type { Session } from "../../src/session/session.ts";
import type { Feature } from "../../src/types/feature.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import { connectedTo, HERE, opened, type Server } from "../helpers/servers.ts";
import { gate, until } from "../helpers/waiting.ts";
import { type Fault, Proxy } from "../network/proxy.ts";
import { Random, seedOf } from "../network/random.ts";
import { callbacks } from "./callbacks.ts";
import { watched } from "./feature_pair.ts";
import { reconnection, type ReconnectionEvent } from "./reconnection.ts";
import { streams } from "./streams.ts";

/** Connections that are cut, in each of the long runs. */
const CUTS = Number(Deno.env.get("REPLAY_CUTS") ?? 15);
/** A connection is cut before so many bytes have passed. */
const REACH = 60_000;
const HEARTBEAT = 1_000;
const WHOLE: Fault = { kind: "none", way: "up", at: 0 };
const REFUSED: Fault = { kind: "reset", way: "up", at: 0 };

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What is counted at the end that is called. */
class Tally {
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
class Line implements AsyncDisposable {
  readonly atServer = new Tally();
  readonly atClient = new Tally();
  readonly sessions: FeatureSession[] = [];
  readonly events: ReconnectionEvent[] = [];
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

  static async open(use: readonly Feature[], seed = 1): Promise<Line> {
    const line = new Line(new Random(seed));
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
    const onEvent = (event: ReconnectionEvent): void => void this.events.push(event);
    const mending = reconnection({ delay: 20, maxDelay: 50, onEvent });
    await this.client.connect(this.proxy.url, {
      use: [...use, mending, watched(this.sessions)],
      heartbeat: HEARTBEAT,
      timeout: 5_000,
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
class Traffic {
  readonly wrong: string[] = [];
  up = 0;
  down = 0;
  quiet = 0;
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
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
    for (let at = 0; this.#line.connections <= CUTS; at++) await once(at);
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

for (
  const [name, use] of [
    ["calls", []],
    ["calls, streams and functions", [structured, callbacks, streams()]],
  ] as const
) {
  Deno.test(`reconnection loses no ${name} and doubles none in ${CUTS} cuts`, async () => {
    const seed = seedOf("REPLAY_SEED");
    const faults = new Random(seed);
    await using line = await Line.open(use, seed);
    await line.connect(use);
    line.fault = () => ({
      kind: faults.of(["cut", "reset"]),
      way: faults.of(["up", "down"]),
      at: faults.below(faults.of([400, 5_000, REACH])), // in the handshake, soon, later
    });
    line.connections = 0;
    line.proxy.cut();
    const traffic = new Traffic(line);
    await traffic.run(use.length > 0);
    line.fault = () => WHOLE;
    await until(() => line.client.state === 1, "the client is back");
    const { add } = line.client.getDriver();
    await add!(traffic.up++, ""); // what waits goes before it
    await until(() => line.isIdle && line.atServer.quiet === traffic.quiet, "nothing waits");

    assertEquals(traffic.wrong, []);
    assertEquals(line.atServer.order.length, traffic.up);
    assertEquals(line.atClient.order.length, traffic.down);
    assertEquals(line.atServer.quiet, traffic.quiet);
    assert(line.atServer.isInOrder && line.atClient.isInOrder);
    assertEquals([line.handled, line.sessions.length], [1, 2]);
    assertGreater(line.events.filter(({ type }) => type === "reconnect").length, 0);
    assert(line.events.every((event) => event.type !== "reconnect" || event.isResumed));
  });
}

Deno.test("reconnection keeps calls that are made while there is no connection", async () => {
  await using line = await Line.open([]);
  await line.connect([]);
  const { add } = line.client.getDriver();
  assertEquals(await add!(0, "a"), 1);
  await line.cut();
  assertEquals([line.client.state, line.acceptor.state], [0, 1]);
  const call = add!(1, "abc");
  const back = line.acceptor.getDriver().add!(0, "");
  const late = line.client.getDriver({ timeout: 30 }).add!(2, "");
  await assertRejects(() => late, DeadlineError);
  const control = new AbortController();
  const given = line.client.getDriver({ signal: control.signal }).add!(2, "");
  control.abort(new RangeError("enough"));
  await assertRejects(() => given, RangeError, "enough");
  line.mend();
  assertEquals([await call, await back], [4, 0]);
});

Deno.test("close() ends a connection at once when it is being mended", async () => {
  await using line = await Line.open([]);
  await line.connect([]);
  await line.cut();
  const call = line.client.getDriver().add!(0, "");
  const joined = line.client.join();
  const rejected = assertRejects(() => call, NotSentError);
  await line.client.close();
  await Promise.all([rejected, joined]);
  assertEquals(line.client.state, WebSocketConnector.State.CLOSED);
  assertEquals(line.acceptor.state, 1); // until its window is over
  await line.server.close();
  assertEquals(line.acceptor.state, 3);
});

Deno.test("reconnection ends a session at the server when its window is over", async () => {
  const acceptors = gate<Acceptor>();
  await using server = await opened((acceptor) => {
    acceptors.open(acceptor);
    return acceptor.accept(null);
  }, { use: [reconnection({ window: 30 })], heartbeat: HEARTBEAT });
  await using proxy = await Proxy.open(server.address!.port, () => WHOLE);
  const client: Connector = new WebSocketConnector<unknown, object | null, Anything>(null, {
    hang: () => new Promise(() => {}),
  });
  await client.connect(proxy.url, { use: [reconnection({ retry: () => false, delay: 9 })] });
  const acceptor = await acceptors.promise;
  const call = acceptor.getDriver().hang!();
  const rejected = assertRejects(() => call, WebSocketError, "did not come back in time");
  await proxy[Symbol.asyncDispose](); // nobody can dial any more
  await rejected;
  await acceptor.join();
  assertEquals(acceptor.state, 3);
  await client.join();
});

Deno.test("reconnection begins anew when the server is another one", async () => {
  const begin = (port: number, name: string) =>
    opened((acceptor) => acceptor.accept({ name: () => name, hang: () => new Promise(() => {}) }), {
      ...HERE,
      port,
      use: [reconnection()],
    });
  const first = await begin(0, "first");
  const { port } = first.address!;
  const events: ReconnectionEvent[] = [];
  const onEvent = (event: ReconnectionEvent): void => void events.push(event);
  await using client = await connectedTo(first, { use: [reconnection({ delay: 20, onEvent })] });
  const { name, hang } = client.getDriver();
  const hanging = hang!();
  const rejected = assertRejects(() => hanging, WebSocketError, "begun another session");
  assertEquals(await name!(), "first");
  await first.close();
  await until(() => client.state === 0, "the client has noticed");
  const waiting = name!();
  await using _second = await begin(port, "second");
  assertEquals(await waiting, "second");
  const error = await rejected;
  assertEquals(error.status, 1006);
  const last = events.at(-1)!;
  assertEquals(last.type === "reconnect" && last.isResumed, false);
});

Deno.test("reconnection changes nothing when the other end does not use it", async () => {
  for (const wire of ["linked", "plain"] as const) {
    await using server = await opened((acceptor) => acceptor.accept({ f: () => 1 }));
    await using client = await connectedTo(server, { use: [reconnection({ delay: 10 })], wire });
    assertEquals(await client.getDriver().f!(), 1);
    await server.close(); // goes away, and is not back: the next dial fails
    await until(() => client.state === 0, "it dials again");
    await client.close();
  }
  await using server = await opened((acceptor) => acceptor.accept({ f: () => 1 }), {
    use: [reconnection()],
  });
  await using client = await connectedTo(server);
  assertEquals(await client.getDriver().f!(), 1);
});

Deno.test("reconnection takes over at once when the old socket still looks open", async () => {
  await using line = await Line.open([]);
  await line.connect([]);
  const { add } = line.client.getDriver();
  for (let round = 0; round < 10; round++) {
    const calls = Array.from({ length: 50 }, (_, at) => add!(round * 51 + at, ""));
    if (round % 2 === 0) await wait(3);
    line.proxy.leaveServer();
    calls.push(add!(round * 51 + 50, ""));
    assertEquals(await Promise.all(calls), calls.map((_, at) => round * 51 + at));
  }
  assert(line.atServer.isInOrder);
  assertEquals([line.handled, line.sessions.length, line.connections], [1, 2, 11]);
});
