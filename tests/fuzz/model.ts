import { assert, assertEquals } from "@std/assert";
import {
  ConnectionClosedError,
  DeadlineError,
  type Driver,
  NotSentError,
  RemoteError,
  WebSocketError,
} from "../../mod.ts";
import type { Anything } from "../helpers/ends.ts";
import { copiesOf, lastOf, type Pair, type Tagged } from "./pair.ts";
import { Followed } from "./runs.ts";

/** What a call is made of. */
export interface CallPlan {
  readonly by: 0 | 1;
  readonly name: "echo" | "fail" | "later" | "watch" | "through" | "rows" | "read";
  readonly terms: "none" | "signal" | "timeout" | "patience" | "quiet";
  readonly pad: number;
  readonly bytes: number;
}

/** A call that was made, and all that is known of it. */
interface MadeCall {
  readonly tag: number;
  readonly plan: CallPlan;
  readonly value: Tagged;
  readonly control: AbortController;
  readonly reason: Error;
  readonly followed: Followed;
}

/** Milliseconds that a call with a timeout waits. */
export const TIMEOUT = 50;

/** Longer than a run takes. */
const PATIENCE = 100_000;

/** What may become of calls, kept beside two ends that make them. */
export class Model {
  readonly #pair: Pair;
  readonly #calls: MadeCall[] = [];
  /** How functions that waited were settled. */
  readonly #settled = new Map<number, boolean>();
  /** Was either end anything but open? */
  #hasEnded = false;

  constructor(pair: Pair) {
    this.#pair = pair;
  }

  /** Has the connection ended, or begun to? */
  get hasEnded(): boolean {
    return this.#hasEnded ||= this.#pair.ends.some(({ end }) => end.state !== 1);
  }

  /** Has any call not settled? */
  get isWaiting(): boolean {
    return this.settledCount < this.#calls.length;
  }

  /** How many calls have. */
  get settledCount(): number {
    return this.#calls.filter(({ followed }) => followed.ending !== undefined).length;
  }

  /** Makes a call. */
  call(plan: CallPlan): void {
    const tag = this.#calls.length + 1;
    const control = new AbortController();
    const reason = new Error(`enough of ${tag}`);
    const value = {
      tag,
      pad: "x".repeat(plan.pad),
      ...plan.bytes > 0 && { bytes: [new Uint8Array(plan.bytes).fill(tag), new Uint8Array(1)] },
    };
    const { end } = this.#pair.ends[plan.by];
    const driver = end.getDriver(optionsOf(plan, control.signal));
    const given = structuredClone(value);
    const followed = new Followed(made(driver, plan, given));
    if (plan.name !== "read") given.bytes?.[0]?.fill(0); // the call has what they were
    this.#calls.push({ tag, plan, value, control, reason, followed });
  }

  /** Aborts one of the calls. */
  abort(nth: number): void {
    const call = this.#calls[nth % this.#calls.length];
    call?.control.abort(call.reason);
  }

  /** Lets one of the functions that wait return, or throw. */
  settle(nth: number, isOk: boolean): void {
    const { waiting } = this.#pair;
    if (waiting.length === 0) return;
    const [one] = waiting.splice(nth % waiting.length, 1);
    this.#settled.set(one!.tag, isOk);
    one!.settle(isOk);
  }

  /** Lets all return. */
  settleAll(): void {
    for (let left = this.#pair.waiting.length; left > 0; left--) this.settle(0, true);
  }

  /** Each call has settled, and in a way that it may. */
  check(): void {
    for (const call of this.#calls) {
      assert(call.followed.ending !== undefined, `call ${call.tag} still waits`);
      const wrong = this.#wrongOf(call);
      assert(wrong === undefined, `call ${call.tag} (${call.plan.name}) ${wrong}`);
    }
    for (const by of [0, 1] as const) {
      const { ran } = this.#pair.ends[by === 0 ? 1 : 0];
      assertEquals(ran, [...new Set(ran)].sort((a, b) => a - b), `order of what ${by} called`);
    }
  }

  /** Whose caller gave up, hears of it: on a wire that can tell. */
  checkAborts(): void {
    const deaf = this.#calls.filter((call) => {
      const { ending } = call.followed;
      return ending?.kind === "rejected" && ending.error === call.reason &&
        call.plan.name === "watch" && this.#ran(call) && !this.#settled.has(call.tag) &&
        !this.#pair.aborted.has(call.tag);
    });
    assertEquals(deaf.map(({ tag }) => tag), [], "these run on for nobody");
  }

  #ran({ tag, plan }: MadeCall): boolean {
    return this.#pair.ends[plan.by === 0 ? 1 : 0].ran.includes(tag);
  }

  /** What is wrong with how a call ended. */
  #wrongOf(call: MadeCall): string | undefined {
    const ending = call.followed.ending!;
    if (ending.kind === "resolved") return this.#wrongResult(call, ending.value);
    const { error } = ending;
    if (error === call.reason) {
      return call.control.signal.aborted ? undefined : "was aborted by nobody";
    }
    if (error instanceof DeadlineError) {
      return call.plan.terms === "timeout" ? undefined : "had no deadline";
    }
    if (error instanceof RemoteError) return this.#wrongError(call, error);
    if (!this.hasEnded) return `was rejected without an end: ${error}`;
    if (error instanceof NotSentError) return this.#ran(call) ? "left, and ran" : undefined;
    const isEnd = error instanceof ConnectionClosedError || error instanceof WebSocketError;
    return isEnd ? undefined : `was rejected with ${error}`;
  }

  #wrongResult(call: MadeCall, value: unknown): string | undefined {
    if (call.plan.terms === "quiet") return value === undefined ? undefined : "has a result";
    if (!this.#ran(call)) return "has a result, and never ran";
    if (call.plan.name === "fail") return "has a result, and threw";
    const mustSettle = call.plan.name === "later" || call.plan.name === "watch";
    if (mustSettle && this.#settled.get(call.tag) !== true) return "came too early";
    assertEquals(value, call.value, `result of call ${call.tag}`);
    return undefined;
  }

  #wrongError({ tag, plan }: MadeCall, error: RemoteError): string | undefined {
    const isOwn = error.message === `failed ${tag}` && error.name === "RangeError";
    const mayFail = plan.name === "fail" || this.#settled.get(tag) === false;
    return isOwn && mayFail ? undefined : `got ${error.name}: ${error.message}`;
  }
}

/** Makes the call, and reads the stream that it returns. */
async function made(driver: Driver<Anything>, plan: CallPlan, value: Tagged): Promise<unknown> {
  switch (plan.name) {
    case "through":
      return await driver.through!((back: Tagged) => back, value);
    case "read":
      return await driver.read!(value.tag, copiesOf(value));
    case "rows": {
      const list = await driver.rows!(value);
      return plan.terms === "quiet" ? list : await lastOf(list);
    }
    default:
      return await driver[plan.name]!(value);
  }
}

function optionsOf({ terms }: CallPlan, signal: AbortSignal): object {
  switch (terms) {
    case "none":
      return {};
    case "signal":
      return { signal };
    case "timeout":
      return { timeout: TIMEOUT };
    case "patience":
      return { timeout: PATIENCE };
    case "quiet":
      return { reply: false };
    default:
      return terms satisfies never;
  }
}
