import type { CallHooks } from "../rpc/port.ts";
import type { ServedCall } from "../rpc/served_call.ts";
import type { FeatureSession } from "./feature.ts";

/**
 * What arrived in messages that may be refused, and is given back then. Otherwise only the collector
 * would notice that the program never got it.
 */
export class Brought<T> implements CallHooks {
  readonly session: FeatureSession;
  readonly #giveBack: (item: T) => void;
  /** In the value that is being decoded. */
  #items: T[] = [];
  #message: readonly unknown[] = [];
  /** In the arguments of calls whose functions haven't started, by uid. */
  readonly #calls = new Map<unknown, readonly T[]>();

  constructor(session: FeatureSession, giveBack: (item: T) => void) {
    this.session = session;
    this.#giveBack = giveBack;
  }

  add(item: T, message: readonly unknown[]): void {
    this.#items.push(item);
    this.#message = message;
  }

  /** A value was decoded, or is refused. */
  decoded(isTaken: boolean): void {
    const items = this.#items;
    if (items.length === 0) return;
    const [kind, uid] = this.#message;
    this.#items = [];
    this.#message = []; // it holds the drivers
    // a call with another uid isn't served
    if (isTaken && kind === 0 && Number.isFinite(uid)) return void this.#calls.set(uid, items);
    // the caller may have given up
    const isReturn = kind === 1 || kind === 2;
    if (!isTaken || (isReturn && !this.session.rpc.pending.get(uid))) {
      items.forEach(this.#giveBack);
    }
  }

  serving({ uid }: ServedCall): void {
    this.#calls.delete(uid);
  }

  refused({ uid }: ServedCall): void {
    this.#calls.get(uid)?.forEach(this.#giveBack);
    this.#calls.delete(uid);
  }
}
