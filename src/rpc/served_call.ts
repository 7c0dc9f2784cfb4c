import { LONGEST_TIMER } from "../deadline.ts";
import { overdue } from "./call_errors.ts";
import type { Invoke } from "./invoke.ts";
import type { Moment } from "./listeners.ts";

/** What a long frame weighs for as long as any of its calls runs. */
export interface Weight {
  /** In bytes. */
  readonly size: number;
  /** How many of its calls run. */
  running: number;
}

/** The calls of one peer that run at one end. */
export class ServedCalls {
  /** The communicator that serves them. */
  readonly communicator: object;
  /** How many run now. */
  running = 0;
  /** How many were begun since the end was made. */
  begun = 0;
  /** The bytes of long frames whose calls run. */
  bytes = 0;
  /** Grows with each end of a connection: a call from before has nobody to return to. */
  epoch = 0;
  /** Calls whose functions have asked for their signal or deadline, by uid. */
  watched: Map<number, ServedCall> | undefined = undefined;

  constructor(communicator: object) {
    this.communicator = communicator;
  }

  /** A single frame, however long, is never too heavy: `frameBytes` bounds that. */
  isTooHeavy({ running, size }: Weight, limit: number): boolean {
    return running === 0 && this.bytes > 0 && this.bytes + size > limit;
  }

  /** The connection has ended: what runs has nobody to return to. */
  reset(): void {
    this.epoch++;
    this.running = 0;
    this.bytes = 0;
  }
}

/** A call as it came in: nothing of it is checked yet. */
export interface IncomingCall {
  readonly uid: unknown;
  readonly path: unknown;
  readonly args: unknown;
  /** When its caller stops waiting, in ms since the epoch, where it said so. */
  readonly due: unknown;
  /** 1 where its caller waits for no return. */
  readonly quiet: unknown;
  /** The weight of its frame, where that is long. */
  readonly weight: Weight | undefined;
  /** The message itself, where it has this form: it is what listeners see. */
  readonly invoke?: Invoke.IFunction;
}

/** One call of the peer while it runs. */
export class ServedCall {
  readonly uid: number;
  readonly path: string;
  /** In ms since the epoch; `Infinity` where its caller set no deadline. */
  readonly due: number;
  readonly isQuiet: boolean;
  readonly weight: Weight | undefined;
  readonly calls: ServedCalls;
  readonly epoch: number;
  /** Did its function ask for the signal or the deadline? Few do. */
  isWatched = false;
  /** What listeners see of it, and when it came in; only where there are some. */
  invoke: Invoke.IFunction | undefined = undefined;
  since: Moment | undefined = undefined;
  #control: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded = false;
  #wasAborted = false;
  #reason: unknown;

  constructor(calls: ServedCalls, { uid, path, due, quiet, weight }: IncomingCall) {
    this.calls = calls;
    this.epoch = calls.epoch;
    this.uid = uid as number;
    this.path = path as string;
    this.due = typeof due === "number" ? due : Infinity;
    this.isQuiet = quiet === 1;
    this.weight = weight;
  }

  /** Has its deadline passed? Asked where there is one; its timer may be a moment before the clock. */
  get isLate(): boolean {
    return this.#wasAborted || this.due <= Date.now();
  }

  /** From now on it is aborted when nobody waits for it any more. */
  watch(): void {
    if (this.#hasEnded) return;
    this.isWatched = true;
    const watched = this.calls.watched ??= new Map();
    const older = watched.get(this.uid);
    if (older !== this) older?.abort(new Error("Its uid was used again"));
    watched.set(this.uid, this);
  }

  /** Aborts when nobody waits for it any more. */
  get signal(): AbortSignal {
    if (this.#control !== undefined) return this.#control.signal;
    const control = this.#control = new AbortController();
    if (this.#wasAborted) control.abort(this.#reason);
    else if (!this.#hasEnded && this.due < Infinity) this.#setDeadline();
    return control.signal;
  }

  /** Nobody waits for it any more. */
  abort(reason: unknown): void {
    this.done();
    this.#wasAborted = true;
    this.#reason = reason;
    this.#control?.abort(reason);
  }

  /** It has ended. */
  done(): void {
    this.#hasEnded = true;
    if (!this.isWatched) return;
    clearTimeout(this.#timer);
    const { watched } = this.calls;
    if (watched?.get(this.uid) === this) watched.delete(this.uid);
  }

  #setDeadline(): void {
    const left = Math.max(0, this.due - Date.now());
    if (left > LONGEST_TIMER) return; // nothing runs so long
    this.#timer = setTimeout(() => this.abort(overdue("finish", this.path)), left);
  }
}

/** The call whose function is on the stack: a function asks for it before its first `await`. */
export const onStack: { call: ServedCall | undefined } = { call: undefined };
