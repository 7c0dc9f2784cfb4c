/** What the test process and the server processes call of each other. */
import type { Member } from "../../../mod.ts";

/** What each client sends when it connects to a server process. */
export interface Ticket {
  readonly name: string;
  /** The rooms that it becomes a member of. */
  readonly rooms: readonly string[];
}

/** What others see of each client. */
export interface Name {
  readonly name: string;
}

/** What each client offers. */
export interface Guest {
  /** The `number`th broadcast of a process to a room, from 0 on. */
  hear(room: string, from: string, number: number): void;
  add(x: number, y: number): number;
  echo(value: unknown): unknown;
  fail(code: number): void;
  wait(): Promise<void>;
}

/** What happened to the calls that a process made. */
export interface Tally {
  readonly right: number;
  /** Errors and wrong results. */
  readonly faults: readonly string[];
}

/** How the test process controls a server process. */
export interface Control {
  open(rooms: readonly string[]): Promise<void>;
  /** How many memberships this process has, over all rooms. */
  size(): number;
  /** Sends the next broadcasts, to one room after the other. */
  broadcast(count: number): Promise<void>;
  /** How many broadcasts were sent to each room. */
  sent(): Record<string, number>;
  /** The members of this process. */
  local(room: string): Member<Name>[];
  /** What `members()` returns. */
  members(room: string): Promise<Member<Name>[]>;
  /** The members that joined and haven't left, by the events. */
  known(room: string): string[];
  /** The errors that `onEvent` reported. */
  errors(): string[];
  /** Calls members of a room, again and again, until `endCalls`. */
  beginCalls(room: string, ids: readonly string[]): void;
  endCalls(): Promise<Tally>;
  /** Lets clients join and leave rooms at random. */
  churn(seed: number, count: number): Promise<void>;
}
