import { LONGEST_TIMER } from "../deadline.ts";
import { StateError } from "../errors.ts";
import { type Invoke, type LinkedCall, MORE, type More, type Weight } from "../invoke.ts";
import type { Moment } from "./listeners.ts";
import { overdue } from "./overdue.ts";

/** What a served call belongs to. */
export interface ServingEnd {
  /** The communicator that it came in on. */
  readonly communicator: object;
  /** By uid, the calls whose function asked about them: few do. */
  watched: Map<number, Served> | undefined;
}

/** One call of the peer while it runs. */
export class Served {
  #call: Invoke.IFunction;
  readonly #more: More | undefined;
  /** When it came in; `undefined` where nobody asked to be told of its end. */
  readonly since: Moment | undefined;
  /** Of which connection: a call from before a reset has nobody to return to. */
  readonly epoch: number;
  readonly #end: ServingEnd;
  #control: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded = false;
  #wasAborted = false;
  #reason: unknown;

  constructor(call: Invoke.IFunction, since: Moment | undefined, epoch: number, end: ServingEnd) {
    this.#call = call;
    this.#more = (call as LinkedCall)[MORE];
    this.since = since;
    this.epoch = epoch;
    this.#end = end;
  }

  /** The call. */
  get call(): Invoke.IFunction {
    return this.#call;
  }

  /** Its function has its parameters: they are held no longer than that holds them. */
  letGo(): void {
    const { uid, listener } = this.#call;
    this.#call = { uid, listener, parameters: [] };
  }

  /** What its frame weighs, where that is much. */
  get weight(): Weight | undefined {
    return this.#more?.weight;
  }

  /** The communicator that it came in on. */
  get communicator(): object {
    return this.#end.communicator;
  }

  /** When it must be over, in ms since the epoch; `Infinity` where its caller set no deadline. */
  get due(): number {
    return this.#more?.due ?? Infinity;
  }

  /** Has its deadline passed? Its timer may be a moment before the clock. */
  get isLate(): boolean {
    return this.due !== Infinity && (this.#wasAborted || this.due <= Date.now());
  }

  /** Does nobody wait for its return? */
  get isQuiet(): boolean {
    return this.#more?.quiet === true;
  }

  /** From now on it hears that nobody waits for it any more. */
  watch(): void {
    if (this.#hasEnded) return;
    const watched = this.#end.watched ??= new Map();
    const older = watched.get(this.call.uid);
    if (older !== this) older?.abort(new Error("Its uid was used again"));
    watched.set(this.call.uid, this);
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
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    const { watched } = this.#end;
    if (watched?.get(this.#call.uid) === this) watched.delete(this.#call.uid);
  }

  #setDeadline(): void {
    const left = Math.max(0, this.due - Date.now());
    if (left > LONGEST_TIMER) return; // nothing runs so long
    this.#timer = setTimeout(() => this.abort(overdue("finish", this.call.listener)), left);
  }
}

let current: Served | undefined;

/** From now on this call is the one that is being served; gives the one that was. */
export function enter(served: Served | undefined): Served | undefined {
  const outer = current;
  current = served;
  return outer;
}

/**
 * The call that is being served in this turn.
 *
 * @throws {StateError} If there is none, or its function has awaited already.
 */
export function servedCall(): Served {
  if (current !== undefined) {
    current.watch();
    return current;
  }
  throw new StateError(
    "Cannot tell the current call: ask before the function's first await, and inside a call",
  );
}
