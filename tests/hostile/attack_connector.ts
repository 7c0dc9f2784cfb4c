import { type Driver, type WebSocketAcceptor, WebSocketServer } from "../../mod.ts";
import { answerOf } from "../helpers/handshake.ts";
import { Child } from "./child.ts";
import {
  areOutcomes,
  cut,
  isEnd,
  judgeEnd,
  judgeEvents,
  judgeRest,
  judgeTexts,
  lastCall,
  leaksOf,
} from "./judge.ts";
import { PATIENCE } from "./patience.ts";
import type { Gets, Phase, Row } from "./row.ts";
import type { attacked, Report } from "./victims/client.ts";
import type { RawPeer } from "./wire/peer.ts";
import { listenRaw, type RawServer, upgradeAnswer } from "./wire/tcp.ts";

type Attacked = Driver<typeof attacked>;

/** The answer that takes linked mode up. */
const LINKED_ANSWER = answerOf();

/** How long `connect` waits, in ms: longer than a case, but for those that are silent. */
const TIMEOUT = PATIENCE;

/** The attacked connectors, and the hostile and the honest server that they know. */
export class AttackedConnectors implements AsyncDisposable {
  readonly #honest: WebSocketServer<null, { echo<T>(value: T): T }, typeof attacked>;
  readonly #waiting = new Map<string, (peer: RawPeer) => void>();
  #hostile!: RawServer;
  #child!: Child;
  #driver!: Attacked;
  #cases = 0;

  private constructor() {
    this.#honest = new WebSocketServer();
  }

  /** Starts them. */
  static async start(): Promise<AttackedConnectors> {
    const made = new AttackedConnectors();
    const { promise, resolve } = Promise.withResolvers<Attacked>();
    type Acceptor = WebSocketAcceptor<null, { echo<T>(value: T): T }, typeof attacked>;
    let count = 0;
    await made.#honest.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor: Acceptor) => {
      await acceptor.accept({ echo: (value) => value });
      if (++count === 1) resolve(acceptor.getDriver());
    });
    made.#hostile = await listenRaw((peer) => void made.#dialled(peer));
    const home = `ws://127.0.0.1:${made.#honest.address!.port}/`;
    made.#child = new Child("victims/client.ts", [home]);
    made.#driver = await promise;
    return made;
  }

  /** One case: gives what is wrong. */
  async run(row: Row, phase: Phase): Promise<string[]> {
    const id = ++this.#cases;
    const gets = row.gets[phase]!;
    const path = `/${id}`;
    const dialled = new Promise<RawPeer>((resolve) => this.#waiting.set(path, resolve));
    const connected = this.#driver.connect(id, {
      url: `ws://127.0.0.1:${this.#hostile.port}${path}?token=hunter2`,
      limits: { closeTimeout: 500, ...row.limits },
      heartbeat: row.heartbeat ?? null,
      timeout: row.timeout ?? TIMEOUT,
      makesCalls: gets.calls !== undefined,
    });
    connected.catch(() => {}); // awaited below, behind the script
    const peer = await dialled;
    const faults: string[] = [];
    if (!await greet(peer, row, phase)) faults.push("the beginning of the conversation failed");
    for (const step of row.does) await step(peer);
    faults.push(...await this.#judge(peer, { id, row, phase, connected }));
    if (!this.#child.lives) return [...faults, "THE PROCESS DIED"];
    peer.destroy();
    return faults;
  }

  /** Ends all: the process must end by itself, and have nothing to say. */
  async stop(): Promise<string> {
    await this.#honest[Symbol.asyncDispose]();
    return await this.#child.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#honest[Symbol.asyncDispose]();
    await this.#hostile.close();
    await this.#child[Symbol.asyncDispose]();
  }

  async #dialled(peer: RawPeer): Promise<void> {
    await peer.until(({ head }) => head !== undefined, PATIENCE);
    peer.path = peer.reader.head?.first.split(" ")[1]?.split("?")[0] ?? "";
    this.#waiting.get(peer.path)?.(peer);
    this.#waiting.delete(peer.path);
  }

  async #judge(peer: RawPeer, { id, row, phase, connected }: Running): Promise<string[]> {
    const gets = row.gets[phase]!;
    const { texts = [], end, refused, isFlooded } = gets;
    const faults: string[] = [];
    const isAccepted = await connected.catch(String);
    if (isAccepted !== (refused === undefined)) {
      faults.push(`connect gives ${isAccepted}`);
    } else if (refused === undefined && end === undefined) {
      await peer.until((reader) => reader.texts.length >= texts.length, PATIENCE);
      faults.push(...await this.#probe(peer, { id, row, phase, connected }));
    } else if (end !== undefined) {
      faults.push(...await judgeEnd(peer, gets, row.within ?? PATIENCE));
      if (isFlooded !== true) faults.push(...judgeTexts(peer.reader.texts, texts));
    }
    faults.push(...judgeRest(peer, gets));
    const goesOn = end === undefined && refused === undefined;
    const finished = this.#driver.finish(id, goesOn).catch(String);
    if (goesOn) {
      await judgeEnd(peer, { end: "broken" }, PATIENCE); // its own close is answered
    }
    const report = await finished;
    if (typeof report === "string") return [...faults, `it has no report: ${report}`];
    faults.push(...leaksOf(
      peer.reader.everything.replace('{"token":"hunter2"}', "")
        .replace(/\?token=hunter2/, ""),
    ));
    return [...faults, ...judgeReport(report, gets)];
  }

  /** Does the connection go on? The hostile peer answers as an honest one would. */
  async #probe(peer: RawPeer, { id, row, phase }: Running): Promise<string[]> {
    const { texts: wanted = [], isFlooded } = row.gets[phase]!;
    const probed = this.#driver.probe(id).catch(String);
    const isProbe = (text: string): boolean => text.includes('"probe"');
    if (!await peer.until(({ texts }) => texts.some(isProbe), PATIENCE)) {
      return ["it does not go on: no call leaves"];
    }
    const { texts } = peer.reader;
    const call = JSON.parse(texts.find(isProbe)!);
    peer.text(
      phase === "taken linked"
        ? `[1,${call[1]},"answer"]`
        : `{"uid":${call.uid},"success":true,"value":"answer"}`,
    );
    const others = texts.filter((text) => !isProbe(text));
    const faults = isFlooded === true ? [] : judgeTexts(others, wanted);
    const answer = await probed;
    return answer === "answer" ? faults : [...faults, `it does not go on: ${cut(String(answer))}`];
  }
}

interface Running {
  readonly id: number;
  readonly row: Row;
  readonly phase: Phase;
  readonly connected: Promise<boolean>;
}

/** Up to where the row begins. */
async function greet(peer: RawPeer, row: Row, phase: Phase): Promise<boolean> {
  if (phase === "dialled") return true;
  const key = peer.reader.head!.headers.get("sec-websocket-key")!;
  peer.write(upgradeAnswer(key, row.headers));
  const isGreeted = await peer.until(({ texts }) => texts.length === 1, PATIENCE);
  if (!isGreeted) return false;
  peer.reader.forget();
  if (phase === "greeted") return true;
  peer.text(phase === "taken linked" ? LINKED_ANSWER : "1");
  const { calls } = row.gets[phase]!;
  if (calls === undefined) return true;
  const last = lastCall(calls);
  const isCalled = await peer.until(({ texts }) => texts.join().includes(last), PATIENCE);
  peer.reader.forget();
  return isCalled;
}

function judgeReport(report: Report, gets: Gets): string[] {
  const { refused, end, closed = end, calls, events = [] } = gets;
  const faults: string[] = [];
  if (refused !== undefined) {
    const [status, text] = refused;
    const told = report.refused;
    if (told?.name !== "WebSocketError" || told.status !== status) {
      faults.push(`connect is rejected with ${JSON.stringify(told)}`);
    } else if (text !== undefined && !told.message.includes(text)) {
      faults.push(`connect is rejected with the text "${told.message}"`);
    }
  }
  const codes = closed === "broken" ? [1006] : [closed ?? 1005].flat();
  const wanted = refused === undefined ? codes.map((code) => `close ${code}`) : [];
  // whether an attempt that failed had an end is told or not, as it comes
  const told = report.events.filter((one) => refused === undefined || !isEnd(one));
  faults.push(...judgeEvents(told, events, wanted));
  if (calls !== undefined && !areOutcomes(report.calls, calls)) {
    faults.push(`its own calls came to ${JSON.stringify(report.calls)}`);
  }
  const state = refused === undefined ? 3 : -1;
  if (report.state !== state) faults.push(`the state is ${report.state}, not ${state}`);
  if (report.again !== "again") faults.push(`it can't be used again: ${report.again}`);
  return faults;
}
