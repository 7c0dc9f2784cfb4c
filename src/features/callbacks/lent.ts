import { isDriver } from "../../rpc/driver.ts";
import { find, type Found } from "../../rpc/resolve_path.ts";
import type { FeatureSession } from "../../session/feature.ts";
import { FrameError } from "../../session/parse_json.ts";
import { isProxied } from "./proxy.ts";

/** A function or object of this side that the peer may hold. */
interface Lent {
  readonly value: object;
  readonly id: number;
  /** How often it was sent, less those that the peer has released. */
  receipts: number;
}

/** What one session has lent to its peer. */
export class LentTable {
  readonly #session: FeatureSession;
  readonly #byId = new Map<number, Lent>();
  readonly #byValue = new Map<object, Lent>();
  #lastId = 0;
  /** Those in the value that is being encoded. */
  readonly #sending: Lent[] = [];

  constructor(session: FeatureSession) {
    this.#session = session;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Returns the id, and counts a receipt. */
  lend(value: object, refuse: (why: string) => never): number {
    let lent = this.#byValue.get(value);
    if (lent === undefined) {
      if (this.#byId.size >= this.#session.settings.limits.references) {
        refuse('the other side holds too many references: release them there with "using"');
      }
      lent = { value, id: ++this.#lastId, receipts: 0 };
      this.#byValue.set(value, lent);
      this.#byId.set(lent.id, lent);
    }
    this.#sending.push(lent);
    lent.receipts++;
    return lent.id;
  }

  encoded(isSent: boolean): void {
    for (const lent of this.#sending.splice(0)) if (!isSent) this.#takeBack(lent, 1);
  }

  /** Handles `[7, id, receipts, …]`. */
  released(message: readonly unknown[]): void {
    for (let at = 1; at < message.length; at += 2) {
      const lent = this.#byId.get(message[at] as number);
      const receipts = message[at + 1] as number;
      const isValid = lent !== undefined && Number.isInteger(receipts) && receipts > 0 &&
        receipts <= lent.receipts;
      if (!isValid) throw new FrameError("Cannot read a release: it is of more than was sent");
      this.#takeBack(lent, receipts);
    }
  }

  /** Returns the function or object with this id, which comes back from the peer. */
  home(id: unknown): object {
    const lent = this.#byId.get(id as number);
    if (lent === undefined) throw new TypeError("Cannot read a reference: its id is unknown");
    return lent.value;
  }

  /**
   * Finds the function at a path that begins with a dot, which no provider can have. Members of a
   * plain function can't be called, because the program meant to pass only the function.
   */
  find(path: string): Found | undefined {
    const [, id, members] = /^\.(\d{1,15})(?:\.(.+))?$/s.exec(path) ?? [];
    const value = this.#byId.get(Number(id))?.value;
    if (value === undefined) return undefined;
    if (members !== undefined) {
      const mayHaveMembers = isProxied(value) || isDriver(value);
      return mayHaveMembers ? find(value, members, this.#session.settings.limits) : undefined;
    }
    return typeof value === "function"
      ? { self: undefined, function: value as Found["function"] }
      : undefined;
  }

  end(): void {
    this.#byId.clear();
    this.#byValue.clear();
  }

  #takeBack(lent: Lent, receipts: number): void {
    lent.receipts -= receipts;
    if (lent.receipts > 0) return;
    this.#byId.delete(lent.id);
    this.#byValue.delete(lent.value);
  }
}
