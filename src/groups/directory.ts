import type { GroupReporter } from "./group_event.ts";
import type { Member } from "./member.ts";

/** The members of one other process, as of a version. */
interface Listed<Info> {
  version: number;
  members: Map<string, Member<Info>>;
}

/** What this process knows of the members of the others. */
export class Directory<Info> {
  readonly #processes = new Map<string, Listed<Info>>();
  readonly #report: GroupReporter<Info>;

  constructor(report: GroupReporter<Info>) {
    this.#report = report;
  }

  /** The processes with the group. */
  get processes(): string[] {
    return [...this.#processes.keys()];
  }

  membersOf(processId: string): Iterable<Member<Info>> {
    return this.#processes.get(processId)?.members.values() ?? [];
  }

  /** A process has the group, in this version. Returns whether its members are known. */
  heard(processId: string, version: number): boolean {
    const listed = this.#processes.get(processId);
    if (listed === undefined) this.#processes.set(processId, { version: -1, members: new Map() });
    return listed?.version === version;
  }

  /** Members joined and left. Returns `false` if earlier changes are missing. */
  change(
    processId: string,
    { version, joined, left }: {
      readonly version: number;
      readonly joined: readonly Member<Info>[];
      readonly left: readonly string[];
    },
  ): boolean {
    const listed = this.#processes.get(processId);
    if (listed === undefined) return this.heard(processId, version);
    if (version <= listed.version) return true;
    if (version !== listed.version + 1) return false;
    listed.version = version;
    for (const member of joined) this.#join(listed, member);
    for (const id of left) this.#leave(listed, id);
    return true;
  }

  /** All members of a process. */
  replace(processId: string, version: number, members: readonly Member<Info>[]): void {
    const listed = this.#processes.get(processId);
    if (listed === undefined || version < listed.version) return; // it has changed since
    listed.version = version;
    const ids = new Set(members.map(({ id }) => id));
    for (const id of [...listed.members.keys()]) if (!ids.has(id)) this.#leave(listed, id);
    for (const member of members) this.#join(listed, member);
  }

  /** A process no longer has the group. */
  remove(processId: string): void {
    const listed = this.#processes.get(processId);
    if (listed === undefined) return;
    this.#processes.delete(processId);
    for (const id of [...listed.members.keys()]) this.#leave(listed, id);
  }

  /** Forgets all without reporting it. */
  clear(): void {
    this.#processes.clear();
  }

  #join({ members }: Listed<Info>, member: Member<Info>): void {
    if (members.has(member.id)) return;
    members.set(member.id, member);
    this.#report({ type: "join", member });
  }

  #leave({ members }: Listed<Info>, id: string): void {
    const member = members.get(id);
    if (member === undefined) return;
    members.delete(id);
    this.#report({ type: "leave", member });
  }
}
