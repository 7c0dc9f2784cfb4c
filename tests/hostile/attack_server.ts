import { WebSocketConnector } from "../../mod.ts";
import { offerOf } from "../helpers/handshake.ts";
import { Child } from "./child.ts";
import {
  areOutcomes,
  cut,
  isEnd,
  judgeEnd,
  judgeEvents,
  judgeRest,
  judgeStatus,
  judgeTexts,
  lastCall,
  leaksOf,
} from "./judge.ts";
import { PATIENCE } from "./patience.ts";
import type { Gets, Outcome, Phase, Row } from "./row.ts";
import type { Journal } from "./victims/journal.ts";
import { SERVERS } from "./victims/settings.ts";
import type { RawPeer } from "./wire/peer.ts";
import { dialRaw, upgradeRequest } from "./wire/tcp.ts";

/** What an honest client calls. */
interface Echo {
  echo<T>(value: T): T;
}
type Honest = WebSocketConnector<null, null, Echo>;

/** The first frame of a plain connector; what it tells is nobody's business but the handler's. */
export const PLAIN_HEADER = '{"header":{"token":"hunter2"}}';

/** The first frame of one of ours. */
export const LINKED_HEADER: string = offerOf();

/** What means nothing: a server in Deno says it right before it closes. */
const IDLE: readonly string[] = ['{"uid":0,"success":true}', "[65]"];

function withoutIdleEnd(texts: readonly string[]): readonly string[] {
  return texts.slice(0, texts.findLastIndex((text) => !IDLE.includes(text)) + 1);
}

/** The uid of the call that asks whether a connection goes on. */
const PROBE = 990_001;

/** The attacked servers, and the honest clients that were there before. */
export class AttackedServers implements AsyncDisposable {
  readonly #child = new Child("victims/server.ts");
  readonly #honest = new Map<string, Honest>();
  #ports: Readonly<Record<string, number>> = {};
  #control = new WebSocketConnector<null, null, Journal>(null, null);
  #cases = 0;

  /** Starts them. */
  static async start(): Promise<AttackedServers> {
    const attacked = new AttackedServers();
    attacked.#ports = await attacked.#child.firstLine();
    await attacked.#control.connect(attacked.#url("control"));
    for (const name of Object.keys(SERVERS)) {
      const honest: Honest = new WebSocketConnector(null, null);
      await honest.connect(attacked.#url(name));
      attacked.#honest.set(name, honest);
    }
    return attacked;
  }

  /** One case: gives what is wrong. */
  async run(row: Row, phase: Phase): Promise<string[]> {
    const gets = row.gets[phase]!;
    const server = row.server ?? "roomy";
    const handler = row.handler ?? (phase === "undecided" ? "late" : "accept");
    const path = `/${handler}/${++this.#cases}`;
    const peer = await dialRaw(this.#ports[server]!);
    const faults: string[] = [];
    try {
      peer.path = path;
      if (!await greet(peer, row, phase)) return ["the beginning of the conversation failed"];
      for (const step of row.does) await step(peer);
      faults.push(...await judge(peer, row, phase));
      if (gets.calls !== undefined) faults.push(...await this.#judgeCalls(path, gets.calls));
      faults.push(...leaksOf(peer.reader.everything));
    } finally {
      peer.destroy();
    }
    faults.push(...await this.#judgeEvents(path, gets));
    faults.push(...await this.#aftermath(server));
    return faults;
  }

  /** Closes all that was opened: the process must end by itself, and have nothing to say. */
  async stop(): Promise<string> {
    await this.#leave();
    return await this.#child.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leave();
    await this.#child[Symbol.asyncDispose]();
  }

  async #leave(): Promise<void> {
    for (const connector of [...this.#honest.values(), this.#control]) {
      await connector[Symbol.asyncDispose]();
    }
  }

  #url(server: string): string {
    return `ws://127.0.0.1:${this.#ports[server]}`;
  }

  async #judgeCalls(path: string, wanted: readonly Outcome[]): Promise<string[]> {
    const show = (outcomes: readonly Outcome[] | undefined): string => JSON.stringify(outcomes);
    const end = Date.now() + PATIENCE;
    let got = await this.#control.getDriver().outcomes(path);
    while (!areOutcomes(got, wanted) && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      got = await this.#control.getDriver().outcomes(path);
    }
    return areOutcomes(got, wanted)
      ? []
      : [`its own calls came to ${show(got)}, not ${show(wanted)}`];
  }

  async #judgeEvents(path: string, gets: Gets): Promise<string[]> {
    const { end, closed = end, events = [] } = gets;
    const isUpgraded = gets.status === undefined ? closed !== 0 : closed !== undefined;
    const codes = closed === "broken" ? [1006] : [closed ?? 1006].flat();
    const wanted = isUpgraded ? codes.map((code) => `close ${code}`) : [];
    const isTold = (told: readonly string[]): boolean =>
      isUpgraded ? told.some(isEnd) : told.length >= events.length;
    const last = Date.now() + PATIENCE;
    let told = await this.#control.getDriver().events(path);
    while (!isTold(told) && Date.now() < last) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      told = await this.#control.getDriver().events(path);
    }
    return judgeEvents(told, events, wanted);
  }

  /** Whoever was there goes on, and whoever comes is let in. */
  async #aftermath(server: string): Promise<string[]> {
    if (!this.#child.lives) return ["THE PROCESS DIED"];
    const faults: string[] = [];
    const before = await this.#honest.get(server)!.getDriver().echo("before").catch(String);
    if (before !== "before") faults.push(`who was there before gets ${cut(String(before))}`);
    const fresh: Honest = new WebSocketConnector(null, null);
    try {
      await fresh.connect(this.#url(server), { timeout: PATIENCE });
      const after = await fresh.getDriver().echo("after");
      if (after !== "after") faults.push(`who comes after gets ${cut(String(after))}`);
      await fresh.close();
    } catch (error) {
      faults.push(`who comes after is not let in: ${error}`);
    }
    return faults;
  }
}

/** Up to where the row begins. */
async function greet(peer: RawPeer, row: Row, phase: Phase): Promise<boolean> {
  if (phase === "tcp") return true;
  peer.write(upgradeRequest(`${peer.path}?token=hunter2`, row.headers));
  if (!await peer.until(({ isUpgraded }) => isUpgraded, PATIENCE)) return false;
  if (phase === "upgraded") return true;
  peer.text(row.header ?? (phase === "linked" ? LINKED_HEADER : PLAIN_HEADER));
  if (phase === "undecided") return true;
  if (!await peer.until(({ texts }) => texts.length > 0, PATIENCE)) return false;
  const { calls } = row.gets[phase]!;
  if (calls !== undefined) {
    const last = lastCall(calls);
    if (!await peer.until(({ texts }) => texts.join().includes(last), PATIENCE)) return false;
  }
  peer.reader.forget();
  return true;
}

async function judge(peer: RawPeer, row: Row, phase: Phase): Promise<string[]> {
  const gets = row.gets[phase]!;
  const { texts = [], end, status, isFlooded } = gets;
  const faults: string[] = [];
  if (status !== undefined) faults.push(...await judgeStatus(peer, gets));
  else if (end !== undefined) {
    faults.push(...await judgeEnd(peer, gets, row.within ?? PATIENCE));
    if (isFlooded !== true) {
      faults.push(...judgeTexts(withoutIdleEnd(peer.reader.texts), texts));
    }
  } else {
    await peer.until((reader) => reader.texts.length >= texts.length, PATIENCE);
    faults.push(...await probe(peer, phase, gets));
  }
  return [...faults, ...judgeRest(peer, gets)];
}

/** Does the connection go on? What came back before is compared. */
async function probe(peer: RawPeer, phase: Phase, gets: Gets): Promise<string[]> {
  const { texts: wanted = [], offersNothing, isFlooded } = gets;
  const isTaken = wanted.includes("1") || (phase !== "upgraded" && phase !== "undecided");
  const answers = isTaken ? wanted : [...wanted, "1"];
  if (!isTaken && phase === "upgraded") peer.text(PLAIN_HEADER);
  if (!isTaken) await peer.until(({ texts }) => texts.includes("1"), PATIENCE);
  const isLinked = phase === "linked";
  peer.text(
    isLinked
      ? `[0,${PROBE},"echo",["probe"]]`
      : `{"uid":${PROBE},"listener":"echo","parameters":[{"type":"string","value":"probe"}]}`,
  );
  const right = isLinked
    ? `[1,${PROBE},"probe"]`
    : `{"uid":${PROBE},"success":true,"value":"probe"}`;
  const refused = `{"uid":${PROBE},"success":false,`;
  const isAnswer = (text: string): boolean =>
    offersNothing === true ? text.startsWith(refused) : text === right;
  const isAnswered = await peer.until(({ texts }) => texts.some(isAnswer), PATIENCE);
  const got = peer.reader.texts.filter((text) => !isAnswer(text));
  const faults = isFlooded === true ? [] : judgeTexts(got, answers);
  if (!isAnswered) {
    const { close } = peer.reader;
    const end = close === undefined ? `TCP ${peer.ended ?? "stands"}` : `closed with ${close.code}`;
    faults.push(`it does not go on: ${end}`);
  }
  return faults;
}
