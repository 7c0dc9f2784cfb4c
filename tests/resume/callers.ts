import {
  ConnectionClosedError,
  currentCall,
  DeadlineError,
  type Driver,
  NotSentError,
  RemoteError,
  WebSocketError,
} from "../../mod.ts";
import type { Acceptor, Anything, Connector } from "../helpers/ends.ts";
import type { Random } from "../network/random.ts";
import { wait } from "./replay.ts";

/**
 * Kinds of calls. `timed` and `canceled` may end by their deadline or signal. `retried` ones of a
 * client return even if the session ends, and may run twice.
 */
export const KINDS = [
  "add",
  "quiet",
  "text",
  "slow",
  "fail",
  "retried",
  "bytes",
  "timed",
  "canceled",
] as const;
export type Kind = typeof KINDS[number];
/** Those that need no `structured`. */
export const TEXT_KINDS: readonly Kind[] = KINDS.filter((kind) => kind !== "bytes");

const SIZES = [0, 1, 900, 5_000, 70_000];
/** Calls that a caller has in flight. */
const AT_ONCE = 150;

/** The end that is called: counts, and checks that each caller's calls run once and in order. */
export class Callee {
  readonly wrong: string[] = [];
  /** How often it was called. */
  count = 0;
  readonly #random: Random;
  /** By caller: its calls that ran, in order. */
  readonly #ran = new Map<string, Set<number>>();
  readonly #last = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Whether a call ran. */
  hasRun(caller: string, at: number): boolean {
    return this.#ran.get(caller)?.has(at) === true;
  }

  /** What it provides. */
  get provider(): object {
    return {
      add: (caller: string, at: number, value: unknown) => (this.#run(caller, at), [at, value]),
      slow: async (caller: string, at: number, value: unknown) => {
        this.#run(caller, at);
        const { signal } = currentCall()!;
        await wait(this.#random.below(15));
        return [at, signal.aborted ? "aborted" : value];
      },
      retried: (at: number, value: unknown) => [at, value],
      fail: (caller: string, at: number) => {
        this.#run(caller, at);
        throw new RangeError(`${at}`);
      },
    };
  }

  #run(caller: string, at: number): void {
    this.count++;
    const last = this.#last.get(caller) ?? -1;
    if (at <= last) this.wrong.push(`${caller}: ${at} ran after ${last}`);
    this.#last.set(caller, at);
    const ran = this.#ran.get(caller) ?? new Set();
    this.#ran.set(caller, ran.add(at));
  }
}

/** How a caller calls. */
export interface Calling {
  /** Unique among the callers of a callee. */
  readonly name: string;
  readonly random: Random;
  readonly kinds: readonly Kind[];
  /** Whether calls may reject because their session is over. */
  readonly mayEnd: boolean;
}

/** Makes random calls, and checks what comes of them. */
export class Caller {
  readonly wrong: string[] = [];
  made = 0;
  settled = 0;
  /** The calls that must have run once, and how many of those with a reply returned. */
  readonly must: number[] = [];
  readonly #end: Connector | Acceptor;
  readonly #calling: Calling;
  readonly #driver: Driver<Anything>;
  #inFlight: Promise<void>[] = [];

  constructor(end: Connector | Acceptor, calling: Calling) {
    this.#end = end;
    this.#calling = calling;
    this.#driver = end.getDriver();
  }

  get name(): string {
    return this.#calling.name;
  }

  /** Calls in bursts, until it may stop. Resolves when all have settled. */
  async run(mayStop: () => boolean): Promise<void> {
    const { random } = this.#calling;
    while (!mayStop()) {
      for (let left = 1 + random.below(30); left > 0; left--) this.#inFlight.push(this.#once());
      if (this.made - this.settled < AT_ONCE && random.below(3) > 0) await wait(random.below(4));
      else await this.#rest();
    }
    await this.#rest();
  }

  async #rest(): Promise<void> {
    await Promise.all(this.#inFlight.splice(0));
  }

  async #once(): Promise<void> {
    const kind = this.#calling.random.of(this.#calling.kinds);
    const at = this.made++;
    try {
      await this.#call(kind, at);
    } catch (error) {
      if (!this.#isAllowed(kind, at, error)) {
        this.wrong.push(`${this.name} ${kind} ${at}: ${error}`);
      }
    }
    this.settled++;
  }

  async #call(kind: Kind, at: number): Promise<void> {
    const { name, random } = this.#calling;
    const driver = this.#driver;
    const end = this.#end;
    switch (kind) {
      case "add":
        return this.#returned(at, at, await driver.add!(name, at, at));
      case "quiet":
        await end.getDriver({ reply: false }).add!(name, at, at);
        if (!this.#calling.mayEnd) this.must.push(at); // otherwise it may have been lost
        return;
      case "text": {
        const text = "x".repeat(random.of(SIZES));
        return this.#returned(at, text, await driver.add!(name, at, text));
      }
      case "slow":
        return this.#returned(at, at, await driver.slow!(name, at, at));
      case "retried":
        return this.#check(at, at, await end.getDriver({ retry: true }).retried!(at, at));
      case "fail":
        await driver.fail!(name, at);
        return void this.wrong.push(`${name} ${at} did not fail`);
      case "bytes": {
        const bytes = new Uint8Array(random.of(SIZES)).fill(at);
        const value = random.below(2) === 0 ? bytes : [bytes, new Map([[at, bytes]])];
        return this.#returned(at, value, await driver.add!(name, at, value));
      }
      case "timed": {
        const timeout = random.of([1, 10, 100, 30_000]);
        return this.#returned(at, at, await end.getDriver({ timeout }).slow!(name, at, at));
      }
      case "canceled": {
        const signal = AbortSignal.timeout(random.of([0, 1, 10, 100]));
        return this.#returned(at, at, await end.getDriver({ signal }).slow!(name, at, at));
      }
      default:
        kind satisfies never;
    }
  }

  #returned(at: number, sent: unknown, got: unknown): void {
    this.must.push(at);
    this.#check(at, sent, got);
  }

  #check(at: number, sent: unknown, got: unknown): void {
    if (textOf(got) !== textOf([at, sent])) {
      this.wrong.push(`${this.name} ${at}: ${textOf(got).slice(0, 99)}`);
    }
  }

  #isAllowed(kind: Kind, at: number, error: unknown): boolean {
    if (kind === "fail" && error instanceof RemoteError && error.message === `${at}`) {
      this.must.push(at);
      return true;
    }
    if (kind === "timed" && error instanceof DeadlineError) return true;
    if (kind === "canceled" && (error as Error).name === "TimeoutError") return true;
    if (kind === "retried" && this.name === "client") return false;
    return this.#calling.mayEnd &&
      (error instanceof WebSocketError || error instanceof NotSentError ||
        error instanceof ConnectionClosedError);
  }
}

/** For comparing: bytes by their length and first byte, because lists of them are slow. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one) => {
    if (one instanceof Uint8Array) {
      return `${one.length} bytes of ${one[0]}${one.some((byte) => byte !== one[0]) ? "!" : ""}`;
    }
    return one instanceof Map ? [...one] : one;
  });
}
