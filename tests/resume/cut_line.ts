import {
  type ConnectionEvent,
  type Limits,
  reconnection,
  type ReconnectionOptions,
  structured,
  WebSocketConnector,
} from "../../mod.ts";
import type { FeatureSession } from "../../src/session/feature.ts";
import { watched } from "../features/feature_pair.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import { opened, type Server } from "../helpers/servers.ts";
import { until } from "../helpers/waiting.ts";
import { type Fault, Proxy } from "../network/proxy.ts";
import type { Random } from "../network/random.ts";
import { Callee, Caller, type Kind } from "./callers.ts";
import { wait, WHOLE } from "./replay.ts";
import { streamsOf } from "./seeded.ts";
import { leftIn, mapsOf } from "./tables.ts";

/** A connection that lasts longer is cut, in ms. */
const LASTS = 1_000;
const now = performance.now.bind(performance);

/** A connection that is cut while it still carries calls. */
export interface CutPlan {
  readonly seed: number;
  /** How many connections are cut. */
  readonly cuts: number;
  /** How many calls each end makes, at least. */
  readonly calls: number;
  readonly kinds: readonly Kind[];
  /** How connections are cut. */
  readonly faults: readonly Fault["kind"][];
  /** Before which byte: one of these, or an earlier one. */
  readonly reaches: readonly number[];
  readonly client?: ReconnectionOptions;
  readonly server?: ReconnectionOptions;
  readonly limits?: Partial<Limits>;
  readonly heartbeat?: number;
  /** Whether the server looks at the header of each comeback, for a random time. */
  readonly checks?: boolean;
  /** Whether sessions may end, because their window is short for example. */
  readonly mayEnd?: boolean;
}

/** What came of it. */
export interface CutResult {
  readonly wrong: readonly string[];
  /** Calls that ran, at the server and at the client. */
  readonly ran: readonly [server: number, client: number];
  readonly made: readonly [client: number, server: number];
  readonly cuts: number;
  readonly resumed: number;
  readonly renewed: number;
}

/** A server and a client, with a network between them that cuts their connections. */
class CutLine implements AsyncDisposable {
  readonly plan: CutPlan;
  readonly random: (part: number) => Random;
  readonly atServer: Callee;
  readonly atClient: Callee;
  readonly callers: Caller[] = [];
  readonly wrong: string[] = [];
  readonly sessions: FeatureSession[] = [];
  readonly maps: Map<unknown, unknown>[] = [];
  readonly client: Connector;
  connections = 0;
  resumed = 0;
  renewed = 0;
  isEnding = false;
  isWhole = false;
  running: Promise<void>[] = [];
  server!: Server;
  proxy!: Proxy;
  #seen = { connections: 0, since: 0 };
  readonly #wakes: Random;

  constructor(plan: CutPlan) {
    this.plan = plan;
    this.random = streamsOf(plan.seed);
    this.atServer = new Callee(this.random(1));
    this.atClient = new Callee(this.random(2));
    this.#wakes = this.random(3);
    const { provider } = this.atClient;
    this.client = new WebSocketConnector<unknown, object | null, Anything>("client", provider);
  }

  async open(): Promise<void> {
    const faults = this.random(4);
    this.server = await opened((acceptor) => this.#accept(acceptor), this.#serverOptions());
    this.proxy = await Proxy.open(this.server.address!.port, () => {
      this.connections++;
      return this.isWhole ? WHOLE : this.#faultOf(faults);
    });
    const own = mapsOf(() => reconnection({ delay: 20, maxDelay: 50, ...this.plan.client }));
    this.maps.push(...own.maps);
    this.isWhole = true; // connect() isn't tried again
    await this.client.connect(this.proxy.url, {
      use: [...this.#use(), own.made, watched(this.sessions)],
      ...this.#ends(),
      timeout: 5_000,
      onEvent: (event) => this.#heard(event),
    });
    this.isWhole = false;
    this.proxy.cut();
    this.#begin(this.client, "client", 5);
  }

  #use() {
    return this.plan.kinds.includes("bytes") ? [structured] : [];
  }

  #ends() {
    const { limits, heartbeat = 1_000 } = this.plan;
    return { heartbeat, ...limits && { limits } };
  }

  #serverOptions() {
    const { server, checks } = this.plan;
    const own = mapsOf(() => reconnection({ window: 20_000, ...server }));
    this.maps.push(...own.maps);
    const random = this.random(6);
    const resumed = async (acceptor: Acceptor, header: unknown) => {
      if (acceptor.header !== header) this.wrong.push("another header");
      await wait(random.below(20));
    };
    const use = [...this.#use(), own.made, watched(this.sessions)];
    const onEvent = (event: ConnectionEvent) => this.#check("server", event);
    return { use, ...this.#ends(), onEvent, ...checks === true && { resumed } };
  }

  async #accept(acceptor: Acceptor): Promise<void> {
    await acceptor.accept(this.atServer.provider);
    this.#begin(acceptor, `server ${this.sessions.length}`, 7 + this.sessions.length);
  }

  #begin(end: Connector | Acceptor, name: string, part: number): void {
    const { kinds, mayEnd = false } = this.plan;
    const caller = new Caller(end, { name, random: this.random(part), kinds, mayEnd });
    this.callers.push(caller);
    this.running.push(caller.run(() => end.state > 1 || this.isEnding && this.#isEnough(caller)));
  }

  #isEnough(caller: Caller): boolean {
    return this.plan.mayEnd === true || caller.made >= this.plan.calls;
  }

  #faultOf(random: Random): Fault {
    const { faults, reaches } = this.plan;
    const at = random.below(random.of(reaches));
    return { kind: random.of(faults), way: random.of(["up", "down"]), at };
  }

  #heard(event: ConnectionEvent): void {
    switch (event.type) {
      case "reconnect":
        if (event.isResumed) this.resumed++;
        else this.renewed++;
        break;
      case "reconnecting": // as a page that is online again
        if (this.#wakes.below(8) > 0) dispatchEvent(new Event("online"));
        break;
    }
    this.#check("client", event);
  }

  #check(where: string, event: ConnectionEvent): void {
    const mayExceed = this.plan.mayEnd === true; // the number of sessions without a connection
    const isFault = event.type === "error" || event.type === "limit" && !mayExceed;
    if (isFault) this.wrong.push(`${where}: ${Deno.inspect(event)}`);
  }

  /** Lets all that waits come to an end. */
  async settle(atMost: number): Promise<void> {
    await until(() => this.#isCutEnough(), "it is cut often enough", atMost);
    this.isEnding = true;
    this.isWhole = true;
    this.proxy.cut();
    await until(() => this.client.state === 1, "the client is back", atMost);
    await Promise.all(this.running);
    const { add } = this.client.getDriver(); // what waits goes before it
    await add!("last", 0, 0);
    for (const { session } of this.#open()) {
      await session.getDriver().add!("last", this.callers.length, 0);
    }
    const open = () => this.sessions.filter(({ phase }) => phase !== "closed");
    await until(() => leftIn(open()).length === 0, "nothing is kept", 20_000).catch(() => {
      this.wrong.push(`left: ${Deno.inspect(leftIn(open()))}`);
    });
  }

  /** Cuts a connection whose fault cuts nothing, or not soon. */
  #isCutEnough(): boolean {
    const { connections } = this;
    if (connections !== this.#seen.connections) this.#seen = { connections, since: now() };
    if (now() - this.#seen.since > LASTS) this.proxy.cut();
    return connections > this.plan.cuts + 1;
  }

  *#open(): Iterable<{ readonly session: Acceptor }> {
    const [session] = [...this.server.acceptors].slice(-1);
    if (session !== undefined) yield { session };
  }

  /** Closes both ends, and looks for entries that are left. */
  async close(): Promise<void> {
    await this.client.close();
    if (this.plan.mayEnd !== true) {
      await until(() => [...this.server.acceptors].length === 0, "the acceptor is closed");
    }
    await this.server.close();
    await until(() => leftIn(this.sessions).length === 0, "", 2_000).catch(() => {
      this.wrong.push(`left: ${Deno.inspect(leftIn(this.sessions))}`);
    });
    for (const { size } of this.maps) if (size > 0) this.wrong.push(`a map has ${size} entries`);
  }

  result(): CutResult {
    const { callers, atServer, atClient } = this;
    for (const caller of callers) {
      const callee = caller.name === "client" ? atServer : atClient;
      for (const at of caller.must) {
        if (!callee.hasRun(caller.name, at)) this.wrong.push(`${caller.name} ${at} did not run`);
      }
      this.wrong.push(...caller.wrong);
      if (caller.made !== caller.settled) this.wrong.push(`${caller.name}: some did not settle`);
    }
    this.wrong.push(...atServer.wrong, ...atClient.wrong);
    const madeBy = (isClient: boolean) =>
      callers.filter(({ name }) => (name === "client") === isClient)
        .reduce((sum, { made }) => sum + made, 0);
    return {
      wrong: this.wrong,
      ran: [atServer.count - 1, atClient.count - 1],
      made: [madeBy(true), madeBy(false)],
      cuts: this.connections - 2,
      resumed: this.resumed,
      renewed: this.renewed,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isEnding = true;
    await this.client[Symbol.asyncDispose]();
    await this.proxy?.[Symbol.asyncDispose]();
    await this.server?.[Symbol.asyncDispose]();
  }
}

/** Cuts connections as planned. Throws if something never comes to an end. */
export async function cutRun(plan: CutPlan, atMost = 60_000): Promise<CutResult> {
  await using line = new CutLine(plan);
  await line.open();
  await line.settle(atMost);
  await line.close();
  return line.result();
}
