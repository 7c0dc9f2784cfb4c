import { now } from "../clock.ts";
import { LONGEST_TIMER } from "../deadline.ts";
import { shared } from "../global_scope.ts";
import { methodOf, overdue } from "./call_errors.ts";
import type { Invoke } from "./invoke.ts";
import type { Moment } from "./listeners.ts";

/** The size of a long frame, in bytes, counted for as long as any of its calls runs. */
export interface Weight {
  readonly size: number;
  /** How many of its calls run. */
  running: number;
}

/**
 * Where the router finds how to serve a function of `validated`; the same in another copy of this
 * library.
 */
export const SERVE: unique symbol = Symbol.for("@sheetbend/rpc serve");

/** Serves a call: `self` is the object that holds the function. */
export type Serve = (call: ServedCall, self: unknown, args: unknown[]) => unknown;

/** The calls of one peer that run at one end. */
export class ServedCalls {
  readonly communicator: object;
  /** How many run now, and how many were ever begun. */
  running = 0;
  begun = 0;
  /** The bytes of long frames whose calls run. */
  bytes = 0;
  /** Grows when a connection ends: earlier calls can't return any more. */
  epoch = 0;
  /** Calls whose functions used `currentCall`, by uid. */
  watched: Map<number, ServedCall> | undefined;

  constructor(communicator: object) {
    this.communicator = communicator;
  }

  /** A single frame is never too heavy: `frameBytes` limits it. */
  isTooHeavy({ running, size }: Weight, limit: number): boolean {
    return running === 0 && this.bytes > 0 && this.bytes + size > limit;
  }

  reset(): void {
    this.epoch++;
    this.running = 0;
    this.bytes = 0;
  }
}

/** A call as it came in, unchecked. */
export interface IncomingCall {
  readonly uid: unknown;
  readonly path: unknown;
  readonly args: unknown;
  /** When its caller stops waiting, by `now()`, if it said so. */
  readonly due: unknown;
  /** 1 if its caller expects no return. */
  readonly quiet: unknown;
  readonly weight: Weight | undefined;
  /** The message itself, if TGrid's: listeners see it. */
  readonly invoke?: Invoke.IFunction;
}

export class ServedCall {
  readonly uid: number;
  readonly path: string;
  /** In ms since the epoch; `Infinity` without a deadline. */
  readonly due: number;
  readonly isQuiet: boolean;
  readonly weight: Weight | undefined;
  readonly calls: ServedCalls;
  readonly epoch: number;
  isWatched = false;
  /** Its parameters have failed their checks: its function does not run. */
  isInvalid = false;
  /** The message that listeners see, and when it came in; only if there are listeners. */
  invoke: Invoke.IFunction | undefined;
  since: Moment | undefined;
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

  /** Has its deadline passed? */
  get isLate(): boolean {
    return this.due <= now();
  }

  /** Returned instead of the result of a call with a deadline whose caller no longer waits. */
  get late(): unknown {
    if (this.isLate) return overdue("finish", methodOf(this.path));
    return this.due < Infinity && this.#wasAborted ? this.#reason : undefined;
  }

  /** Lets the caller, the deadline and the connection abort it. */
  watch(): void {
    if (this.#hasEnded) return;
    this.isWatched = true;
    const watched = this.calls.watched ??= new Map();
    const older = watched.get(this.uid);
    if (older !== this) older?.abort(new Error("Its uid was used again"));
    watched.set(this.uid, this);
  }

  get signal(): AbortSignal {
    if (this.#control !== undefined) return this.#control.signal;
    const control = this.#control = new AbortController();
    if (this.#wasAborted) control.abort(this.#reason);
    else if (!this.#hasEnded && this.due < Infinity) this.#setDeadline();
    return control.signal;
  }

  abort(reason: unknown): void {
    this.done();
    this.#wasAborted = true;
    this.#reason = reason;
    this.#control?.abort(reason);
  }

  done(): void {
    this.#hasEnded = true;
    if (!this.isWatched) return;
    clearTimeout(this.#timer);
    const { watched } = this.calls;
    if (watched?.get(this.uid) === this) watched.delete(this.uid);
  }

  #setDeadline(): void {
    const left = Math.max(0, this.due - now());
    if (left > LONGEST_TIMER) return; // no call runs that long
    this.#timer = setTimeout(() => this.abort(overdue("finish", methodOf(this.path))), left);
  }
}

/** The call whose function is on the stack, for `currentCall`. */
export const onStack: { call: ServedCall | undefined } = shared("call", () => ({
  call: undefined,
}));
