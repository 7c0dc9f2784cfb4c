import { settles } from "../deadline.ts";
import { endError, NotSentError, StateError } from "../errors.ts";
import { type Reporter, SILENT } from "../events.ts";
import { type Communicator, destroy, rpcOf, waitForEnd } from "../rpc/communicator.ts";
import type { Port, Rpc } from "../rpc/rpc.ts";
import type { SessionOwner } from "../session/feature.ts";
import type { Ending } from "../session/link.ts";
import type { Session } from "../session/session.ts";

/** Where an endpoint is: its own phase before the acceptance and after the end, else its session's. */
export type Phase =
  | "none"
  | "connecting"
  | "greeting"
  | "undecided"
  | "rejecting"
  | Session["phase"];

/** What to do next in a phase, for the texts of errors. */
export type Advice = { readonly [P in Phase]?: string };

/** Each phase in words, for the texts of errors. */
const STATES: Readonly<Record<Phase, string>> = {
  none: "there is no connection",
  connecting: "the connection is not open yet",
  greeting: "the connection is not accepted yet",
  undecided: "the connection is not accepted yet",
  rejecting: "the connection is being rejected",
  open: "the connection is open",
  away: "the connection is being mended",
  closing: "the connection is closing",
  closed: "the connection is closed",
};

/** The inside of a connector or an acceptor: its phase, and its session once there is one. */
export class Endpoint implements SessionOwner, Port {
  /** The phase while there is no session. */
  before: Phase;
  session: Session | undefined = undefined;
  report: Reporter = SILENT;
  communicator!: Communicator<object | null | undefined, object | null>;
  readonly #advice: Advice;
  #ending: Ending | undefined;

  constructor(first: Phase, advice: Advice) {
    this.before = first;
    this.#advice = advice;
  }

  get phase(): Phase {
    return this.session === undefined ? this.before : this.session.phase;
  }

  get rpc(): Rpc {
    return rpcOf(this.communicator);
  }

  /** Starts anew without a session: calls are refused. */
  begin(before: Phase): void {
    this.before = before;
    this.session = undefined;
    this.#ending = undefined;
    this.rpc.port = this;
  }

  /** Waits for the end; `undefined` where this phase leaves that to the communicator. */
  join(limit: number | Date | undefined): Promise<void | boolean> | undefined {
    switch (this.phase) {
      case "closed":
        return limit === undefined ? Promise.resolve() : settles(Promise.resolve(), limit);
      case "closing":
      case "rejecting":
      case "away":
        return waitForEnd(this.communicator, limit);
      default:
        return undefined;
    }
  }

  /** Closes the session, and waits for its end. */
  close(code?: number, reason?: string): Promise<void> {
    const { phase } = this;
    if (phase === "open" || phase === "away") {
      try {
        this.session!.close(code, reason);
      } catch (error) {
        return Promise.reject(error);
      }
    } else if (phase !== "closing") return Promise.reject(this.stateError("close"));
    return this.join(undefined) as Promise<void>; // some sockets are closed by now
  }

  /** The session is over, or the link before there was one. */
  ended(ending: Ending, error: Error | undefined): void {
    this.#ending = ending;
    this.before = "closed";
    destroy(this.communicator, error);
  }

  /** Closes the connection for a fault. */
  fail(code: number, reason: string): void {
    this.session?.fail(code, reason);
  }

  /** The error of what can't be done in this phase. */
  stateError(act: string): StateError {
    return new StateError(this.#text(act), this.#cause());
  }

  /** The error of a call that can't be made in this phase. */
  callError(path?: string): NotSentError {
    return new NotSentError(
      this.#text(path === undefined ? "call" : `call "${path}"`),
      this.#cause(),
    );
  }

  refuse(path: string): Error {
    return this.callError(path);
  }

  call(): void {
    // refused above
  }

  reply(): void {
    // nobody waits for it any more
  }

  cancel(): void {
    // nothing was sent
  }

  #text(act: string): string {
    const advice = this.#advice[this.phase];
    return `Cannot ${act}: ${STATES[this.phase]}${advice === undefined ? "" : `, ${advice}`}`;
  }

  #cause(): ErrorOptions | undefined {
    return this.#ending &&
      { cause: endError(this.#ending.code, this.#ending.reason, this.#ending.detail) };
  }
}
