import { detach, giveUp, replace, resume } from "./resumption.ts";
import { WebSocketError } from "../../src/errors.ts";
import type { Agreement, Fields } from "../../src/session/agreement.ts";
import {
  type FeatureSession,
  type Leaving,
  type MessageKind,
  type PluggedFeature,
  type SessionHooks,
  stateOf,
} from "../../src/session/feature.ts";
import type { Ending, Link } from "../../src/session/link.ts";
import { ACK, Acknowledgements } from "./acknowledgements.ts";
import { SentMessages } from "./sent_messages.ts";

/*
 * A session that outlives its socket. Both ends count the messages that they receive, and keep those
 * that they send until these are acknowledged. The first answer has the field `"session": id`; the
 * offer and the answer of a comeback have `"session": [id, received]`. Then both send again what the
 * other has not received.
 */

/** What `reconnection` takes. */
export interface ReconnectionOptions {
  /** In ms before the second try; the first goes after a random part of 100 ms. Default: 500. */
  readonly delay?: number;
  /** The longest, in ms; each try waits up to twice as long as the one before. Default: 30,000. */
  readonly maxDelay?: number;
  /** Default: `Infinity`. */
  readonly attempts?: number;
  /** What the server is told at each dial. Default: what it was told at the first. */
  readonly header?: () => unknown;
  /** Is it worth another try? Default: not after a close or a rejection that was meant. */
  readonly retry?: (error: unknown) => boolean;
  /** At a server: how long a session is kept after a cut, in ms. Default: 60,000. */
  readonly window?: number;
  /** At a server: so many sessions may be without a link. Default: 10,000. */
  readonly awaySessions?: number;
  /** Bytes kept for a peer that does not acknowledge: above it, messages wait. Default: 16 MiB. */
  readonly unacknowledgedBytes?: number;
  readonly onEvent?: (event: ReconnectionEvent) => void;
}

/** What goes on at a connector. */
export type ReconnectionEvent =
  | { readonly type: "disconnect"; readonly code: number; readonly reason: string }
  | { readonly type: "reconnecting"; readonly attempt: number; readonly delay: number }
  | {
    readonly type: "reconnect";
    readonly isResumed: boolean;
    readonly attempts: number;
    readonly ms: number;
  };

type Settings = Required<ReconnectionOptions>;

/** The first try waits for a random part of this, in ms: not all clients come at once. */
const FIRST_DELAY = 100;

/** Ends after which it is worth dialling again: broken off, or the server goes away for a while. */
const MENDABLE: ReadonlySet<number> = new Set([1001, 1006, 1012, 1013, 1014]);

const DEFAULTS: Settings = {
  delay: 500,
  maxDelay: 30_000,
  attempts: Infinity,
  header: () => undefined,
  retry: (error) => !(error instanceof WebSocketError) || MENDABLE.has(error.status),
  window: 60_000,
  awaySessions: 10_000,
  unacknowledgedBytes: 16 * 2 ** 20,
  onEvent() {},
};

/** No call is lost and none doubled when the network breaks, for the option `use` of both ends. */
export function reconnection(options: ReconnectionOptions = {}): PluggedFeature {
  const settings = { ...DEFAULTS, ...options };
  const kept = new KeptSessions(settings.awaySessions);
  return {
    name: "resume",
    kinds: KINDS,
    begin(session, isAgreed, fields) {
      if (session.owner.redial !== undefined) {
        const id = isAgreed && typeof fields.session === "string" ? fields.session : undefined;
        return new DiallingEnd(session, settings, id);
      }
      if (!isAgreed) return undefined;
      const end = new ServingEnd(session, settings, kept);
      kept.add(end);
      return end;
    },
    claim(fields, link, answer) {
      const [id, received] = comebackOf(fields);
      return kept.get(id)?.takeOver(link, received, answer) ?? false;
    },
  };
}

const KINDS: Record<number, MessageKind> = {
  [ACK]: { take: ([, received], session) => stateOf(session, ResumableEnd).acknowledged(received) },
};

function comebackOf({ session }: Fields): readonly unknown[] {
  return Array.isArray(session) ? session : [];
}

/** The sessions of a server that may come back, by their ids. */
class KeptSessions {
  readonly #most: number;
  readonly #all = new Map<unknown, ServingEnd>();
  /** Those without a link, the oldest first. */
  readonly #away = new Set<ServingEnd>();

  constructor(most: number) {
    this.#most = most;
  }

  add(end: ServingEnd): void {
    this.#all.set(end.id, end);
  }

  get(id: unknown): ServingEnd | undefined {
    return this.#all.get(id);
  }

  wentAway(end: ServingEnd): void {
    this.#away.add(end);
    const [oldest] = this.#away;
    if (this.#away.size > this.#most) queueMicrotask(() => oldest!.giveUp());
  }

  cameBack(end: ServingEnd): void {
    this.#away.delete(end);
  }

  delete(end: ServingEnd): void {
    this.#away.delete(end);
    this.#all.delete(end.id);
  }
}

/** One end of a session that may be resumed: what it has sent, and what it tells of what it got. */
abstract class ResumableEnd implements SessionHooks, Leaving {
  readonly state = this;
  readonly leaving: Leaving | undefined;
  readonly read: ((size: number) => void) | undefined;
  protected readonly session: FeatureSession;
  protected readonly settings: Settings;
  protected readonly sent = new SentMessages();
  protected readonly acks: Acknowledgements;
  protected isOver = false;
  protected timer: ReturnType<typeof setTimeout> | undefined;

  /** @param isResumable The other end keeps the session too. */
  constructor(session: FeatureSession, settings: Settings, isResumable: boolean) {
    this.session = session;
    this.settings = settings;
    this.acks = new Acknowledgements(session);
    this.leaving = isResumable ? this : undefined;
    this.read = isResumable ? this.acks.heard : undefined;
  }

  left(texts: readonly string[], bytes: readonly Uint8Array[] | undefined, length: number): void {
    this.sent.keep(texts, bytes, length);
  }

  beside(): string | undefined {
    return this.acks.beside();
  }

  get isFull(): boolean {
    return this.sent.size > this.settings.unacknowledgedBytes;
  }

  /** The other end has told how many messages it has received. */
  acknowledged(received: unknown): void {
    if (!this.sent.isPossible(received)) {
      throw new SyntaxError("Cannot read an acknowledgement: it is of what was never sent");
    }
    const wasFull = this.isFull;
    this.sent.acknowledge(received);
    if (wasFull && !this.isFull) queueMicrotask(() => this.session.drained());
  }

  resumed(): void {
    this.sent.sendAgain(this.session.link!);
  }

  ended(): void {
    this.isOver = true;
    clearTimeout(this.timer);
    this.acks.stop();
    this.sent.clear();
  }

  /** Goes on over a new link, from which the other end has received so many messages. */
  protected goOn(link: Link, received: number): void {
    this.acks.told();
    this.acknowledged(received);
    resume(this.session, link);
  }
}

/** The end of a server. */
class ServingEnd extends ResumableEnd {
  /** 128 bits that nobody guesses. */
  readonly id = crypto.getRandomValues(new BigUint64Array(2)).join("-");
  readonly #kept: KeptSessions;
  #ending: Ending | undefined;

  constructor(session: FeatureSession, settings: Settings, kept: KeptSessions) {
    super(session, settings, true);
    this.#kept = kept;
  }

  answer(): object {
    return { session: this.id };
  }

  cut(ending: Ending): boolean {
    if (ending.isOurs || this.isOver || !MENDABLE.has(ending.code)) return false;
    this.#ending = ending;
    this.timer = setTimeout(() => this.giveUp(), this.settings.window);
    this.#kept.wentAway(this);
    return true;
  }

  giveUp(): void {
    if (this.session.phase !== "away") return;
    const reason = "The other end did not come back in time";
    giveUp(this.session, { ...this.#ending!, code: 1006, reason });
  }

  /** The client is back, maybe while its old link still looks open. `false` if it can't be this one. */
  takeOver(
    link: Link,
    received: unknown,
    answer: (session: FeatureSession, fields: object) => void,
  ): boolean {
    const { session } = this;
    const isMendable = session.phase === "open" || session.phase === "away";
    if (!isMendable || !this.sent.isPossible(received)) return false;
    clearTimeout(this.timer);
    this.#kept.cameBack(this);
    detach(session);
    answer(session, { session: [this.id, session.received] });
    this.goOn(link, received);
    return true;
  }

  override ended(): void {
    super.ended();
    this.#kept.delete(this);
  }
}

/** The end of a connector. */
class DiallingEnd extends ResumableEnd {
  readonly #id: string | undefined;

  /** @param id `undefined` if the server does not keep the session: then another one begins. */
  constructor(session: FeatureSession, settings: Settings, id: string | undefined) {
    super(session, settings, id !== undefined);
    this.#id = id;
  }

  cut(ending: Ending): boolean {
    const { code, reason, isOurs } = ending;
    if (isOurs || this.isOver || !MENDABLE.has(code)) return false;
    this.settings.onEvent({ type: "disconnect", code, reason });
    void this.#mend(ending);
    return true;
  }

  override ended(): void {
    if (this.isOver) return;
    super.ended();
    this.session.owner.attempt?.fail(new Error("Cannot come back: the session is over"));
  }

  async #mend(ending: Ending): Promise<void> {
    const { attempts, retry, onEvent } = this.settings;
    const since = Date.now();
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const delay = this.#delayOf(attempt);
      onEvent({ type: "reconnecting", attempt, delay });
      await new Promise<void>((resolve) => this.timer = setTimeout(resolve, delay));
      try {
        const isResumed = await this.#dial();
        if (isResumed === undefined) return;
        return onEvent({
          type: "reconnect",
          isResumed,
          attempts: attempt,
          ms: Date.now() - since,
        });
      } catch (error) {
        if (this.isOver) return;
        if (!retry(error)) break;
      }
    }
    giveUp(this.session, ending);
  }

  #delayOf(attempt: number): number {
    const { delay, maxDelay } = this.settings;
    const most = attempt === 1 ? FIRST_DELAY : Math.min(maxDelay, delay * 2 ** (attempt - 2));
    return Math.random() * most;
  }

  /** Dials once; gives whether the session goes on, or `undefined` if it is over meanwhile. */
  async #dial(): Promise<boolean | undefined> {
    const { session } = this;
    const header = await this.settings.header();
    if (this.isOver) return undefined;
    let isResumed = false;
    const fields = this.#id === undefined ? {} : { session: [this.#id, session.received] };
    await session.owner.redial!(fields, header, (link, agreement, answered) => {
      isResumed = this.#accepted(link, agreement, answered);
    });
    return isResumed;
  }

  #accepted(link: Link, agreement: Agreement, fields: Fields): boolean {
    const { session } = this;
    const [id, received] = comebackOf(fields);
    if (this.#id !== undefined && id === this.#id && this.sent.isPossible(received)) {
      this.goOn(link, received);
      return true;
    }
    const detail = "The server has begun another session";
    const ending = { code: 1006, reason: "", detail, isRefused: false, isOurs: false };
    replace(session, ending, () => session.owner.open!(link, agreement, fields));
    return false;
  }
}
