import { assert, assertEquals } from "@std/assert";
import {
  ConnectionClosedError,
  NotSentError,
  settles,
  structured,
  WebSocketConnector,
  WebSocketError,
} from "../../mod.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import { opened, type Server, urlOf } from "../helpers/servers.ts";
import { Timers } from "../helpers/timers.ts";
import { until } from "../helpers/waiting.ts";
import { SocketListeners } from "./listeners.ts";
import { type Fault, Proxy } from "./proxy.ts";
import { Random, seedOf } from "./random.ts";

const CONNECTIONS = Number(Deno.env.get("NETWORK_CONNECTIONS") ?? 250);
const AT_ONCE = Math.min(CONNECTIONS, 250);
/** Of the client's, in flight at once; the server makes a quarter of that many in the other way. */
const CALLS = 20;

/** Short, so that what stalls ends in bounded time; what only is slow on a busy machine does not. */
const OPTIONS = {
  heartbeat: 2_500,
  limits: {
    closeTimeout: 1_000,
    headerTimeout: 9_000,
    decisionTimeout: 9_000,
    stallTimeout: 5_000,
  },
} as const;
const CONNECT_TIMEOUT = 9_000;

/** Nothing that is waited for may take longer than this, in ms. */
const BOUND = 120_000;

const KINDS = ["none", "cut", "reset", "delay", "throttle", "stall"] as const;

/** Where something befalls: in the handshake, in the calls, or behind them. */
function faultFrom(random: Random): Fault {
  const reach = random.of([100, 400, 2_000, 20_000, 60_000]);
  return { kind: random.of(KINDS), way: random.of(["up", "down"]), at: random.below(reach) };
}

/** What a call takes along: nobody else's looks like it. */
interface Parcel {
  readonly id: string;
  readonly pad: string;
  /** Where bytes can travel. */
  readonly bytes?: Uint8Array;
}

/** What is spoken; `structured` is linked, with values beyond JSON. */
type Wire = "plain" | "linked" | "structured";

function optionsFor(wire: Wire): WebSocketConnector.ConnectOptions {
  return {
    ...OPTIONS,
    wire: wire === "plain" ? "plain" : "linked",
    use: wire === "structured" ? [structured] : undefined,
    timeout: CONNECT_TIMEOUT,
  };
}

/** How the calls of one end went. */
interface Tally {
  answered: number;
  rejected: number;
  readonly wrong: string[];
}

const provider = {
  echo: (parcel: Parcel) => parcel,
  later: (parcel: Parcel, ms: number) =>
    new Promise((resolve) => setTimeout(() => resolve(parcel), ms)),
};

/** Calls at once; each must settle, with its own answer or with the error of an end. */
async function callAll(
  end: Connector | Acceptor,
  name: string,
  { count, wire }: { readonly count: number; readonly wire: Wire },
): Promise<Tally> {
  const tally: Tally = { answered: 0, rejected: 0, wrong: [] };
  const driver = end.getDriver();
  await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const parcel: Parcel = {
        id: `${name}/${at}`,
        pad: "x".repeat(at % 5 === 0 ? 3_000 : at * 10),
        ...wire === "structured" && at % 3 === 0 && { bytes: new Uint8Array(at * 100).fill(at) },
      };
      try {
        const back = await (at % 2 === 0 ? driver.echo!(parcel) : driver.later!(parcel, at));
        tally.answered++;
        if (!isSame(back, parcel)) tally.wrong.push(`${parcel.id} got ${back.id}`);
      } catch (error) {
        tally.rejected++;
        if (!isEnd(error)) tally.wrong.push(`${parcel.id} got ${error}`);
      }
    }),
  );
  return tally;
}

function isSame(a: Parcel, b: Parcel): boolean {
  return a.id === b.id && a.pad === b.pad && a.bytes?.join() === b.bytes?.join();
}

function isEnd(error: unknown): boolean {
  return error instanceof WebSocketError || error instanceof ConnectionClosedError ||
    error instanceof NotSentError;
}

/** One connection, from dialling to its end; then the same connector, by a way that holds. */
async function live(url: string, name: string, { wire, again }: Life): Promise<Tally> {
  const connector: Connector = new WebSocketConnector<unknown, object | null, Anything>(
    name,
    provider,
  );
  const tally = await once(connector, url, { name, wire });
  if (again === undefined) return tally;
  const second = await once(connector, again, { name: `${name}, again`, wire });
  if (second.answered !== CALLS) second.wrong.push(`${name}, again: ${second.answered} answers`);
  return { ...tally, wrong: [...tally.wrong, ...second.wrong] };
}

interface Life {
  readonly wire: Wire;
  /** Where it connects afterwards. */
  readonly again?: string | undefined;
}

async function once(
  connector: Connector,
  url: string,
  { name, wire }: { readonly name: string; readonly wire: Wire },
): Promise<Tally> {
  try {
    await connector.connect(url, optionsFor(wire));
  } catch (error) {
    const wrong = error instanceof WebSocketError ? [] : [`${name} got ${error}`];
    return { answered: 0, rejected: 0, wrong };
  }
  const tally = await callAll(connector, name, { count: CALLS, wire });
  if (connector.state === WebSocketConnector.State.OPEN) await connector.close();
  else await connector.join();
  return tally;
}

/** The server's part: calls back, and follows each connection to its end. */
class Followers {
  readonly #wire: Wire;
  readonly ends: Promise<void>[] = [];
  readonly tallies: Promise<Tally>[] = [];

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  readonly handler = (acceptor: Acceptor): void => {
    void acceptor.accept(provider);
    this.ends.push(acceptor.join());
    const calls = { count: CALLS / 4, wire: this.#wire };
    this.tallies.push(callAll(acceptor, `back to ${acceptor.header}`, calls));
  };
}

/** Faults that end no connection. */
const HARMLESS: readonly Fault["kind"][] = ["none", "delay", "throttle"];

async function runAll(wire: Wire, server: Server): Promise<void> {
  const random = new Random(seedOf("NETWORK_SEED"));
  let answered = 0;
  for (let first = 0; first < CONNECTIONS; first += AT_ONCE) {
    const lives = Array.from({ length: AT_ONCE }, async (_, at) => {
      const fault = faultFrom(random);
      await using proxy = await Proxy.open(server.address!.port, () => fault);
      const name = `${wire} ${first + at}, ${JSON.stringify(fault)}`;
      const again = at % 5 === 0 ? urlOf(server) : undefined;
      const living = live(proxy.url, name, { wire, again });
      assert(await settles(living, BOUND), `${name} hangs`);
      const tally = await living;
      assertEquals(tally.wrong, [], name);
      if (HARMLESS.includes(fault.kind)) assertEquals(tally.answered, CALLS, name);
      answered += tally.answered;
    });
    await Promise.all(lives);
  }
  assert(answered >= CONNECTIONS * CALLS / 4, `only ${answered} calls were answered`);
}

for (const wire of ["plain", "linked", "structured"] as const satisfies readonly Wire[]) {
  Deno.test(`${CONNECTIONS} ${wire} connections settle when their network breaks`, async () => {
    using timers = new Timers();
    using listeners = new SocketListeners();
    const followers = new Followers(wire);
    const use = wire === "structured" ? [structured] : undefined;
    const server = await opened(followers.handler, { ...OPTIONS, use });
    await runAll(wire, server);

    const all = Promise.all([...followers.ends, ...followers.tallies]);
    assert(await settles(all, BOUND), "an end of the server's still waits");
    for (const tally of await Promise.all(followers.tallies)) assertEquals(tally.wrong, []);
    assertEquals((await live(urlOf(server), "after", { wire })).answered, CALLS);
    const closing = server.close();
    assert(await settles(closing, BOUND), "the server does not close");
    await until(() => listeners.count === 0, "no listener is left");
    await until(() => timers.count === 0, "no timer is left");
  });
}
