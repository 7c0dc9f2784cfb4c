import { millisecondsTo, settles } from "../deadline.ts";
import { DeadlineError } from "../errors.ts";
import type { Reporter } from "../events.ts";
import type { Accepted, Settings } from "../session/feature.ts";
import { checkDepth } from "../session/encode_error.ts";
import { mayBeHeader, readAnswer, writeHeader } from "../session/handshake.ts";
import { startHeartbeat } from "../session/heartbeat.ts";
import { type Ending, Link, type LinkOwner } from "../session/link.ts";
import { Timers } from "../session/timers.ts";
import type { SocketLike } from "../types/socket.ts";
import type { clientPacer } from "./client_pacer.ts";
import { whyUnreachable } from "./dial.ts";
import { wireOf } from "./wire_of.ts";

export interface Dial {
  /** For error messages: the URL, or the file of a worker. */
  readonly target: string;
  readonly header: unknown;
  readonly options: {
    readonly timeout?: number | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly wire?: "linked" | "plain" | undefined;
  };
  readonly settings: Settings;
  readonly report: Reporter;
  /** The fields that features add to the offer. */
  readonly fields: object;
  /** Opens the socket, once the header and the options have been checked. */
  readonly open: () => SocketLike | Promise<SocketLike>;
  readonly newPacer?: typeof clientPacer;
  /** The error of an attempt that the other side, or the way there, made fail. */
  readonly errorOf: (status: number, text: string, options?: ErrorOptions) => Error;
  readonly accepted: Accepted;
  /** `true` means that a session waits for another attempt, so that no close is reported. */
  readonly failed: () => unknown;
}

/** Sent to the server if this side cancels the attempt. */
const GIVEN_UP: readonly [code: number, reason: string] = [1000, "The client canceled connect()"];

/** One attempt to connect, from dialing until the server accepts or the attempt fails. */
export class ConnectAttempt {
  declare readonly promise: Promise<void>;
  readonly #dial: Dial;
  #link: Link | undefined;
  #isOver = false;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor(dial: Dial) {
    this.#dial = dial;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Throws if the header can't be serialized, or the URL is invalid. */
  begin(): void {
    const { header, options, settings, fields, newPacer } = this.#dial;
    const { wire = "linked", timeout } = options;
    const ms = timeout === undefined ? Infinity : millisecondsTo(timeout);
    const stalls = newPacer !== undefined;
    const text = writeHeader(header, { wire, stalls, use: settings.use, fields });
    checkDepth(text, settings.limits.depth, header, "header");
    const socket = this.#dial.open();
    if (ms !== Infinity) void this.#expire(ms);
    if (!isPromise(socket)) this.#use(socket, text);
    else socket.then((made) => this.#use(made, text), (error) => this.fail(error));
  }

  #use(socket: SocketLike, header: string): unknown {
    if (!isSocket(socket)) {
      return this.fail(new TypeError(this.#text('the option "socket" returned no socket')));
    }
    const { settings: { limits }, report } = this.#dial;
    const owner: LinkOwner = {
      broke(limit, code, reason) {
        report({ type: "limit", limit });
        link.fail(code, reason);
      },
      opened: () => link.say(header),
      text: (text) => {
        if (mayBeHeader(text, limits, owner)) this.#answered(text);
      },
      binary: () => this.#answered(""),
      closed: (ending) => this.fail(this.#errorOf(ending)) as boolean | void,
    };
    const link = new Link(socket, owner, { limits, report, timers: new Timers() });
    if (this.#isOver) return link.abandon(...GIVEN_UP); // failed before there was a socket
    this.#link = link;
    link.isTrial = true;
    link.start();
  }

  /** Must open the session before it returns, because a call may follow in the same read. */
  #answered(text: string): void {
    const { settings, accepted, newPacer } = this.#dial;
    const link = this.#link!;
    const answer = readAnswer(text, settings.use);
    if (answer === undefined) {
      return this.#refuse("the server doesn't speak this protocol");
    }
    const { agreement, fields } = answer;
    const wire = wireOf(agreement);
    link.pacer = newPacer?.(link, wire.nudge);
    startHeartbeat(link, wire, settings.heartbeat);
    this.#isOver = true;
    accepted(link, agreement, fields);
    this.#resolve();
  }

  fail(error: unknown, [code, reason] = GIVEN_UP): unknown {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#link?.abandon(code, reason);
    this.#reject(error);
    return this.#dial.failed();
  }

  async #expire(ms: number): Promise<void> {
    const inTime = await settles(this.promise, ms).catch(() => true); // it has already failed
    if (inTime) return;
    const why = `not accepted within ${ms} ms`;
    this.#refuse(why, { cause: new DeadlineError(this.#text(why)) });
  }

  /** Fails because of the server, and sends it the reason. */
  #refuse(why: string, options?: ErrorOptions): void {
    this.fail(this.#dial.errorOf(1008, this.#text(why), options), [1008, why]);
  }

  /** A connection that never opened has 1006, because platforms report different codes. */
  #errorOf({ code, reason, detail, isRefused }: Ending): Error {
    const { errorOf } = this.#dial;
    if (isRefused) return errorOf(1006, this.#text(whyUnreachable(detail)));
    if (reason === "" && (code === 1006 || detail !== "")) {
      return errorOf(code, this.#text(detail || "the connection broke"));
    }
    return errorOf(code, reason);
  }

  #text(why: string): string {
    return `Cannot connect to "${this.#dial.target}": ${why}`;
  }
}

/** The user's function may return anything. */
function isPromise(made: SocketLike | Promise<SocketLike>): made is Promise<SocketLike> {
  return typeof (made as { then?: unknown } | null)?.then === "function";
}

function isSocket(made: SocketLike | undefined): boolean {
  return typeof made?.send === "function" && typeof made.addEventListener === "function";
}
