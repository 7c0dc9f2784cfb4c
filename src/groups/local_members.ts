import { EncodeError, StateError } from "../errors.ts";
import { encodeError } from "../session/encode_error.ts";
import { rpcOf } from "../rpc/communicator.ts";
import { type Anyone, LocalMember } from "./local_member.ts";
import type { Member } from "./member.ts";
import { randomId } from "./random_id.ts";

/** The most characters of a member's `info`, as JSON. Each process keeps that of all members. */
const LONGEST_INFO = 65_536;

/** The members whose connections are on this process. */
export class LocalMembers<Info> {
  readonly #all = new Map<Anyone, LocalMember<Info>>();
  /** Made when it's first used, because many groups never look up an id. */
  #byId: Map<string, LocalMember<Info>> | undefined;
  readonly #left: (member: Member<Info>) => void;

  /** `left` is called for members that leave because their connection is over. */
  constructor(left: (member: Member<Info>) => void) {
    this.#left = left;
  }

  get size(): number {
    return this.#all.size;
  }

  get all(): Iterable<LocalMember<Info>> {
    return this.#all.values();
  }

  /** The connections. Each iteration looks again. */
  get communicators(): Iterable<Anyone> {
    return { [Symbol.iterator]: () => this.#all.keys() };
  }

  get(id: string): LocalMember<Info> | undefined {
    this.#byId ??= new Map([...this.all].map((local) => [local.member.id, local]));
    return this.#byId.get(id);
  }

  of(communicator: Anyone): LocalMember<Info> | undefined {
    return this.#all.get(communicator);
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
    this.#all.set(communicator, local);
    this.#byId?.set(member.id, local);
    return member;
  }

  remove(local: LocalMember<Info>): void {
    local.leave();
    this.#all.delete(local.communicator);
    this.#byId?.delete(local.member.id);
  }

  clear(): void {
    for (const local of this.all) local.leave();
    this.#all.clear();
    this.#byId = undefined;
  }

  /** A connection is over. Its member may have been removed since. */
  ended(local: LocalMember<Info>): void {
    if (this.of(local.communicator) !== local) return;
    this.remove(local);
    this.#left(local.member);
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
