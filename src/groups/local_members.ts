import { EncodeError, StateError } from "../errors.ts";
import { encodeError } from "../session/encode_error.ts";
import { rpcOf } from "../rpc/communicator.ts";
import { type Anyone, LocalMember } from "./local_member.ts";
import type { Member } from "./member.ts";
import { randomId } from "./random_id.ts";
import { leaveSeat, seatsOf, takeSeat } from "./seats.ts";

/** The most characters of a member's `info`, as JSON. Each process keeps that of all members. */
const LONGEST_INFO = 65_536;

/** The members whose connections are on this process. */
export class LocalMembers<Info> {
  readonly all: Set<LocalMember<Info>> = new Set();
  /** Made when it's first used, because many groups never look up an id. */
  #byId: Map<string, LocalMember<Info>> | undefined;
  readonly #left: (member: Member<Info>) => void;

  /** `left` is called for members that leave because their connection is over. */
  constructor(left: (member: Member<Info>) => void) {
    this.#left = left;
  }

  /** The connections. Each iteration looks again. */
  get communicators(): Iterable<Anyone> {
    const { all } = this;
    return {
      *[Symbol.iterator]() {
        for (const { communicator } of all) yield communicator;
      },
    };
  }

  get(id: string): LocalMember<Info> | undefined {
    this.#byId ??= new Map([...this.all].map((local) => [local.member.id, local]));
    return this.#byId.get(id);
  }

  of(communicator: Anyone): LocalMember<Info> | undefined {
    for (const seat of seatsOf(communicator)) {
      if (seat.owner === this) return seat as LocalMember<Info>;
    }
  }

  /** Adds a member. `prefix` begins its id. Throws a `StateError` if its connection isn't open. */
  add(communicator: Anyone, info: Info, prefix: string): Member<Info> {
    const rpc = rpcOf(communicator);
    const cause = rpc.port.refuse("");
    if (cause !== undefined) {
      throw new StateError("Cannot add to the group: the connection isn't open", { cause });
    }
    const member: Member<Info> = { id: prefix + randomId(), info: copyOf(info) };
    const local = new LocalMember(member, { communicator, rpc, owner: this });
    this.all.add(local);
    this.#byId?.set(member.id, local);
    takeSeat(local);
    return member;
  }

  remove(local: LocalMember<Info>): void {
    leaveSeat(local);
    this.#forget(local);
  }

  clear(): void {
    for (const local of this.all) leaveSeat(local);
    this.all.clear();
    this.#byId = undefined;
  }

  /** A connection is over. */
  ended(local: LocalMember<Info>): void {
    this.#forget(local);
    this.#left(local.member);
  }

  #forget(local: LocalMember<Info>): void {
    this.all.delete(local);
    this.#byId?.delete(local.member.id);
  }
}

/** Returns what all processes see of an `info`. Throws an `EncodeError`. */
function copyOf<Info>(info: Info): Info {
  if (info === undefined) return info;
  let text: string | undefined;
  try {
    text = JSON.stringify(info);
  } catch (cause) {
    throw encodeError("info", info, cause);
  }
  if (text === undefined) throw encodeError("info", info, undefined);
  if (text.length > LONGEST_INFO) {
    const why = `it has ${text.length} characters as JSON, over ${LONGEST_INFO}`;
    throw new EncodeError(`Cannot encode "info": ${why}`);
  }
  return JSON.parse(text);
}
