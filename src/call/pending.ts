import type { Invoke } from "../invoke.ts";
import type { Moment } from "./listeners.ts";

/** A call that has not returned. */
export interface Waiting {
  /** The call. */
  readonly invoke: Invoke.IFunction;
  /** When it was made; `undefined` where nobody asked to be told of its end. */
  readonly since: Moment | undefined;
  /** When it must be over, in ms since the epoch; `Infinity` for never. */
  readonly due: number;
  /** Ends it. */
  readonly signal: AbortSignal | undefined;
  /** Settles the caller's promise. */
  readonly resolve: (value: unknown) => void;
  /** Settles the caller's promise. */
  readonly reject: (error: unknown) => void;
}

const SLOTS = 4_096;

/**
 * uid → the caller that waits. A uid is never used twice, so that a late return can't meet a younger
 * call, also after the end connected again.
 *
 * A ring of slots, because a `Map` under constant set and delete keeps its outgrown tables alive:
 * a quarter of the time went to the collector. Calls that a whole ring of younger ones has overtaken
 * move to a map.
 */
export class Pending {
  #lastUid = 0;
  #size = 0;
  readonly #ring: (Waiting | undefined)[] = [];
  #overtaken: Map<number, Waiting> | undefined;

  /** How many calls wait. */
  get size(): number {
    return this.#size;
  }

  /** A uid that was never used before. */
  nextUid(): number {
    return ++this.#lastUid;
  }

  /** From now on the call waits. */
  add(waiting: Waiting): void {
    const slot = waiting.invoke.uid % SLOTS;
    const older = this.#ring[slot];
    if (older !== undefined) (this.#overtaken ??= new Map()).set(older.invoke.uid, older);
    this.#ring[slot] = waiting;
    this.#size++;
  }

  /** Takes the call of this uid out; nothing where none waits, or where it is no uid at all. */
  take(uid: unknown): Waiting | undefined {
    if (typeof uid !== "number" || !Number.isInteger(uid) || uid <= 0) return undefined;
    const slot = uid % SLOTS;
    const young = this.#ring[slot];
    if (young !== undefined && young.invoke.uid === uid) {
      this.#ring[slot] = undefined;
      this.#size--;
      return young;
    }
    const old = this.#overtaken?.get(uid);
    if (old !== undefined) {
      this.#overtaken!.delete(uid);
      this.#size--;
    }
    return old;
  }

  /** Goes through all that wait. */
  *[Symbol.iterator](): Generator<Waiting> {
    yield* this.#overtaken?.values() ?? [];
    for (const waiting of this.#ring) if (waiting !== undefined) yield waiting;
  }

  /** All that wait, in the order in which they were made. */
  inOrder(): Waiting[] {
    return [...this].sort((a, b) => a.invoke.uid - b.invoke.uid);
  }

  /** Rejects all that wait, in the order in which they were made. */
  rejectAll(error: unknown): void {
    const all = this.inOrder();
    this.#overtaken = undefined;
    this.#ring.length = 0;
    this.#size = 0;
    for (const { reject } of all) reject(error);
  }
}
