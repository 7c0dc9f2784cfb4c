import { queueMicrotask } from "../global_scope.ts";
import { now } from "../clock.ts";
import { ConnectionClosedError } from "../errors.ts";
import type { EncodedValue } from "../session/feature.ts";
import type { Reply } from "./answers.ts";
import { Directory } from "./directory.ts";
import { Unreadable } from "./frame.ts";
import type { GroupReporter } from "./group_event.ts";
import type { Member } from "./member.ts";
import {
  callText,
  type MemberCall,
  type Outcome,
  pairOf,
  readMember,
  readOutcome,
  serveCall,
  valueText,
} from "./member_calls.ts";
import { type Message, pack } from "./message.ts";
import { type Node, NOT_OPEN, type Room } from "./node.ts";
import type { Request } from "./requests.ts";
import { type Members, readTargets, type Targets, targetsText } from "./targets.ts";
import { decodeValue } from "./values.ts";

/** How many members one part of a list has. */
const PAGE = 500;

/** What a group shares with its part on the bus. */
export interface SharedParts<Info> {
  readonly token: string;
  readonly node: Node;
  /** How long a process may be silent, in ms. */
  readonly timeout: number;
  readonly onEvent: unknown;
  readonly report: GroupReporter<Info>;
  readonly members: Members<Info>;
  /** Gives a broadcast of another process to the members. */
  give(path: string, args: unknown[], targets: Targets): void;
}

/** The answers to a call of members of one process. */
export interface Answering<Info> {
  answered(member: Member<Info>, outcome: Outcome): void;
  end(error: unknown): void;
}

/** The part of a group that other processes see and reach. */
export class SharedGroup<Info> implements Room {
  readonly token: string;
  readonly onFault: unknown;
  /** Begins with the time, so that it's higher if the group is opened again. */
  version: number = Math.floor(now() * 1_000);
  changed: number = now();
  readonly directory: Directory<Info>;
  readonly #parts: SharedParts<Info>;
  #joined: Member<Info>[] = [];
  #left: string[] = [];
  #isQueued = false;
  /** The processes whose members are being asked for, and whether to ask again. */
  readonly #syncing = new Map<string, boolean>();
  /** For each request that waits: a function that ends it. */
  readonly #requests = new Set<(error: unknown) => void>();

  constructor(parts: SharedParts<Info>) {
    this.#parts = parts;
    this.token = parts.token;
    this.onFault = parts.onEvent;
    this.directory = new Directory(parts.report);
  }

  joined(member: Member<Info>): void {
    this.#joined.push(member);
    this.#queue();
  }

  left(id: string): void {
    this.#left.push(id);
    this.#queue();
  }

  /** Publishes a broadcast. */
  broadcast(path: string, args: EncodedValue, targets: Targets): Promise<void> {
    const { text, bytes } = valueText(args);
    const news = `["news",${JSON.stringify(path)},${text},${targetsText(targets)}]`;
    return this.#parts.node.publish(this.token, news, bytes);
  }

  /** Calls members of a process. Returns a function that cancels the call. Throws if it's too long. */
  call(processId: string, call: MemberCall, answering: Answering<Info>): () => void {
    const text = callText(call);
    return this.#request({
      to: processId,
      message: (id) => pack(`["ask",${id},"${this.token}","call",${text}]`, call.args.bytes),
      timeout: this.#parts.timeout,
      item(item, message) {
        const { member, outcome } = readOutcome<Info>(item, message, { ...call, processId });
        answering.answered(member, outcome);
      },
      end: (error) => answering.end(error),
    });
  }

  /** The members of all processes that answer in time. */
  async list(): Promise<Member<Info>[]> {
    const lists = this.directory.processes.map((processId) => this.#listOf(processId));
    return (await Promise.all(lists)).flatMap((list) => list?.members ?? []);
  }

  close(): void {
    for (const end of this.#requests) end(new ConnectionClosedError("The group was closed"));
    this.directory.clear();
  }

  // the methods of a Room

  fault(error: Error): void {
    this.#parts.report({ type: "error", error });
  }

  heard(processId: string, version: number): void {
    if (version === NOT_OPEN) this.directory.remove(processId);
    else if (!this.directory.heard(processId, version)) this.#sync(processId);
  }

  gone(processId: string): void {
    this.directory.remove(processId);
  }

  take(processId: string, { list, bytes }: Message): void {
    const [kind, first, second, third, fourth, fifth] = list;
    if (kind === "here") {
      return this.#takeChange(processId, { version: first, joined: second, left: third });
    }
    const targets = readTargets(fourth, fifth);
    const args = decodeValue(second, third, bytes);
    if (kind !== "news" || typeof first !== "string" || !Array.isArray(args) || !targets) {
      throw new Unreadable("a broadcast is invalid");
    }
    this.#parts.give(first, args, targets);
  }

  answer(message: Message, reply: Reply): () => void {
    const kind = message.list[3];
    if (kind === "call") return serveCall(message, this.#parts.members, reply);
    if (kind !== "list") throw new Unreadable("a request is invalid");
    this.#flush();
    const members = [...this.#parts.members.all].map(({ member }) => pairOf(member));
    for (let at = 0; at < members.length || at === 0; at += PAGE) {
      const page = JSON.stringify([this.version, members.slice(at, at + PAGE)]);
      reply.item(page, [], at + PAGE >= members.length);
    }
    return () => {};
  }

  /** Changes of one turn are published together. */
  #queue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#isQueued = false;
    const joined = this.#joined, left = this.#left;
    if (joined.length === 0 && left.length === 0) return;
    this.#joined = [];
    this.#left = [];
    this.version++;
    this.changed = now();
    const text = JSON.stringify(["here", this.version, joined.map(pairOf), left]);
    this.#parts.node.publish(this.token, text).catch((error) => this.fault(error));
  }

  #takeChange(
    processId: string,
    { version, joined, left }: {
      readonly version: unknown;
      readonly joined: unknown;
      readonly left: unknown;
    },
  ): void {
    if (!Number.isSafeInteger(version) || !Array.isArray(joined) || !Array.isArray(left)) {
      throw new Unreadable("a change is invalid");
    }
    const members = joined.map((one) => readMember<Info>(one, processId));
    const change = { version: version as number, joined: members, left };
    if (!this.directory.change(processId, change)) this.#sync(processId);
  }

  /** Asks a process for all of its members, because some changes are missing. */
  #sync(processId: string): void {
    if (this.#syncing.has(processId)) return void this.#syncing.set(processId, true);
    this.#syncing.set(processId, false);
    void this.#listOf(processId).then(() => {
      const isAgain = this.#syncing.get(processId);
      this.#syncing.delete(processId);
      if (isAgain === true && this.directory.processes.includes(processId)) this.#sync(processId);
    });
  }

  /** `undefined` if the process doesn't answer in time. */
  #listOf(processId: string): Promise<{ readonly members: Member<Info>[] } | undefined> {
    const members: Member<Info>[] = [];
    let version: number | undefined;
    return new Promise((resolve) => {
      this.#request({
        to: processId,
        message: (id) => pack(`["ask",${id},"${this.token}","list"]`),
        timeout: this.#parts.timeout,
        item(item) {
          const [told, page] = Array.isArray(item) ? item as unknown[] : [];
          if (!Number.isSafeInteger(told) || !Array.isArray(page)) {
            throw new Unreadable("a list is invalid");
          }
          version = told as number;
          for (const one of page) members.push(readMember(one, processId));
        },
        end: (error) => {
          if (error !== undefined) return resolve(undefined);
          if (version === undefined) this.directory.remove(processId); // it has closed the group
          else this.directory.replace(processId, version, members);
          resolve({ members });
        },
      });
    });
  }

  /** Begins a request, which `close` ends. */
  #request(request: Request): () => void {
    const close = (error: unknown): void => {
      cancel();
      this.#requests.delete(close);
      request.end(error);
    };
    this.#requests.add(close);
    const end = (error: unknown): void => {
      this.#requests.delete(close);
      request.end(error);
    };
    let cancel = (): void => {};
    try {
      cancel = this.#parts.node.requests.begin({ ...request, end });
    } catch (error) {
      this.#requests.delete(close);
      throw error;
    }
    return () => {
      this.#requests.delete(close);
      cancel();
    };
  }
}
