import type { CallTerms } from "../../src/rpc/call_options.ts";
import { createReference } from "../../src/rpc/driver.ts";
import { find, type Found } from "../../src/rpc/resolve_path.ts";
import {
  type FeatureSession,
  type MarkTypes,
  type PluggedFeature,
  type SessionHooks,
  stateOf,
} from "../../src/session/feature.ts";

/*
 * Functions and objects by reference. A mark `[path, "c", id]` stands for one of the sender's, a mark
 * `[path, "k", id]` for one of the receiver's that comes home; `[7, id, receipts, …]` releases. A
 * call of a reference is a call whose path begins with a dot, as no provider's can: `.5` for the
 * function, `.5.name` for a member of the object.
 *
 * Each "c" is one receipt. A release says how many it gives back, so that one which crosses another
 * sending on its way frees nothing that is in use.
 */
const RELEASE = 7;

/** References of one connection, each way. */
const MOST = 16_384;

/** An object that is to be passed by reference. */
class ByReference {
  readonly object: object;

  constructor(object: object) {
    this.object = object;
  }
}

/** Passes an object by reference: the other end gets a driver of it. */
export function proxy<T extends object>(object: T): T {
  return new ByReference(object) as unknown as T;
}

/** A reference was called after its release, or after the end of its connection. */
export class ReleasedError extends Error {
  /** @param path The path of the call. */
  constructor(path: string) {
    super(`Cannot call "${path}": it has been released`);
    this.name = "ReleasedError";
  }
}

/** One of this end's that the other end may hold. */
interface Lent {
  readonly value: object;
  readonly id: number;
  receipts: number;
}

/** What must be known of one of the other end's when the collector has taken it. */
interface Receipts {
  readonly id: number;
  count: number;
}

/**
 * One of the other end's. All drivers of it and of its members hold this, and the collector watches
 * it: `const f = object.f` alone keeps the object.
 */
class Borrowed {
  readonly receipts: Receipts;
  readonly references: References;
  isReleased = false;

  constructor(id: number, references: References) {
    this.receipts = { id, count: 0 };
    this.references = references;
  }

  call(path: string, args: unknown[], terms: CallTerms): Promise<unknown> {
    const { isOver, session } = this.references;
    if (this.isReleased || isOver) return Promise.reject(new ReleasedError(path));
    return session.rpc.call(path, args, terms);
  }
}

/** What a driver stands for, so that it goes home as itself. */
const borrowedOf = new WeakMap<object, Borrowed>();

/** Functions and live objects travel, for the option `use` of both ends, beside `structured`. */
export const callbacks: PluggedFeature = {
  name: "callbacks",
  needs: ["structured"],
  kinds: {
    [RELEASE]: {
      isOrdered: true, // a call of it that came before may still wait
      take: (message, session) => stateOf(session, References).released(message),
    },
  },
  begin: (session, isAgreed) => isAgreed ? new References(session).hooks : { marks: REFUSING },
};

/** For an end that does not use them: what JSON would drop without a word is refused. */
const REFUSING: MarkTypes = {
  types: [],
  encode(value, refuse) {
    const isMeant = value instanceof ByReference || borrowedOf.has(value) ||
      (typeof value === "function" && !("toJSON" in value));
    if (!isMeant) return undefined;
    return refuse("the other end does not use callbacks: give it `use: [structured, callbacks]`");
  },
  decode: () => undefined, // there are no types
};

/** The references of one session, both ways. */
export class References {
  readonly session: FeatureSession;
  isOver = false;
  readonly #lent = new Map<number, Lent>();
  readonly #ids = new Map<object, Lent>();
  /** The drivers that the program may hold. */
  readonly #borrowed = new Map<number, WeakRef<object>>();
  /** How many are borrowed, of which no release was sent. */
  #held = 0;
  #lastId = 0;
  /** Those that the value which is being encoded has lent. */
  #lending: Lent[] = [];
  /** Those that the value which is being decoded has brought. */
  #borrowing: Borrowed[] = [];
  #releases: number[] = [];
  readonly #collected = new FinalizationRegistry<Receipts>((receipts) => this.#gone(receipts));

  constructor(session: FeatureSession) {
    this.session = session;
    (session.rpc.resolvers ??= []).push((path) => this.#resolve(path));
  }

  get hooks(): SessionHooks {
    return {
      state: this,
      marks: {
        types: ["c", "k"],
        encode: (value, refuse) => this.#lend(value, refuse),
        encoded: (isSent) => this.#encoded(isSent),
        decode: ([type, id]) => type === "c" ? this.#borrow(id) : this.#home(id),
        decoded: (isTaken) => this.#decoded(isTaken),
      },
      ended: () => {
        this.isOver = true;
        this.#lent.clear();
        this.#ids.clear();
        this.#borrowed.clear();
      },
    };
  }

  /** How many the other end may hold, and how many of its own are held here. */
  get size(): { readonly lent: number; readonly borrowed: number } {
    return { lent: this.#lent.size, borrowed: this.#held };
  }

  // of this end

  #lend(value: object, refuse: (why: string) => never): readonly [string, number] | undefined {
    const borrowed = borrowedOf.get(value);
    if (borrowed?.references === this) {
      return borrowed.isReleased ? refuse("it has been released") : ["k", borrowed.receipts.id];
    }
    const target = value instanceof ByReference ? value.object : value;
    const isFunction = typeof value === "function" &&
      (borrowed !== undefined || !("toJSON" in value));
    if (target === value && !isFunction) return undefined;
    let lent = this.#ids.get(target);
    if (lent === undefined) {
      if (this.#lent.size >= MOST) refuse("the other end holds too many references");
      lent = { value: target, id: ++this.#lastId, receipts: 0 };
      this.#ids.set(target, lent);
      this.#lent.set(lent.id, lent);
    }
    this.#lending.push(lent);
    lent.receipts++;
    return ["c", lent.id];
  }

  #encoded(isSent: boolean): void {
    if (this.#lending.length === 0) return;
    const lending = this.#lending;
    this.#lending = [];
    if (!isSent) { for (const lent of lending) this.#takeBack(lent, 1); }
  }

  /** The other end has released some. */
  released(message: readonly unknown[]): void {
    for (let at = 1; at < message.length; at += 2) {
      const lent = this.#lent.get(message[at] as number);
      const receipts = message[at + 1];
      const isValid = lent !== undefined && Number.isInteger(receipts) &&
        receipts as number > 0 && receipts as number <= lent.receipts;
      if (!isValid) throw new SyntaxError("Cannot read a release: it is of more than was sent");
      this.#takeBack(lent, receipts as number);
    }
  }

  #takeBack(lent: Lent, receipts: number): void {
    lent.receipts -= receipts;
    if (lent.receipts > 0) return;
    this.#lent.delete(lent.id);
    this.#ids.delete(lent.value);
  }

  #home(id: unknown): object {
    const lent = this.#lent.get(id as number);
    if (lent === undefined) throw new TypeError("Cannot read a reference: it has been released");
    return lent.value;
  }

  /** The function behind a path that begins with a dot. */
  #resolve(path: string): Found | undefined {
    const parts = /^\.(\d{1,15})(?:\.(.+))?$/s.exec(path);
    if (parts === null) return undefined;
    const lent = this.#lent.get(Number(parts[1]));
    if (lent === undefined) return { self: undefined, function: () => throwReleased(path) };
    const { value } = lent;
    if (parts[2] !== undefined) return find(value, parts[2], this.session.settings.limits);
    return typeof value === "function"
      ? { self: undefined, function: value as Found["function"] }
      : undefined;
  }

  // of the other end

  #borrow(id: unknown): object {
    if (!Number.isSafeInteger(id) || id as number <= 0) {
      throw new TypeError("Cannot read a reference: it has no id");
    }
    const known = this.#borrowed.get(id as number)?.deref();
    const isHeld = known !== undefined && !borrowedOf.get(known)!.isReleased;
    const driver = isHeld ? known : this.#begin(id as number);
    const borrowed = borrowedOf.get(driver)!;
    borrowed.receipts.count++;
    this.#borrowing.push(borrowed);
    return driver;
  }

  #begin(id: number): object {
    if (this.#held >= MOST) {
      queueMicrotask(() => this.session.fail(1008, "Too many references"));
      throw new TypeError("Cannot read a reference: there are too many");
    }
    this.#held++;
    const borrowed = new Borrowed(id, this);
    const driver = createReference(borrowed, `.${id}`, () => this.#release(borrowed));
    this.#collected.register(borrowed, borrowed.receipts, borrowed);
    borrowedOf.set(driver, borrowed);
    this.#borrowed.set(id, new WeakRef(driver));
    return driver;
  }

  /** A message that is refused gives back what it has brought: nobody was handed it. */
  #decoded(isTaken: boolean): void {
    if (this.#borrowing.length === 0) return;
    const borrowing = this.#borrowing;
    this.#borrowing = [];
    if (isTaken) return;
    for (const borrowed of borrowing) {
      if (borrowed.isReleased) continue;
      if (borrowed.receipts.count === 1) this.#release(borrowed);
      else {
        borrowed.receipts.count--;
        this.#giveBack(borrowed.receipts.id, 1);
      }
    }
  }

  #release(borrowed: Borrowed): void {
    if (borrowed.isReleased) return;
    borrowed.isReleased = true;
    this.#collected.unregister(borrowed);
    this.#gone(borrowed.receipts);
  }

  /** Nobody here can reach it any more. */
  #gone({ id, count }: Receipts): void {
    this.#held--;
    const known = this.#borrowed.get(id)?.deref();
    // while its members alone were held, the other end may have sent it again
    const isOther = known !== undefined && !borrowedOf.get(known)!.isReleased;
    if (!isOther) this.#borrowed.delete(id);
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

function throwReleased(path: string): never {
  throw new ReleasedError(path);
}
