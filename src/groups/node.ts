import { now } from "../clock.ts";
import { ConnectionClosedError, WebSocketError } from "../errors.ts";
import { Answers, type Reply } from "./answers.ts";
import type { Bus } from "./bus.ts";
import { BusError, Unreadable } from "./frame.ts";
import { Hello } from "./hello.ts";
import { type Message, pack } from "./message.ts";
import { isId, randomId } from "./random_id.ts";
import { Requests } from "./requests.ts";
import { groupSubject, PROCESSES, processSubject } from "./subjects.ts";
import { Transport } from "./transport.ts";

/** How often each process says that it is alive, in ms. */
const BEAT = 1_000;
/** After this long without a message, a process counts as gone, in ms. */
const GONE = 7_500;
/** How long a change of a group is repeated in beats, in ms, because messages can be lost. */
const REPEAT = 10_000;
/** How many unchanged groups each beat names, in turn. */
const NAMED = 50;
/** How many processes are known at most. Whoever can publish could invent some. */
const MOST_PROCESSES = 4_096;
/** How long a process that opens waits for answers of others, in ms, before it asks again. */
const HELLO = 300;
/** How often it asks. */
const HELLOS = 5;

/** The version of a group that isn't open on a process. */
export const NOT_OPEN = -1;

/** A group on this process, as the messages of other processes reach it. */
export interface Room {
  readonly token: string;
  /** Grows with each change of its members on this process. */
  readonly version: number;
  /** When they last changed, by `now()`. */
  readonly changed: number;
  readonly onFault: unknown;
  fault(error: Error): void;
  /** The group has this version on a process, or `NOT_OPEN`. */
  heard(processId: string, version: number): void;
  gone(processId: string): void;
  /** A message to all processes with the group. Throws if it is invalid. */
  take(processId: string, message: Message): void;
  /** Answers a request. Throws if it is invalid. */
  answer(message: Message, reply: Reply): () => void;
}

/**
 * This process on a bus, for all of its groups. It says regularly that it is alive and in which
 * state its groups are, so that processes find each other, and notice when one is gone.
 */
export class Node {
  readonly id: string = randomId();
  readonly requests: Requests;
  readonly #answers: Answers;
  readonly #transport: Transport;
  /** The other processes, and when each was last heard. */
  readonly #heard = new Map<string, number>();
  readonly #rooms = new Map<string, Room>();
  /** The groups that were closed lately, and when. */
  readonly #closed = new Map<string, number>();
  /** For each `hello` that waits: the processes that haven't answered. */
  readonly #hellos = new Set<Hello>();
  readonly #bus: Bus;
  #opened: Promise<void> | undefined;
  #isOver = false;
  #unsubscribe: (() => Promise<void>)[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #lastTick = now();
  #named = 0;
  #hasFailed = false;

  constructor(bus: Bus) {
    this.#bus = bus;
    this.#transport = new Transport(bus, this.id);
    const sender = {
      send: (to: string, message: Uint8Array) => this.#send(to, message),
      tell: (to: string, list: readonly unknown[]) => this.tell(to, list),
    };
    this.requests = new Requests(sender);
    this.#answers = new Answers(sender);
  }

  /** The node of this process on a bus, without a group of this token. */
  static of(bus: Bus, token: string): Node {
    const list = nodes.get(bus) ?? [];
    nodes.set(bus, list);
    let node = list.find((one) => !one.#rooms.has(token));
    if (node === undefined) list.push(node = new Node(bus));
    return node;
  }

  has(processId: string): boolean {
    return this.#heard.has(processId);
  }

  /** Adds a group. Resolves to a function that removes it, when other processes have answered. */
  async enter(room: Room): Promise<() => Promise<void>> {
    const { token } = room;
    this.#rooms.set(token, room);
    let unsubscribe = (): Promise<void> => Promise.resolve();
    const leave = async (): Promise<void> => {
      if (this.#rooms.get(token) === room) this.#rooms.delete(token);
      this.#closed.set(token, now());
      await Promise.all([this.beat([[token, NOT_OPEN]]), unsubscribe()]);
      if (this.#rooms.size === 0) await this.#stop();
    };
    try {
      await (this.#opened ??= this.#open());
      unsubscribe = await this.#transport.subscribe(
        groupSubject(token),
        (sender, message) => {
          this.#alive(sender);
          room.take(sender, message);
        },
        (error) => room.fault(error),
      );
      if (this.#heard.size > 0) await this.#hello(token);
      return leave;
    } catch (error) {
      await leave().catch(() => {});
      throw error;
    }
  }

  /** Publishes to all processes with the group. */
  publish(token: string, text: string, bytes?: readonly Uint8Array[]): Promise<void> {
    return this.#transport.publish(groupSubject(token), text, bytes);
  }

  /** Sends a list to one process. Its loss isn't noticed. */
  tell(to: string, list: readonly unknown[]): void {
    this.#send(to, pack(JSON.stringify(list)));
  }

  /** Says that this process is alive, and the versions of groups. */
  async beat(versions: readonly (readonly [string, number])[]): Promise<void> {
    if (this.#isOver) return;
    try {
      await this.#transport.publish(PROCESSES, JSON.stringify(["beat", versions]));
      this.#hasFailed = false;
    } catch (error) {
      this.#failed(error);
    }
  }

  #send(to: string, message: Uint8Array): void {
    if (this.#isOver) return;
    void this.#transport.send(processSubject(to), message).catch((error) => this.#failed(error));
  }

  async #open(): Promise<void> {
    const fault = (error: Error): void => this.#fault(error);
    const take = (sender: string, message: Message): void => {
      this.#alive(sender);
      this.#take(sender, message);
    };
    for (const subject of [processSubject(this.id), PROCESSES]) {
      this.#unsubscribe.push(await this.#transport.subscribe(subject, take, fault));
    }
    this.#lastTick = now();
    this.#timer = setInterval(this.#tick, BEAT);
    await this.#hello(null);
  }

  async #stop(): Promise<void> {
    if (this.#isOver) return;
    const list = nodes.get(this.#bus)!;
    list.splice(list.indexOf(this), 1);
    const ended = this.#transport.publish(PROCESSES, JSON.stringify(["end"])).catch(() => {});
    this.#isOver = true;
    clearInterval(this.#timer);
    this.requests.stop(() => new ConnectionClosedError("The group was closed"));
    this.#answers.stop();
    for (const hello of this.#hellos) hello.end();
    await Promise.all([ended, ...this.#unsubscribe.map((unsubscribe) => unsubscribe())]);
  }

  readonly #tick = (): void => {
    const time = now();
    // this process was suspended, so it couldn't hear the others
    const late = Math.max(0, time - this.#lastTick - 2 * BEAT);
    this.#lastTick = time;
    for (const [processId, heard] of this.#heard) {
      if (late > 0) this.#heard.set(processId, heard + late);
      else if (time - heard > GONE) this.#gone(processId);
    }
    this.#answers.tick(time);
    this.#transport.tick(time);
    void this.beat(this.#versions(time));
  };

  /** The groups that changed lately, and some others in turn. */
  #versions(time: number): [string, number][] {
    const rooms = [...this.#rooms.values()];
    const since = time - REPEAT;
    const from = this.#named < rooms.length ? this.#named : 0;
    this.#named = from + NAMED;
    for (const [token, closed] of this.#closed) {
      if (closed < since || this.#rooms.has(token)) this.#closed.delete(token);
    }
    const named = rooms.filter((room, at) =>
      room.changed > since || (at >= from && at < from + NAMED)
    );
    return [
      ...named.map(({ token, version }) => [token, version] as [string, number]),
      ...[...this.#closed.keys()].map((token) => [token, NOT_OPEN] as [string, number]),
    ];
  }

  /** Asks the other processes for the versions of a group, or of all. Waits for their answers. */
  async #hello(token: string | null): Promise<void> {
    const hello = new Hello(token, this.#heard.keys());
    this.#hellos.add(hello);
    try {
      for (let tries = 0; tries < HELLOS && !this.#isOver; tries++) {
        const version = token === null ? null : this.#rooms.get(token)?.version ?? NOT_OPEN;
        await this.#transport.publish(PROCESSES, JSON.stringify(["hello", token, version]));
        if (await hello.answered(HELLO)) return;
        if (this.#heard.size === 0) return; // there is no other process
      }
    } finally {
      this.#hellos.delete(hello);
    }
  }

  /** A message of a process arrived. If it's new, asks it for the versions of all its groups. */
  #alive(processId: string): void {
    const isNew = !this.#heard.has(processId);
    if (isNew && this.#heard.size >= MOST_PROCESSES) {
      throw new Unreadable("there are too many processes");
    }
    this.#heard.set(processId, now());
    if (isNew) this.tell(processId, ["hello", null]);
  }

  #take(sender: string, message: Message): void {
    const [kind, first, second] = message.list;
    switch (kind) {
      case "hello":
        return this.#answerHello(sender, first, second);
      case "versions":
        return this.#hearVersions(sender, { token: first, versions: second, message });
      case "beat":
        return this.#hearAll(sender, first);
      case "end":
        return this.#gone(sender);
      case "ask":
        return this.#asked(sender, message);
      case "told":
        return this.requests.answered(sender, message);
      case "busy":
        return this.requests.confirmed(sender, listOf(first));
      case "poll":
        return this.#answers.polled(sender, listOf(first));
      case "cancel":
        return this.#answers.cancelled(sender, first);
      default:
        throw new Unreadable("its kind is unknown");
    }
  }

  #answerHello(sender: string, token: unknown, version: unknown): void {
    if (token !== null) this.#hearAll(sender, [[token, version]]);
    const versions = token === null
      ? [...this.#rooms.values()].map((room) => [room.token, room.version])
      : [[token, this.#rooms.get(token as string)?.version ?? NOT_OPEN]];
    this.tell(sender, ["versions", token, versions, [...this.#heard.keys()]]);
  }

  #hearVersions(
    sender: string,
    { token, versions, message }: {
      readonly token: unknown;
      readonly versions: unknown;
      readonly message: Message;
    },
  ): void {
    this.#hearAll(sender, versions);
    const others = listOf(message.list[3]).filter((id) => isId(id) && id !== this.id);
    for (const hello of this.#hellos) hello.answer(sender, token, others as string[]);
  }

  #hearAll(sender: string, versions: unknown): void {
    for (const one of listOf(versions)) {
      if (!Array.isArray(one) || typeof one[0] !== "string" || !Number.isSafeInteger(one[1])) {
        throw new Unreadable("a version is invalid");
      }
      this.#rooms.get(one[0])?.heard(sender, one[1]);
    }
  }

  #asked(sender: string, message: Message): void {
    const [, id, token] = message.list;
    if (!Number.isSafeInteger(id) || typeof token !== "string") {
      throw new Unreadable("a request is invalid");
    }
    this.#answers.asked(sender, id as number, (reply) => {
      try {
        const room = this.#rooms.get(token);
        if (room !== undefined) return room.answer(message, reply);
        reply.end();
      } catch (error) {
        reply.end();
        throw error;
      }
      return () => {};
    });
  }

  #gone(processId: string): void {
    if (!this.#heard.delete(processId)) return;
    for (const room of this.#rooms.values()) room.gone(processId);
    this.requests.gone(processId, () => new WebSocketError(1006, "The member's process is gone"));
    this.#answers.gone(processId);
    for (const hello of this.#hellos) hello.gone(processId);
  }

  /** Tells each callback once, although it may be that of many groups. */
  #fault(error: Error): void {
    const told = new Set<unknown>();
    for (const room of this.#rooms.values()) {
      if (told.has(room.onFault)) continue;
      told.add(room.onFault);
      room.fault(error);
    }
  }

  /** The bus doesn't publish. Reported once, until it does again. */
  #failed(cause: unknown): void {
    if (this.#hasFailed || this.#isOver) return;
    this.#hasFailed = true;
    this.#fault(new BusError("Cannot publish on the bus", { cause }));
  }
}

/** The nodes of each bus. There are several if a program opens a group of the same name twice. */
const nodes = new WeakMap<Bus, Node[]>();

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Unreadable("expected a list");
}
