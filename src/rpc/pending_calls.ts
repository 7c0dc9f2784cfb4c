import { follow, unfollow } from "./abort_signals.ts";
import { CallDeadlines, type TimedCalls } from "./call_deadlines.ts";
import { named, overdue } from "./call_errors.ts";
import type { CallTerms } from "./call_options.ts";
import type { Invoke } from "./invoke.ts";
import type { Moment } from "./listeners.ts";

export class MadeCall {
  declare readonly uid: number;
  declare readonly path: string;
  declare args: unknown[];
  /** The call's options, if it has any. */
  terms: CallTerms | undefined;
  /** When it must have returned, by `now()`. */
  due = Infinity;
  /** The message for listeners, and when the call was made. Set only if there are listeners. */
  invoke: Invoke.IFunction | undefined;
  since: Moment | undefined;
  resolve!: (value: unknown) => void;
  reject!: (error: unknown) => void;

  constructor(uid: number, path: string, args: unknown[]) {
    this.uid = uid;
    this.path = path;
    this.args = args;
  }

  get isQuiet(): boolean {
    return this.terms?.isQuiet === true;
  }
}

const SLOTS = 4_096;

/**
 * The pending calls of one side by uid. A ring of slots, because a `Map` with constant insertions
 * and deletions keeps old tables in memory. If a newer call needs an occupied slot, the older one
 * moves to a map.
 */
export class PendingCalls implements TimedCalls {
  size = 0;
  /** Set by the first call with a deadline. */
  deadlines: CallDeadlines | undefined;
  readonly #ring: (MadeCall | undefined)[] = [];
  #overtaken: Map<number, MadeCall> | undefined;
  readonly #caller: { gaveUp(call: MadeCall): void };

  constructor(caller: { gaveUp(call: MadeCall): void }) {
    this.#caller = caller;
  }

  add(call: MadeCall): void {
    const slot = call.uid % SLOTS;
    const older = this.#ring[slot];
    if (older !== undefined) (this.#overtaken ??= new Map()).set(older.uid, older);
    this.#ring[slot] = call;
    this.size++;
    if (call.terms === undefined) return;
    if (call.due !== Infinity) (this.deadlines ??= new CallDeadlines(this)).add(call.due);
    for (const signal of call.terms.signals) follow(signal, call, this);
  }

  /** Returns the call with this uid, which a peer sent and may be any value. */
  get(uid: unknown): MadeCall | undefined {
    if (typeof uid !== "number") return undefined;
    const call = this.#ring[uid % SLOTS];
    return call?.uid === uid ? call : this.#overtaken?.get(uid);
  }

  /** Removes and returns it. */
  take(uid: unknown): MadeCall | undefined {
    const call = this.get(uid);
    if (call === undefined) return undefined;
    const slot = call.uid % SLOTS;
    if (this.#ring[slot] === call) this.#ring[slot] = undefined;
    else this.#overtaken!.delete(call.uid);
    this.size--;
    call.terms?.signals.forEach((signal) => unfollow(signal, call));
    return call;
  }

  /** The calls with higher uids, in the order in which they were made. */
  above(uid: number): MadeCall[] {
    if (this.size === 0) return [];
    return [...this.#overtaken?.values() ?? [], ...this.#ring]
      .filter((call) => call !== undefined && call.uid > uid)
      .sort((a, b) => a!.uid - b!.uid) as MadeCall[];
  }

  /** Stops the timer. Only call it when no calls are pending. */
  clear(): void {
    this.deadlines?.clear();
  }

  giveUp(uid: number, reason: unknown): void {
    const call = this.take(uid);
    if (call === undefined) return;
    this.#caller.gaveUp(call);
    call.reject(reason);
  }

  expire(now: number): number {
    let next = Infinity;
    for (const { due, uid, path, terms } of this.above(0)) {
      if (due > now) next = Math.min(next, due);
      else this.giveUp(uid, named(path, overdue("wait any longer for", path, terms)));
    }
    return next;
  }
}
