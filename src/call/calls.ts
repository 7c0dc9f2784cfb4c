import { Aborts } from "./aborts.ts";
import { Expiry, type ExpiryOwner } from "./expiry.ts";
import { overdue } from "./overdue.ts";
import { Pending, type Waiting } from "./pending.ts";

/** What calls ask of the end that makes them. */
export interface CallsOwner {
  /** Tells the other end that nobody waits for a call any more. */
  cancel(uid: number): void;
}

/**
 * The calls that this end has made and that have not returned: they end with their return, with
 * their signal, with their deadline or with the connection, whichever comes first.
 */
export class Calls implements ExpiryOwner {
  readonly #pending = new Pending();
  /** Made when the first call has a deadline, or a signal: most have none. */
  #expiry: Expiry | undefined;
  #aborts: Aborts | undefined;
  readonly #owner: CallsOwner;

  constructor(owner: CallsOwner) {
    this.#owner = owner;
  }

  /** How many there are. */
  get size(): number {
    return this.#pending.size;
  }

  /** A uid that was never used before. */
  nextUid(): number {
    return this.#pending.nextUid();
  }

  /** One more waits. */
  add(waiting: Waiting): void {
    this.#pending.add(waiting);
    if (waiting.due !== Infinity) {
      (this.#expiry ??= new Expiry(this)).add(waiting.due);
    }
    if (waiting.signal !== undefined) {
      this.#aborts ??= new Aborts((uid, reason) => this.#giveUp(uid, reason));
      this.#aborts.add(waiting.signal, waiting.invoke.uid);
    }
  }

  /** Takes the call of this uid out, to be settled; nothing where none waits. */
  take(uid: unknown): Waiting | undefined {
    const waiting = this.#pending.take(uid);
    if (waiting?.signal !== undefined) this.#aborts!.remove(waiting.signal, waiting.invoke.uid);
    return waiting;
  }

  /** Takes out those with a higher uid than this, to be settled, in the order in which they were made. */
  takeAbove(uid: number): Waiting[] {
    if (this.size === 0) return [];
    const above = this.#pending.inOrder().filter(({ invoke }) => invoke.uid > uid);
    for (const { invoke } of above) this.take(invoke.uid);
    return above;
  }

  /** Rejects all, in the order in which they were made. */
  rejectAll(error: unknown): void {
    for (const { signal, invoke } of this.#pending) {
      if (signal !== undefined) this.#aborts!.remove(signal, invoke.uid);
    }
    this.#pending.rejectAll(error);
  }

  /** The connection has ended, and nothing waits: no timer is left behind. */
  clear(): void {
    this.#expiry?.clear();
  }

  #giveUp(uid: number, reason: unknown): void {
    const waiting = this.take(uid);
    if (waiting === undefined) return;
    this.#owner.cancel(uid);
    waiting.reject(reason);
  }

  /** Rejects those that are due, and gives when the next of the others is. */
  expire(now: number): number {
    let next = Infinity;
    for (const { due, invoke } of [...this.#pending]) {
      if (due > now) next = Math.min(next, due);
      else this.#giveUp(invoke.uid, overdue("wait any longer for", invoke.listener));
    }
    return next;
  }
}
