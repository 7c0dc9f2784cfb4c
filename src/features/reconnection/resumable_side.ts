import { now } from "../../clock.ts";
import { NotSentError } from "../../errors.ts";
import type { ConnectionEvent } from "../../events.ts";
import type { FeatureSession, Leaving, SessionHooks, Text } from "../../session/feature.ts";
import { type Ending, endingOf, type Link } from "../../session/link.ts";
import { isKind, timed } from "../../session/linked.ts";
import { FrameError } from "../../session/parse_json.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import type { ReconnectionSettings } from "./options.ts";
import { SentMessages } from "./sent_messages.ts";
import { end, resume } from "./transitions.ts";

/** The slowest network that counts as working, in bytes per ms. */
const SLOWEST = 32;

/** One side of a session that can change links: what it has sent, and what it acknowledges. */
export abstract class ResumableSide implements SessionHooks, Leaving {
  readonly state: this = this;
  readonly leaving: Leaving | undefined;
  readonly session: FeatureSession;
  protected readonly settings: ReconnectionSettings;
  protected readonly sent: SentMessages = new SentMessages();
  protected isOver = false;
  protected isAway = false;
  readonly #acknowledgements: Acknowledgements;
  // what waits while there is no link
  #awayCalls = 0;
  #awayBytes = 0;
  #isWatched = false;

  /** `isResumable` is whether the peer keeps the session, too. */
  constructor(session: FeatureSession, settings: ReconnectionSettings, isResumable: boolean) {
    this.session = session;
    this.settings = settings;
    this.#acknowledgements = new Acknowledgements(session);
    this.leaving = isResumable ? this : undefined;
  }

  // the methods of Leaving

  away(text: string, uid: number, bytes: readonly Uint8Array[] | undefined): void {
    let size = text.length;
    for (const part of bytes ?? []) size += part.length;
    const { awayCalls, awayBytes } = this.settings;
    const isCall = uid > 0;
    const limit = isCall && this.#awayCalls >= awayCalls
      ? "awayCalls"
      : this.#awayBytes + size > awayBytes && !isKind(text, "3") // a cancel frees memory
      ? "awayBytes"
      : undefined;
    if (limit === undefined) {
      if (isCall) this.#awayCalls++;
      this.#awayBytes += size;
      return;
    }
    this.reportLimit(limit);
    if (isCall) throw new NotSentError("Cannot call: too much waits for the connection");
    queueMicrotask(() => this.end(1006, "Too much waits for the connection"));
  }

  waits(texts: readonly string[]): readonly Text[] {
    const since = this.#since;
    return since === undefined ? texts : texts.map((text) => timed(text, since) ?? text);
  }

  left(text: string, count: number, bytes: readonly Uint8Array[] | undefined): string | undefined {
    this.sent.keep({ text, count, bytes, since: this.#since });
    if (this.isFull) this.#watch();
    if (bytes === undefined) return this.#acknowledgements.beside(text);
  }

  get isFull(): boolean {
    return this.sent.size > this.settings.unacknowledgedBytes;
  }

  // the methods of SessionHooks

  read(size: number): void {
    if (this.leaving !== undefined) this.#acknowledgements.read(size);
  }

  resumed(): void {
    this.sent.sendAgain(this.session.link!);
    if (this.isFull) this.#watch();
  }

  ended({ code, reason }: Ending): void {
    this.isOver = true;
    this.#acknowledgements.stop();
    this.sent.acknowledge(this.sent.count);
    if (this.isAway) this.session.report({ type: "close", code, reason });
  }

  /** The peer says how many messages it has received. */
  acknowledged(received: unknown): void {
    if (!this.sent.isPossible(received)) {
      throw new FrameError("Cannot read an acknowledgement: the number is impossible");
    }
    const wasFull = this.isFull;
    this.sent.acknowledge(received);
    if (wasFull && !this.isFull) queueMicrotask(() => this.session.drained());
  }

  /**
   * The link is lost. `then` runs when the session is away: a callback of the program may close it
   * then.
   */
  protected wentAway({ code, reason }: Pick<Ending, "code" | "reason">, then?: () => void): void {
    this.isAway = true;
    queueMicrotask(() => {
      if (this.isOver) return;
      this.session.report({ type: "disconnect", code, reason });
      if (!this.isOver) then?.();
    });
  }

  /** Continues over a link, whose peer has received this many messages. */
  protected goOn(link: Link, received: number): void {
    this.isAway = this.#isWatched = false;
    this.#awayCalls = this.#awayBytes = 0;
    this.#acknowledgements.next(); // the handshake has acknowledged them
    this.acknowledged(received);
    resume(this.session, link);
  }

  protected end(code: number, reason: string): void {
    if (!this.isOver) end(this.session, endingOf(code, reason));
  }

  protected reportLimit(limit: ConnectionEvent.ILimit["limit"]): void {
    this.session.report({ type: "limit", limit });
  }

  /** The time, if messages may have deadlines. Looking for them in each message is slow. */
  get #since(): number | undefined {
    return this.session.rpc.pending.deadlines && now();
  }

  /** Closes the connection if the peer stops acknowledging. */
  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    const { link, settings: { limits } } = this.session;
    const before = this.sent.acknowledged;
    link!.timers.later(limits.stallTimeout + this.sent.size / SLOWEST, () => {
      this.#isWatched = false;
      if (!this.isFull) return;
      if (this.sent.acknowledged > before) return this.#watch();
      this.reportLimit("unacknowledgedBytes");
      this.session.fail(1013, "The receiver stopped acknowledging");
    });
  }
}
