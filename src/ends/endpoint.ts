import { settles } from "../deadline.ts";
import { endError, NotSentError, StateError } from "../errors.ts";
import { type Reporter, SILENT } from "../events.ts";
import { handled, rejected } from "../handled.ts";
import { type Communicator, destroy, rpcOf, waitForEnd } from "../rpc/communicator.ts";
import type { Port } from "../rpc/port.ts";
import type { Rpc } from "../rpc/rpc.ts";
import type { SessionOwner } from "../session/feature.ts";
import type { Ending } from "../session/link.ts";
import type { Session } from "../session/session.ts";

/** The phases before there is a session, and the session's own. */
export type Phase = Early | Session["phase"];
type Early = "none" | "connecting" | "greeting" | "undecided" | "rejecting";

export type ByPhase<T> = { readonly [P in Phase]?: T };

/** The private part of a connector or an acceptor, with its phase and later its session. */
export class Endpoint implements SessionOwner, Port {
  /** The phase while there is no session. */
  declare ownPhase: Phase;
  session: Session | undefined = undefined;
  report: Reporter = SILENT;
  declare communicator: Communicator<object | null | undefined, object | null>;
  /** Each phase in words, for error messages. */
  readonly #states: ByPhase<string>;
  #ending: Ending | undefined;

  constructor(first: Phase, states: ByPhase<string>) {
    this.ownPhase = first;
    this.#states = states;
  }

  get phase(): Phase {
    return this.session === undefined ? this.ownPhase : this.session.phase;
  }

  get rpc(): Rpc {
    return rpcOf(this.communicator);
  }

  /** Starts over without a session. Until there is one, calls are refused here. */
  begin(phase: Phase): void {
    this.ownPhase = phase;
    this.session = undefined;
    this.#ending = undefined;
    this.rpc.port = this;
  }

  /** Waits for the close. `undefined` in phases that the communicator's own `join` handles. */
  join(limit: number | Date | undefined): Promise<void | boolean> | undefined {
    const { phase } = this;
    if (phase === "closed") {
      return limit === undefined ? Promise.resolve() : handled(settles(Promise.resolve(), limit));
    }
    const isEnding = phase === "closing" || phase === "away";
    return isEnding ? waitForEnd(this.communicator, limit) : undefined;
  }

  close(code?: number, reason?: string): Promise<void> {
    const { phase } = this;
    if (phase === "open" || phase === "away") {
      try {
        this.session!.close(code, reason);
      } catch (error) {
        return rejected(error);
      }
    }
    // the socket may already be closed, or there was nothing to close
    return this.join(undefined) as Promise<void> | undefined ?? Promise.resolve();
  }

  /** The session is over, or the link ended before there was a session. */
  ended(ending: Ending, error: Error | undefined): void {
    this.#ending = ending;
    this.ownPhase = "closed";
    destroy(this.communicator, error);
  }

  fail(code: number, reason: string): void {
    this.session?.fail(code, reason);
  }

  stateError(act: string): StateError {
    return new StateError(this.#text(act), this.#cause());
  }

  callError(path?: string): NotSentError {
    const act = path === undefined ? "call" : `call "${path}"`;
    return new NotSentError(this.#text(act), this.#cause());
  }

  refuse(path: string): Error {
    return this.callError(path);
  }

  // calls are refused above, so there is nothing to send, reply to or cancel
  call(): void {}
  reply(): void {}
  cancel(): void {}

  #text(act: string): string {
    return `Cannot ${act}: ${this.#states[this.phase]}`;
  }

  #cause(): ErrorOptions | undefined {
    return this.#ending && { cause: endError(this.#ending) };
  }
}
