import { isDriver } from "../../rpc/driver.ts";
import { Brought } from "../../session/brought.ts";
import type { FeatureSession, SessionHooks } from "../../session/feature.ts";
import { type Borrowed, borrowedOf, BorrowedTable } from "./borrowed.ts";
import { LentTable } from "./lent.ts";
import { isProxied } from "./proxy.ts";

/*
 * The mark `[path, "c", id]` stands for a function or object of the sender, and `[path, "k", id]` for
 * one of the receiver that comes back. Each "c" counts as one receipt. A release says how many
 * receipts it gives back, so that one that crosses another "c" on its way frees nothing in use.
 */

/** Whether a value is passed by reference. A function with `toJSON` is sent as JSON sends it. */
export function isReference(value: object): boolean {
  if (typeof value !== "function") return isProxied(value);
  return isDriver(value) || isProxied(value) || !("toJSON" in value);
}

/** The references of one session, in both directions. */
export class References {
  readonly lent: LentTable;
  readonly borrowed: BorrowedTable;

  constructor(session: FeatureSession) {
    this.lent = new LentTable(session);
    this.borrowed = new BorrowedTable(session);
    (session.rpc.resolvers ??= []).push((path) => this.lent.find(path));
  }

  get hooks(): SessionHooks {
    const { lent, borrowed } = this;
    const brought = new Brought<Borrowed>(borrowed.session, (one) => borrowed.refused(one));
    return {
      state: this,
      marks: {
        types: ["c", "k"],
        encode: (value, refuse) => this.#encode(value, refuse),
        encoded: (isSent) => lent.encoded(isSent),
        decode([type, id], message) {
          if (type === "k") return lent.home(id);
          const received = borrowed.receive(id);
          brought.add(received.borrowed, message);
          return received.driver;
        },
        decoded: (isTaken) => brought.decoded(isTaken),
      },
      calls: brought,
      ended() {
        lent.end();
        borrowed.end();
      },
    };
  }

  #encode(value: object, refuse: (why: string) => never): readonly [string, number] | undefined {
    if (!isReference(value)) return undefined;
    const own = borrowedOf(value);
    if (own?.table !== this.borrowed) return ["c", this.lent.lend(value, refuse)];
    return own.isReleased ? refuse("it has been released") : ["k", own.receipts.id];
  }
}
