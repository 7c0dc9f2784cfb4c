import { now } from "../../clock.ts";
import { LONGEST_TIMER } from "../../deadline.ts";
import type { Fields } from "../../session/agreement.ts";
import type { ClaimedSession, FeatureSession, SessionHooks } from "../../session/feature.ts";
import type { Ending, Link } from "../../session/link.ts";
import { type ReconnectionSettings, TEMPORARY } from "./options.ts";
import { ResumableSide } from "./resumable_side.ts";
import { detach } from "./transitions.ts";

/**
 * Closes after which a client doesn't resume its session: pages close with 1001 when they are left,
 * and clients with 1013 if the server doesn't read or acknowledge.
 */
const DELIBERATE: ReadonlySet<number> = new Set([1001, 1013]);

/** The sessions that a server keeps. Browsers have none: see `acceptor_side_browser.ts`. */
export class KeptSessions {
  readonly settings: ReconnectionSettings;
  readonly #all = new Map<unknown, AcceptorSide>();
  /** Those without a link, by when they end. */
  readonly #away = new Map<AcceptorSide, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: ReconnectionSettings) {
    this.settings = settings;
  }

  /** Keeps a session. */
  begin(session: FeatureSession): SessionHooks {
    const side = new AcceptorSide(session, this);
    this.#all.set(side.id, side);
    return side;
  }

  /** Returns the session that an offer names, if it can be resumed. */
  claimed({ session }: Fields): ClaimedSession | undefined {
    const [id, received] = Array.isArray(session) ? session : [];
    const side = this.#all.get(id);
    if (side?.canResume(received) !== true) return undefined;
    return {
      session: side.session,
      resume: (link, answer) => side.takeOver(link, received as number, answer),
      reject: (code, reason) => side.reject(code, reason),
    };
  }

  wentAway(side: AcceptorSide): void {
    this.#away.set(side, now() + this.settings.window);
    queueMicrotask(this.#limit); // the session isn't away yet
    this.#schedule();
  }

  cameBack(side: AcceptorSide): void {
    this.#away.delete(side);
    if (this.#away.size === 0) this.#stop();
  }

  delete(side: AcceptorSide): void {
    this.#all.delete(side.id);
    this.cameBack(side);
  }

  readonly #limit = (): void => {
    for (const oldest of this.#away.keys()) {
      if (this.#away.size <= this.settings.awaySessions) return;
      oldest.exceeded();
    }
  };

  /** One timer for all, because they end in the order in which they went away. */
  #schedule(): void {
    if (this.#timer !== undefined) return;
    const [until = Infinity] = this.#away.values();
    const ms = Math.ceil(until - now());
    if (ms <= LONGEST_TIMER) this.#timer = setTimeout(this.#expire, Math.max(0, ms));
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #expire = (): void => {
    this.#timer = undefined;
    const time = now();
    for (const [side, until] of [...this.#away]) {
      if (until > time) break;
      side.expired();
    }
    this.#schedule();
  };
}

/** The side of an acceptor. */
export class AcceptorSide extends ResumableSide {
  /** A secret of the client, because a peer that knows it can take over the session. */
  readonly id: string = newId();
  readonly #kept: KeptSessions;
  #lostAt = 0;

  constructor(session: FeatureSession, kept: KeptSessions) {
    super(session, kept.settings, true);
    this.#kept = kept;
  }

  answer(): object {
    return { session: this.id };
  }

  cut(ending: Ending): boolean {
    const { code, isOurs } = ending;
    if (isOurs || this.isOver || DELIBERATE.has(code) || !TEMPORARY.has(code)) return false;
    this.#lostAt = now();
    this.wentAway(ending);
    this.#kept.wentAway(this);
    return true;
  }

  canResume(received: unknown): boolean {
    const { phase } = this.session;
    return (phase === "open" || phase === "away") && this.sent.isPossible(received);
  }

  /** Another link resumes the session, maybe while the old one still looks open. */
  takeOver(link: Link, received: number, answer: (fields: object) => void): boolean {
    const { session } = this;
    if (!this.canResume(received)) return false;
    if (session.phase === "open") {
      this.#lostAt = now();
      this.isAway = true;
      detach(session);
      session.report({ type: "disconnect", code: 1006, reason: "" });
      if (!this.canResume(received)) return false; // the callback may have closed it
    }
    this.#kept.cameBack(this);
    answer({ session: [this.id, session.received] });
    this.goOn(link, received);
    session.report({ type: "reconnect", isResumed: true, attempts: 1, ms: now() - this.#lostAt });
    return true;
  }

  reject(code: number, reason: string): void {
    this.isAway = true; // it may look open, but a link that is abandoned reports no close
    this.end(code, reason);
  }

  expired(): void {
    this.end(1006, "The client didn't reconnect in time");
  }

  exceeded(): void {
    this.reportLimit("awaySessions");
    this.end(1006, "Too many clients are away");
  }

  override ended(ending: Ending): void {
    super.ended(ending);
    this.#kept.delete(this);
  }
}

/** 144 random bits, in URL-safe Base64. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}
