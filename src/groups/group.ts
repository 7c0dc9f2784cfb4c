import { now } from "../clock.ts";
import { settles } from "../deadline.ts";
import { DeadlineError, StateError } from "../errors.ts";
import { abortReason } from "../options.ts";
import { named, overdue } from "../rpc/call_errors.ts";
import { type CallOptions, type CallTerms, dueOf, NO_TERMS, tighten } from "../rpc/call_options.ts";
import { Communicator } from "../rpc/communicator.ts";
import { createDriver } from "../rpc/driver.ts";
import type { EncodedValue } from "../session/feature.ts";
import type { Driver } from "../types/driver.ts";
import { AnswerQueue } from "./answer_queue.ts";
import { Broadcast } from "./broadcast.ts";
import type { AskDriver, BroadcastDriver } from "./driver_types.ts";
import { type GroupReporter, groupReporter } from "./group_event.ts";
import {
  type AskOptions,
  type BroadcastOptions,
  checkAsk,
  checkBroadcast,
  type GroupOptions,
  type GroupSettings,
  groupSettings,
} from "./group_options.ts";
import { LocalMembers } from "./local_members.ts";
import type { Member } from "./member.ts";
import type { Anyone } from "./local_member.ts";
import { Node } from "./node.ts";
import { Question } from "./question.ts";
import { RemoteMember } from "./remote_member.ts";
import { SharedGroup } from "./shared_group.ts";
import { tokenOf } from "./subjects.ts";
import { type Targets, targetsOf } from "./targets.ts";
import { encodeValue } from "./values.ts";

/** For error messages: each state in words. */
const STATES = {
  closed: "the group isn't open. Call open() first.",
  opening: "the group isn't open yet. Await open() first.",
  open: "the group is already open",
  closing: "the group is closing",
};

/** The group on the bus, and a function that leaves it. */
interface OnBus<Info> {
  readonly node: Node;
  readonly shared: SharedGroup<Info>;
  readonly leave: () => Promise<void>;
}

/**
 * Connections that get the same broadcasts, such as those in one chat room: on this process, or with
 * a {@linkcode Bus} on several.
 *
 * A member leaves when its connection is over, or with `remove`. If a connection is interrupted and
 * resumed, it stays a member.
 *
 * @typeParam Remote What each member offers.
 * @typeParam Info What others can see of each member, as JSON.
 *
 * @example Send a message to everybody in a room
 * ```ts
 * import { Group, WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * interface Guest {
 *   hear(text: string): void;
 * }
 * await using lobby = new Group<Guest, { name: string }>("lobby");
 * await lobby.open();
 * await using server = new WebSocketServer<{ name: string }, null, Guest>();
 * await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
 *   await acceptor.accept(null);
 *   lobby.add(acceptor, { name: acceptor.header.name });
 *   await lobby.getDriver().hear(`${acceptor.header.name} is here`);
 * });
 *
 * const { promise, resolve } = Promise.withResolvers<string>();
 * await using connector = new WebSocketConnector<{ name: string }, Guest, null>(
 *   { name: "Ada" },
 *   { hear: resolve },
 * );
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`);
 * assertEquals(await promise, "Ada is here");
 * ```
 */
export class Group<Remote extends object, Info = undefined> {
  /** The name. Groups of the same name on one bus belong together. */
  readonly name: string;
  readonly #settings: GroupSettings<Info>;
  readonly #report: GroupReporter<Info>;
  readonly #members: LocalMembers<Info>;
  readonly #questions = new Set<Question<Info>>();
  #state: keyof typeof STATES = "closed";
  #onBus: OnBus<Info> | undefined;
  #dropped = 0;

  /**
   * Creates a group, which isn't open.
   *
   * @param name Any string.
   * @throws {TypeError} If the name isn't a string, or an option doesn't exist or is invalid.
   * @throws {RangeError} If `timeout` isn't a number above 0.
   */
  constructor(name: string, options: GroupOptions<Info> = {}) {
    this.#settings = groupSettings(name, options);
    this.name = name;
    this.#report = groupReporter(options.onEvent);
    this.#members = new LocalMembers((member) => this.#hasLeft(member));
  }

  /**
   * Opens the group. With a bus, resolves when the group is subscribed and the other processes have
   * answered. A closed group can be opened again.
   *
   * @throws {StateError} If it is open, opening or closing.
   * @throws {DeadlineError} If the bus doesn't answer within `timeout`.
   */
  async open(): Promise<void> {
    if (this.#state !== "closed") throw this.#stateError("open the group");
    this.#state = "opening";
    try {
      if (this.#settings.bus !== undefined) this.#onBus = await this.#enter(this.#settings.bus);
      this.#state = "open";
    } finally {
      if (this.#state === "opening") this.#state = "closed";
    }
  }

  /**
   * Closes the group: all members of this process leave. Their connections stay open. Pending calls
   * of members on other processes reject. Does nothing if the group isn't open.
   */
  async close(): Promise<void> {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#members.clear();
    for (const question of this.#questions) question.fail(this.#stateError("ask the group"));
    const onBus = this.#onBus;
    this.#onBus = undefined;
    onBus?.shared.close();
    await onBus?.leave().catch((error) => this.#report({ type: "error", error }));
    this.#state = "closed";
  }

  /** Closes the group at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /**
   * Adds a connection, at once. If it is a member already, returns that member. The compiler doesn't
   * check that the other side offers a `Remote`.
   *
   * @param communicator An acceptor or a connector that is open, of a WebSocket, a worker or a port.
   * @param info What others can see of the member. Copied as JSON.
   * @throws {StateError} If the group or the connection isn't open.
   * @throws {EncodeError} If `info` isn't JSON, or longer than 65,536 characters.
   */
  add(
    communicator: Communicator<object | null | undefined, Remote>,
    ...info: undefined extends Info ? [info?: Info] : [info: Info]
  ): Member<Info> {
    this.#check("add to the group");
    const anyone = communicator as Anyone;
    checkCommunicator(anyone, "add to the group");
    const known = this.#members.of(anyone);
    if (known !== undefined) return known.member;
    const prefix = this.#onBus?.node.id ?? "";
    const member = this.#members.add(anyone, info[0] as Info, prefix);
    this.#onBus?.shared.joined(member);
    this.#report({ type: "join", member });
    return member;
  }

  /**
   * Removes a connection. It stays open.
   *
   * @returns Whether it was a member.
   * @throws {StateError} If the group isn't open.
   */
  remove(communicator: Communicator<object | null | undefined, Remote>): boolean {
    this.#check("remove from the group");
    checkCommunicator(communicator, "remove from the group");
    const local = this.#members.of(communicator as Anyone);
    if (local === undefined) return false;
    this.#members.remove(local);
    this.#hasLeft(local.member);
    return true;
  }

  /** How many members are on this process. */
  get size(): number {
    return this.#members.size;
  }

  /** The connections that are members on this process. */
  get local(): Iterable<Communicator<object | null | undefined, Remote>> {
    return this.#members.communicators as Iterable<
      Communicator<object | null | undefined, Remote>
    >;
  }

  /** How many broadcasts weren't sent to members of this process because those were slow. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Returns a driver of broadcasts: its functions call those of all members, on all processes,
   * without results. A call resolves when it was given to the connections of this process that have
   * room, and to the bus. Each member gets the broadcasts of one process in order.
   *
   * A call rejects with a `StateError` if the group isn't open, with an `EncodeError` if an argument
   * can't be serialized, such as a function or a stream, and with the error of the bus if that fails.
   *
   * @typeParam Values `"structured"` if the members use `structured`.
   * @throws {TypeError} For an unknown option, or one with an invalid value.
   */
  getDriver<Values extends "json" | "structured" = "json">(
    options: BroadcastOptions = {},
  ): BroadcastDriver<Remote, Values> {
    checkBroadcast(options);
    const call = (path: string, args: unknown[], terms: CallTerms): Promise<void> =>
      this.#broadcast({ path, args, terms }, options);
    return createDriver({ call }) as BroadcastDriver<Remote, Values>;
  }

  /**
   * Returns a driver of questions: its functions call those of all members, on all processes, and
   * return the answers in the order in which they arrive. The loop over them ends when all members
   * have answered, or at the time limit, when members that haven't answered count as errors. If you
   * leave the loop, the other calls are canceled.
   *
   * The loop throws a `StateError` if the group isn't open or is closed meanwhile, and an
   * `EncodeError` if an argument can't be serialized, such as a function or a stream.
   *
   * @typeParam Values `"structured"` if the members use `structured`.
   * @throws {TypeError} For an unknown option, or one with an invalid value.
   * @throws {RangeError} If `timeout` isn't a number above 0.
   */
  ask<Values extends "json" | "structured" = "json">(
    options: AskOptions = {},
  ): AskDriver<Remote, Info, Values> {
    checkAsk(options);
    const call = (path: string, args: unknown[]): AnswerQueue<unknown> =>
      this.#ask(path, args, options);
    return createDriver({ call: call as never }) as AskDriver<Remote, Info, Values>;
  }

  /**
   * Returns one member, on any process. Its calls behave as those of its connection: they return
   * results and can be canceled. They reject with a `StateError` if the group isn't open, and with a
   * `NotSentError` if the member has left. If its process ends before the call returned, they reject
   * with a `DeadlineError` when that process was silent for `timeout`, or with a `WebSocketError`.
   *
   * @param id The `id` of a {@linkcode Member}.
   */
  member(id: string): MemberHandle<Remote> {
    const remote = new RemoteMember({
      id,
      shared: () => this.#onBus?.shared as SharedGroup<unknown> | undefined,
      isKnown: (processId) => this.#onBus?.node.has(processId) === true,
    });
    const call = (path: string, args: unknown[], terms: CallTerms): Promise<unknown> => {
      if (this.#state !== "open") return Promise.reject(this.#stateError(`call "${path}"`));
      const local = this.#members.get(id);
      return local === undefined
        ? remote.make(path, args, terms)
        : local.rpc.call(path, args, terms);
    };
    return {
      id,
      getDriver: (options?: CallOptions) =>
        createDriver({ call }, options && tighten(NO_TERMS, options)) as never,
    };
  }

  /**
   * Returns the members of this process, and of all others that answer within `timeout`.
   *
   * @throws {StateError} If the group isn't open.
   */
  async members(): Promise<Member<Info>[]> {
    this.#check("list the members");
    const others = this.#onBus?.shared.list();
    const own = [...this.#members.all].map(({ member }) => member);
    return [...own, ...await others ?? []];
  }

  async #enter(bus: NonNullable<GroupSettings<Info>["bus"]>): Promise<OnBus<Info>> {
    const { timeout, onEvent } = this.#settings;
    const token = await tokenOf(this.name);
    const node = Node.of(bus, token);
    const shared = new SharedGroup<Info>({
      token,
      node,
      timeout,
      onEvent,
      report: this.#report,
      members: this.#members,
      give: (path, args, targets) => this.#give(new Broadcast(path, args), targets),
    });
    const entering = node.enter(shared);
    try {
      if (!await settles(entering, timeout)) {
        throw new DeadlineError(
          `Cannot open the group: the bus didn't answer within ${timeout} ms`,
        );
      }
      return { node, shared, leave: await entering };
    } catch (error) {
      shared.close();
      entering.then((leave) => leave()).catch(() => {}); // it may still succeed
      throw error;
    }
  }

  #broadcast(
    { path, args, terms }: {
      readonly path: string;
      readonly args: unknown[];
      readonly terms: CallTerms;
    },
    options: BroadcastOptions,
  ): Promise<void> {
    if (this.#state !== "open") return Promise.reject(this.#stateError(`call "${path}"`));
    const aborted = terms.signals.find((signal) => signal.aborted);
    if (aborted !== undefined) return Promise.reject(abortReason(aborted.reason));
    if (dueOf(terms) <= now()) return Promise.reject(named(path, overdue("call", path, terms)));
    const targets = this.#targets(options);
    let published: Promise<void> | undefined;
    let encoded: EncodedValue;
    try {
      encoded = encodeValue(args, "parameters"); // refuses functions and streams
      if (options.local !== true) {
        published = this.#onBus?.shared.broadcast(path, encoded, targets);
      }
    } catch (error) {
      return Promise.reject(named(path, error));
    }
    this.#give(new Broadcast(path, args, encoded), targets);
    if (published === undefined) return Promise.resolve();
    // usually a program doesn't await a broadcast, so this mustn't be an unhandled rejection
    published.catch((error) => this.#report({ type: "error", error, method: path }));
    return published;
  }

  /** Gives a broadcast to the members of this process. */
  #give(broadcast: Broadcast, targets: Targets): void {
    const { path: method } = broadcast;
    for (const local of targetsOf(targets, this.#members)) {
      const { member } = local;
      try {
        if (!broadcast.give(local, this.#settings.slow)) continue;
        this.#dropped++;
        this.#report({ type: "drop", member, method });
      } catch (error) {
        this.#report({ type: "error", error: named(method, error), member, method });
      }
    }
  }

  #ask(path: string, args: unknown[], options: AskOptions): AnswerQueue<unknown> {
    const failed = (error: unknown): AnswerQueue<unknown> => {
      const queue = new AnswerQueue<unknown>();
      queue.fail(error);
      return queue;
    };
    if (this.#state !== "open") return failed(this.#stateError(`call "${path}"`));
    try {
      const question: Question<Info> = new Question({
        path,
        args,
        encoded: encodeValue(args, "parameters"),
        targets: this.#targets(options),
        timeout: options.timeout ?? this.#settings.timeout,
        signal: options.signal,
        members: this.#members,
        shared: options.local === true ? undefined : this.#onBus?.shared,
        over: () => this.#questions.delete(question),
      });
      this.#questions.add(question);
      question.begin();
      return question.answers;
    } catch (error) {
      return failed(named(path, error));
    }
  }

  #targets({ only, except }: BroadcastOptions): Targets {
    const idOf = (one: Member<unknown> | Anyone): string | undefined =>
      one instanceof Communicator ? this.#members.of(one)?.member.id : one.id;
    const ids = except?.map((one) => idOf(one as Member<unknown> | Anyone));
    return {
      only: only && new Set(only),
      except: ids && new Set(ids.filter((id) => id !== undefined)),
    };
  }

  #hasLeft(member: Member<Info>): void {
    this.#onBus?.shared.left(member.id);
    this.#report({ type: "leave", member });
  }

  #check(act: string): void {
    if (this.#state !== "open") throw this.#stateError(act);
  }

  #stateError(act: string): StateError {
    return new StateError(`Cannot ${act}: ${STATES[this.#state]}`);
  }
}

function checkCommunicator(value: unknown, act: string): void {
  if (value instanceof Communicator) return;
  throw new TypeError(`Cannot ${act}: expected a connector or an acceptor`);
}

/** One member of a {@linkcode Group}, returned by its `member`. */
export interface MemberHandle<Remote extends object> {
  /** The id of the member. */
  readonly id: string;
  /**
   * Returns a driver of the member's functions.
   *
   * @throws {TypeError} For an unknown option, or one with an invalid value.
   */
  getDriver<Values extends "json" | "structured" = "json">(
    options?: CallOptions,
  ): Driver<Remote, false, Values>;
}
