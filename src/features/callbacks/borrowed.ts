import { queueMicrotask } from "../../global_scope.ts";
import type { CallTerms } from "../../rpc/call_options.ts";
import { type Caller, createReference, placeOf } from "../../rpc/driver.ts";
import type { FeatureSession } from "../../session/feature.ts";
import { releasedError } from "./released_error.ts";

/** Gives back receipts: see `lent.ts`. */
export const RELEASE = 7;

/** After this many new references, the engine is made to start a collection. */
const COLLECT_EVERY = 2_048;
/** An engine that sees this many bytes allocated outside of its heap starts a collection. */
const PRESSURE = 2 ** 26;

/** What is still known of a reference when the collector has taken it. */
interface Receipts {
  readonly id: number;
  /** How often the peer has sent it. */
  count: number;
}

/**
 * A function or object of the peer. All drivers of it and of its members hold this object, and the
 * collector watches it, because `const f = object.f` must keep the reference.
 */
export class Borrowed implements Caller {
  readonly receipts: Receipts;
  readonly table: BorrowedTable;
  isReleased = false;

  constructor(id: number, table: BorrowedTable) {
    this.receipts = { id, count: 0 };
    this.table = table;
  }

  call(path: string, args: unknown[], terms: CallTerms): Promise<unknown> {
    const { isOver, session } = this.table;
    if (this.isReleased || isOver) return Promise.reject(releasedError(path, isOver));
    return session.rpc.call(path, args, terms);
  }
}

/** Returns the reference that a driver stands for, but not for a member of one. */
export function borrowedOf(value: unknown): Borrowed | undefined {
  const place = placeOf(value);
  const caller = place?.root.caller;
  if (!(caller instanceof Borrowed)) return undefined;
  return place!.path === pathOf(caller.receipts.id) ? caller : undefined;
}

function pathOf(id: number): string {
  return `.${id}`;
}

/** What one session has borrowed from its peer. */
export class BorrowedTable {
  readonly session: FeatureSession;
  /** References don't outlive their session, because their ids mean others in the next one. */
  isOver = false;
  /** How many haven't been released. */
  size = 0;
  /** How many of them are new since a collection was started. */
  #fresh = 0;
  /** The drivers that the program may hold. */
  readonly #drivers = new Map<number, WeakRef<object>>();
  #releases: number[] = [];
  readonly #collected = new FinalizationRegistry<Receipts>((receipts) => this.#gone(receipts));

  constructor(session: FeatureSession) {
    this.session = session;
  }

  /** Returns the driver for an id that arrived, and counts a receipt. */
  receive(id: unknown): { readonly driver: object; readonly borrowed: Borrowed } {
    if (!Number.isSafeInteger(id) || id as number <= 0) {
      throw new TypeError("Cannot read a reference: its id is invalid");
    }
    const driver = this.#held(id as number) ?? this.#begin(id as number);
    const borrowed = borrowedOf(driver)!;
    borrowed.receipts.count++;
    return { driver, borrowed };
  }

  #held(id: number): object | undefined {
    const driver = this.#drivers.get(id)?.deref();
    return borrowedOf(driver)?.isReleased === false ? driver : undefined;
  }

  #begin(id: number): object {
    const { session } = this;
    if (this.size >= session.settings.limits.references) {
      queueMicrotask(() => session.broke("references", 1008, "Too many references"));
      throw new TypeError("Cannot read a reference: there are too many");
    }
    this.size++;
    if (++this.#fresh >= COLLECT_EVERY) this.#collect();
    const borrowed = new Borrowed(id, this);
    const driver = createReference(borrowed, pathOf(id), () => this.release(borrowed));
    this.#collected.register(borrowed, borrowed.receipts, borrowed);
    this.#drivers.set(id, new WeakRef(driver));
    return driver;
  }

  /** The program didn't get it from the message that brought it. */
  refused(borrowed: Borrowed): void {
    if (borrowed.isReleased) return;
    if (borrowed.receipts.count === 1) return this.release(borrowed);
    borrowed.receipts.count--;
    this.#giveBack(borrowed.receipts.id, 1);
  }

  release(borrowed: Borrowed): void {
    if (borrowed.isReleased) return;
    borrowed.isReleased = true;
    if (this.#fresh > 0) this.#fresh--;
    this.#collected.unregister(borrowed);
    this.#gone(borrowed.receipts);
  }

  end(): void {
    this.isOver = true;
    this.size = 0;
    this.#drivers.clear();
  }

  /**
   * Engines collect when memory has grown, which references hardly do: without this, a program that
   * drops them would reach the limit before the next collection. The buffer's pages are never used.
   */
  #collect(): void {
    this.#fresh = 0;
    try {
      new ArrayBuffer(PRESSURE);
    } catch {
      // memory is short, so the engine collects by itself
    }
  }

  /** Nothing here can reach it any more. */
  #gone({ id, count }: Receipts): void {
    if (this.isOver) return;
    this.size--;
    // if only its members were held, the peer may have sent it again
    if (this.#held(id) === undefined) this.#drivers.delete(id);
    this.#giveBack(id, count);
  }

  /** The releases of one turn share a message. */
  #giveBack(id: number, receipts: number): void {
    if (this.#releases.push(id, receipts) > 2) return;
    queueMicrotask(() => {
      const releases = this.#releases;
      this.#releases = [];
      this.session.send(`[${RELEASE},${releases}]`);
    });
  }
}
