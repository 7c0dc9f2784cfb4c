import { queueMicrotask } from "../global_scope.ts";
import type { MadeCall } from "../rpc/pending_calls.ts";
import type { CallHooks } from "../rpc/port.ts";
import type { ServedCall } from "../rpc/served_call.ts";

/**
 * What arrived in messages that may be refused, and is given back then. Otherwise only the collector
 * would notice that the program never got it.
 */
export class Brought<T> implements CallHooks {
  /** In the value that is being decoded. */
  #items: T[] = [];
  #message: readonly unknown[] = [];
  /** In the arguments of calls whose functions haven't started, by uid. */
  readonly #calls = new Map<unknown, readonly T[]>();
  /** In returns whose calls may have been given up, by uid. */
  readonly #returns = new Map<unknown, readonly T[]>();
  readonly #giveBack: (item: T) => void;

  constructor(giveBack: (item: T) => void) {
    this.#giveBack = giveBack;
  }

  add(item: T, message: readonly unknown[]): void {
    this.#items.push(item);
    this.#message = message;
  }

  /** A value was decoded, or is refused. */
  decoded(isTaken: boolean): void {
    if (this.#items.length === 0) return;
    const items = this.#items;
    const [kind, uid] = this.#message;
    this.#items = [];
    this.#message = [];
    if (!isTaken) items.forEach(this.#giveBack);
    else if (kind === 0 && Number.isFinite(uid)) this.#calls.set(uid, items); // others aren't served
    else if (kind === 1 || kind === 2) {
      this.#returns.set(uid, items);
      queueMicrotask(() => this.#drop(this.#returns, uid)); // a pending call has settled by then
    }
  }

  // as hooks of calls

  serving({ uid }: ServedCall): void {
    this.#calls.delete(uid);
  }

  refused({ uid }: ServedCall): void {
    this.#drop(this.#calls, uid);
  }

  settled({ uid }: MadeCall): void {
    this.#returns.delete(uid);
  }

  clear(): void {
    this.#calls.clear();
    this.#returns.clear();
  }

  #drop(from: Map<unknown, readonly T[]>, uid: unknown): void {
    const items = from.get(uid);
    from.delete(uid);
    items?.forEach(this.#giveBack);
  }
}
