import type { Friend } from "./communicator.ts";
import type { Connection } from "./connection.ts";
import type { Ending } from "./connection_end.ts";
import { settles } from "./deadline.ts";
import { endError, NotSentError, StateError } from "./errors.ts";
import type { Reporter } from "./events.ts";
import type { Invoke } from "./invoke.ts";
import { Lifecycle, type Moves, type Phase } from "./link/lifecycle.ts";

/** What a connector or an acceptor brings. */
export interface EndKind {
  /** The phase that it begins in. */
  readonly first: Phase;
  /** Its table of moves. */
  readonly moves: Moves;
  /** What to do next, for the texts of errors. */
  readonly advice: { readonly [P in Phase]?: string };
}

/**
 * The inside of a connector or an acceptor: its phase, its connection and the way in which it ended.
 * The two classes and their base share one, so that none of it shows on their own faces.
 */
export class End {
  /** The phase: `to` is called where this end moves, and nowhere else. */
  readonly lifecycle: Lifecycle;
  /** The communicator that this is the inside of. Set by its constructor. */
  friend!: Friend;
  readonly #advice: EndKind["advice"];
  #connection: Connection | undefined;
  #ending: Ending | undefined;

  constructor({ first, moves, advice }: EndKind) {
    this.lifecycle = new Lifecycle(first, moves);
    this.#advice = advice;
  }

  /** Where it is. */
  get phase(): Phase {
    return this.lifecycle.phase;
  }

  /** The connection of this phase; there is one in every phase but `none` and `closed`. */
  get connection(): Connection {
    return this.#connection!;
  }

  /** Takes a new connection, of which `report` tells. */
  attach(connection: Connection, report: Reporter): void {
    this.#connection = connection;
    this.#ending = undefined;
    this.friend.use(connection.settings, report, connection);
  }

  /** @see {@linkcode IWebSocketCommunicator.close} */
  close(code?: number, reason?: string): Promise<void> {
    switch (this.phase) {
      case "open":
        try {
          this.connection.close(code, reason);
        } catch (error) {
          return Promise.reject(error);
        }
        // some sockets are closed by now
        return this.join(undefined) as Promise<void>;
      case "closing":
        return this.join(undefined) as Promise<void>;
      default:
        return Promise.reject(this.stateError("close"));
    }
  }

  /** Joins where the phase alone tells; `undefined` leaves it to `inspectReady`. */
  join(limit: number | Date | undefined): Promise<void | boolean> | undefined {
    switch (this.phase) {
      case "closed":
        return limit === undefined ? Promise.resolve() : settles(Promise.resolve(), limit);
      case "closing":
      case "rejecting":
        return this.friend.waitForEnd(limit);
      default:
        return undefined;
    }
  }

  /** Sends a message; in a phase without a connection it has nobody to go to. */
  send(message: Invoke): Promise<void> | undefined {
    if (this.phase === "open") return this.connection.send(message);
  }

  /** A call that nobody waits for was handed to the socket: that is all there is to know of it. */
  left(uid: number): void {
    this.friend.calls.take(uid)?.resolve(undefined);
  }

  /**
   * The connection is over, and the phase has moved. The order is part of the contract: first calls
   * that never left, then the other unreturned ones, then joiners.
   */
  over(ending: Ending): void {
    this.#ending = ending;
    const { calls } = this.friend;
    // few ends leave calls behind, and an error costs its stack
    const error = calls.size > 0 ? endError(ending.code, ending.reason, ending.detail) : undefined;
    for (const { invoke, reject } of calls.takeAbove(ending.lastLeft)) {
      reject(
        new NotSentError(
          `Cannot call "${invoke.listener}": the connection ended before the call left`,
          { cause: error },
        ),
      );
    }
    this.friend.destroy(error);
  }

  /** The error of a member that can't do its work in this phase. */
  stateError(act: string): StateError {
    return new StateError(this.#text(act), this.#cause());
  }

  /** The error of a call that can't be made in this phase; the caller adds the path. */
  callError(): NotSentError {
    return new NotSentError(this.#text("call"), this.#cause());
  }

  #text(act: string): string {
    const advice = this.#advice[this.phase];
    return `Cannot ${act}: ${STATES[this.phase]}${advice === undefined ? "" : `, ${advice}`}`;
  }

  #cause(): ErrorOptions | undefined {
    return this.#ending && {
      cause: endError(this.#ending.code, this.#ending.reason, this.#ending.detail),
    };
  }
}

const STATES: { readonly [P in Phase]: string } = {
  none: "there is no connection",
  connecting: "the connection is not open yet",
  greeting: "the connection is not accepted yet",
  undecided: "the connection is not accepted yet",
  rejecting: "the connection is being rejected",
  opening: "it is not open yet",
  open: "the connection is open",
  closing: "the connection is closing",
  closed: "the connection is closed",
};
