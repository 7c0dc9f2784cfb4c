import { now } from "../clock.ts";
import { queueMicrotask } from "../global_scope.ts";
import { type Communicator, joinersOf } from "../rpc/communicator.ts";
import type { Rpc } from "../rpc/rpc.ts";
import type { Session } from "../session/session.ts";
import type { Member } from "./member.ts";

/** A connector, acceptor or other side of a connection that can be a member. */
export type Anyone = Communicator<object | null | undefined, object | null>;

/** The members of one group on this process. */
interface Owner {
  ended(member: LocalMember<never>): void;
}

/** A member whose connection is on this process. */
export class LocalMember<Info> {
  readonly member: Member<Info>;
  readonly communicator: Anyone;
  readonly rpc: Rpc;
  readonly owner: Owner;
  /** Since when broadcasts have waited for room, by `now()`, and their length in characters. */
  #backlog: { readonly since: number; length: number } | undefined;
  /** Called when its connection is over. Others of the connection's may still be to be called. */
  readonly #ended = (): void => queueMicrotask(() => this.owner.ended(this as never));

  constructor(
    member: Member<Info>,
    { communicator, rpc, owner }: {
      readonly communicator: Anyone;
      readonly rpc: Rpc;
      readonly owner: Owner;
    },
  ) {
    this.member = member;
    this.communicator = communicator;
    this.rpc = rpc;
    this.owner = owner;
    joinersOf(communicator).add(this.#ended);
  }

  /** It's no longer a member. Its connection may go on. */
  leave(): void {
    joinersOf(this.communicator).delete(this.#ended);
  }

  /**
   * Whether a session without room has a peer that doesn't read fast enough. While a connection is
   * away, or a TGrid client is starting, messages wait, too, but only up to `sendBytes`.
   */
  isSlow({ outgoing, phase, settings: { limits } }: Session): boolean {
    if (phase !== "away" && outgoing.gate === undefined) return true;
    return this.#backlog !== undefined && this.#backlog.length > limits.sendBytes;
  }

  /** A broadcast of this length now waits in the session. */
  waits({ outgoing }: Session, length: number): void {
    if (this.#backlog !== undefined) {
      this.#backlog.length += length;
      return;
    }
    const backlog = this.#backlog = { since: now(), length };
    // runs when all that waits now has been sent
    outgoing.pushLater(() => {
      if (this.#backlog === backlog) this.#backlog = undefined;
      return undefined;
    });
  }

  /** Whether a broadcast has waited for longer than a peer may stop reading. */
  isStalled({ phase, settings: { limits } }: Session): boolean {
    return phase === "open" && this.#backlog !== undefined &&
      now() - this.#backlog.since > limits.stallTimeout;
  }
}
