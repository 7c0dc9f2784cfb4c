import { now } from "../clock.ts";
import { LONGEST_TIMER } from "../deadline.ts";
import { shared } from "../global_scope.ts";
import { methodOf, overdue } from "./call_errors.ts";
import type { Invoke } from "./invoke.ts";
import type { Moment } from "./listeners.ts";

/** The size of a long frame, which counts while any of its calls is running. */
export interface Weight {
  /** In characters of text frames, and bytes of binary ones. */
  readonly size: number;
  /** How many of its calls are running. */
  running: number;
}

/** The key of the `Serve` of a function of `validated`, even of another copy of the library. */
export const SERVE: unique symbol = Symbol.for("@sheetbend/rpc serve");

/** Serves a call. `self` is the object that has the function. */
export type Serve = (call: ServedCall, self: unknown, args: unknown[]) => unknown;

/** The running calls of one peer. */
export class ServedCalls {
  readonly communicator: object;
  /** How many are running, and how many have been started. */
  running = 0;
  begun = 0;
  /** The sizes of long frames whose calls are running. */
  bytes = 0;
  /** Grows when a connection closes, because earlier calls can't return after that. */
  epoch = 0;
  /** Calls whose functions called `currentCall`, by uid. Several can have 0, so they are keys. */
  watched: Map<unknown, ServedCall> | undefined;

  constructor(communicator: object) {
    this.communicator = communicator;
  }

  /** A frame alone is never too heavy, because `frameBytes` limits it. */
  isTooHeavy({ running, size }: Weight, limit: number): boolean {
    return running === 0 && this.bytes > 0 && this.bytes + size > limit;
  }

  reset(): void {
    this.epoch++;
    this.running = 0;
    this.bytes = 0;
  }
}

/** A call as it arrived, unchecked. */
export interface IncomingCall {
  readonly uid: unknown;
  readonly path: unknown;
  readonly args: unknown;
  /** When the caller stops waiting, by `now()`, if the caller has a deadline. */
  readonly due: unknown;
  /** 1 if the caller expects no return. */
  readonly quiet: unknown;
  readonly weight: Weight | undefined;
  /** The message for listeners, if it arrived in TGrid's format. */
  readonly invoke?: Invoke.IFunction;
}

export class ServedCall {
  declare readonly uid: number;
  declare readonly path: string;
  /** When the caller stops waiting, by `now()`. `Infinity` without a deadline. */
  declare readonly due: number;
  declare readonly isQuiet: boolean;
  declare readonly weight: Weight | undefined;
  declare readonly calls: ServedCalls;
  declare readonly epoch: number;
  isWatched = false;
  /** Its arguments are invalid, so its function doesn't run. */
  isInvalid = false;
  /** The message for listeners, and when it arrived. Set only if there are listeners. */
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

  /** Whether its deadline has passed. */
  get isLate(): boolean {
    return this.due <= now();
  }

  /** The error to return if the call has a deadline and its caller no longer waits. */
  get late(): unknown {
    if (this.isLate) return overdue("finish", methodOf(this.path));
    return this.due < Infinity && this.#wasAborted ? this.#reason : undefined;
  }

  /** Makes the call abortable by its caller, its deadline and the end of the connection. */
  watch(): void {
    if (this.#hasEnded) return;
    this.isWatched = true;
    const watched = this.calls.watched ??= new Map();
    const older = watched.get(this.uid || this);
    if (older !== this) older?.abort(new Error("The caller reused the uid"));
    watched.set(this.uid || this, this);
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
    if (watched!.get(this.uid || this) === this) watched!.delete(this.uid || this);
  }

  #setDeadline(): void {
    const left = Math.max(0, this.due - now());
    if (left > LONGEST_TIMER) return; // longer than any call runs
    this.#timer = setTimeout(() => this.abort(overdue("finish", methodOf(this.path))), left);
  }
}

/** The call whose function is on the stack, for {@linkcode currentCall}. */
export const onStack: { call: ServedCall | undefined } = shared("call", () => ({
  call: undefined,
}));
