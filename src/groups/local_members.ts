import { EncodeError, StateError } from "../errors.ts";
import { encodeError } from "../session/encode_error.ts";
import { Communicator, rpcOf } from "../rpc/communicator.ts";
import { LocalMember } from "./local_member.ts";
import type { Member } from "./member.ts";
import { type Anyone, unwatch, watch } from "./memberships.ts";
import { randomId } from "./random_id.ts";

/** The most characters of a member's `info`, as JSON. Each process keeps that of all members. */
const LONGEST_INFO = 65_536;

/** The members whose connections are on this process. */
export class LocalMembers<Info> {
  readonly byId: Map<string, LocalMember<Info>> = new Map();
  readonly #byCommunicator = new Map<Anyone, LocalMember<Info>>();
  readonly #left: (member: Member<Info>) => void;

  /** `left` is called for members that leave because their connection is over. */
  constructor(left: (member: Member<Info>) => void) {
    this.#left = left;
  }

  get size(): number {
    return this.#byCommunicator.size;
  }

  get communicators(): Iterable<Anyone> {
    return this.#byCommunicator.keys();
  }

  of(communicator: Anyone): Member<Info> | undefined {
    return this.#byCommunicator.get(communicator)?.member;
  }

  /** Adds a member. `prefix` begins its id. Throws a `StateError` if its connection isn't open. */
  add(communicator: Anyone, info: Info, prefix: string): Member<Info> {
    if (!(communicator instanceof Communicator)) {
      throw new TypeError("Cannot add to the group: expected a connector or an acceptor");
    }
    const rpc = rpcOf(communicator);
    const cause = rpc.port.refuse("");
    if (cause !== undefined) {
      throw new StateError("Cannot add to the group: the connection isn't open", { cause });
    }
    const member: Member<Info> = { id: prefix + randomId(), info: copyOf(info) };
    const local = new LocalMember(member, communicator, rpc);
    this.byId.set(member.id, local);
    this.#byCommunicator.set(communicator, local);
    watch(communicator, this);
    return member;
  }

  remove(communicator: Anyone): Member<Info> | undefined {
    const member = this.#forget(communicator);
    if (member !== undefined) unwatch(communicator, this);
    return member;
  }

  clear(): void {
    for (const communicator of this.#byCommunicator.keys()) unwatch(communicator, this);
    this.#byCommunicator.clear();
    this.byId.clear();
  }

  /** A connection is over. */
  ended(communicator: Anyone): void {
    const member = this.#forget(communicator);
    if (member !== undefined) this.#left(member);
  }

  #forget(communicator: Anyone): Member<Info> | undefined {
    const member = this.#byCommunicator.get(communicator)?.member;
    if (member === undefined) return undefined;
    this.#byCommunicator.delete(communicator);
    this.byId.delete(member.id);
    return member;
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
