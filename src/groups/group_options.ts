import { checkName, checkNames, type NamesOf } from "../nearest.ts";
import { checkSignal } from "../options.ts";
import type { Communicator } from "../rpc/communicator.ts";
import type { Slow } from "./broadcast.ts";
import { type Bus, checkBus } from "./bus.ts";
import type { GroupEvent } from "./group_event.ts";
import type { Member } from "./member.ts";

/** The options of a {@linkcode Group}. */
export interface GroupOptions<Info = undefined> {
  /** Connects the group with those of other processes. Default: it's only on this process. */
  readonly bus?: Bus | undefined;
  /**
   * How long to wait for other processes, in ms: for their lists of members, and until one that was
   * asked shows that it is alive. Also the default time limit of `ask`. Default: 5,000.
   */
  readonly timeout?: number | undefined;
  /**
   * What happens to a broadcast for a member that reads too slowly, so that it would wait while more
   * than the limit `sendBytes` already does. `"wait"`: it waits, for up to the limit `stallTimeout`;
   * then the connection is closed with 1013. `"drop"`: this member doesn't get it. `"close"`: the
   * member's connection is closed with 1013. The other members aren't held up. Default: `"wait"`.
   */
  readonly slow?: "wait" | "drop" | "close" | undefined;
  /** Receives events. Default: prints errors with `console.error`. */
  readonly onEvent?: ((event: GroupEvent<Info>) => void) | undefined;
}

/** The options of a broadcast. */
export interface BroadcastOptions {
  /** Members, or their connections on this process, that don't get it. */
  readonly except?:
    | readonly (Member<unknown> | Communicator<object | null | undefined, object | null>)[]
    | undefined;
  /** The ids of the members that get it. Others don't. */
  readonly only?: readonly string[] | undefined;
  /** Whether only members of this process get it. Default: `false`. */
  readonly local?: boolean | undefined;
}

/** The options of {@linkcode Group.ask}. */
export interface AskOptions extends BroadcastOptions {
  /** How long to wait for answers, in ms. Default: the group's `timeout`. */
  readonly timeout?: number | undefined;
  /** When it aborts, no more answers come, and the loop over them throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

const GROUP: NamesOf<GroupOptions> = { bus: 1, timeout: 1, slow: 1, onEvent: 1 };
const BROADCAST: NamesOf<BroadcastOptions> = { except: 1, only: 1, local: 1 };
const ASK: NamesOf<AskOptions> = { ...BROADCAST, timeout: 1, signal: 1 };
const SLOW: Readonly<Record<Slow, 1>> = { wait: 1, drop: 1, close: 1 };

const DEFAULT_TIMEOUT = 5_000;

/** The options of a group, with the defaults applied. */
export interface GroupSettings<Info> {
  readonly bus: Bus | undefined;
  readonly timeout: number;
  readonly slow: Slow;
  readonly onEvent: ((event: GroupEvent<Info>) => void) | undefined;
}

/** Checks the options of a group. Throws a `TypeError` or a `RangeError`. */
export function groupSettings<Info>(
  name: string,
  options: GroupOptions<Info>,
): GroupSettings<Info> {
  const act = "create the group";
  if (typeof name !== "string") throw new TypeError(`Cannot ${act}: the name must be a string`);
  checkObject(options, act);
  checkNames(options, GROUP, act);
  const { bus, timeout = DEFAULT_TIMEOUT, slow = "wait", onEvent } = options;
  if (bus !== undefined) checkBus(bus);
  checkName(slow, SLOW, `${act}: for slow members, there is no`);
  checkTimeout(timeout, act);
  if (onEvent !== undefined && typeof onEvent !== "function") {
    throw new TypeError(`Cannot ${act}: "onEvent" must be a function`);
  }
  return { bus, timeout, slow, onEvent };
}

/** Checks the options of a broadcast. */
export function checkBroadcast(options: BroadcastOptions): void {
  const act = "create a driver";
  checkObject(options, act);
  checkNames(options, BROADCAST, act);
  checkTargets(options, act);
}

/** Checks the options of a question. */
export function checkAsk(options: AskOptions): void {
  const act = "ask the group";
  checkObject(options, act);
  checkNames(options, ASK, act);
  checkTargets(options, act);
  if (options.timeout !== undefined) checkTimeout(options.timeout, act);
  checkSignal(options.signal, act);
}

function checkTargets({ except, only, local }: BroadcastOptions, act: string): void {
  if (except !== undefined && !(Array.isArray(except) && except.every(isObject))) {
    throw new TypeError(`Cannot ${act}: "except" must be a list of members or their connections`);
  }
  if (only !== undefined && !(Array.isArray(only) && only.every((id) => typeof id === "string"))) {
    throw new TypeError(`Cannot ${act}: "only" must be a list of ids`);
  }
  if (local !== undefined && typeof local !== "boolean") {
    throw new TypeError(`Cannot ${act}: "local" must be true or false`);
  }
}

function checkObject(options: object, act: string): void {
  if (!isObject(options)) throw new TypeError(`Cannot ${act}: the options must be an object`);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function checkTimeout(timeout: number, act: string): void {
  if (typeof timeout !== "number" || !(timeout > 0)) {
    throw new RangeError(`Cannot ${act}: "timeout" must be a number of ms above 0`);
  }
}
