import { settles } from "../deadline.ts";
import { NotSentError } from "../errors.ts";
import { handled, rejected } from "../handled.ts";
import type { Driver } from "../types/driver.ts";
import { warnOfProvider } from "../warning.ts";
import { type CallOptions, NO_TERMS, tighten } from "./call_options.ts";
import { createDriver } from "./driver.ts";
import { type Invoke, type InvokeEvent, parameterOf, valuesOf } from "./invoke.ts";
import type { MadeCall } from "./pending_calls.ts";
import type { Port } from "./port.ts";
import { Rpc } from "./rpc.ts";
import type { Weight } from "./served_call.ts";

// deno-lint-ignore no-explicit-any -- of whatever provider and remote
type Any = Communicator<any, any>;

// protected and private members, for the ends of a WebSocket
export let rpcOf: (communicator: Any) => Rpc;
export let destroy: (communicator: Any, error: Error | undefined) => void;
/** Joins without asking `inspectReady`. */
export let waitForEnd: (communicator: Any, limit?: number | Date) => Promise<void | boolean>;

/**
 * One end of bidirectional RPC, over any transport: it offers a provider and drives the remote one.
 * Extend it for a custom transport (a `Worker`, a `MessagePort`, a pipe): send what `sendData` gets,
 * pass incoming messages to `replyData`, and call `destructor` at the end.
 *
 * @typeParam Provider What this end offers.
 * @typeParam Remote What the other end offers.
 *
 * @example A custom transport: two ends in one process
 * ```ts
 * import { Communicator, type Invoke } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * class Local<P extends object | null, R extends object | null> extends Communicator<P, R> {
 *   other?: Local<R, P>;
 *   constructor(provider: P) {
 *     super(provider);
 *   }
 *   protected inspectReady(): Error | null {
 *     return this.other === undefined ? new Error("Cannot call: there is no other end") : null;
 *   }
 *   protected sendData(invoke: Invoke): Promise<void> {
 *     this.other!.replyData(structuredClone(invoke));
 *     return Promise.resolve();
 *   }
 * }
 * const calculator = { plus: (x: number, y: number) => x + y };
 * const server = new Local<typeof calculator, null>(calculator);
 * const client = new Local<null, typeof calculator>(null);
 * [server.other, client.other] = [client, server];
 * assertEquals(await client.getDriver().plus(1, 2), 3);
 * ```
 */
export abstract class Communicator<
  Provider extends object | null | undefined,
  Remote extends object | null,
> {
  readonly #rpc: Rpc;
  #driver: object | undefined;
  #joiners: Set<() => void> | undefined;

  /** Inside the class, to reach its protected members. */
  static readonly #Transport = class implements Port {
    readonly #communicator: Any;

    constructor(communicator: Any) {
      this.#communicator = communicator;
    }

    refuse(path: string): Error | undefined {
      // exactly the name that TGrid passes
      const error = this.#communicator.inspectReady("Communicator._Call_fuction");
      if (error instanceof NotSentError) { // it doesn't have the path
        error.message = error.message.replace("Cannot call:", `Cannot call "${path}":`);
      }
      return error ?? undefined;
    }

    call(call: MadeCall): void {
      const rpc = this.#communicator.#rpc;
      Promise.resolve(this.#communicator.sendData(invokeOf(call))).then(() => {
        if (call.isQuiet) rpc.take(call.uid)?.resolve(undefined);
      }, (error) => rpc.fail(call.uid, error));
    }

    reply(message: Invoke.IReturn, unsent: (error: unknown) => void): void {
      Promise.resolve(this.#communicator.sendData(message)).catch(unsent);
    }

    cancel(): void {
      // TGrid has no message for it
    }
  };

  static {
    rpcOf = (communicator) => communicator.#rpc;
    destroy = (communicator, error) => void communicator.destructor(error);
    waitForEnd = (communicator, limit) => communicator.#waitForEnd(limit);
  }

  /** Creates an end. A provider that is `null` or `undefined` refuses every call. */
  protected constructor(provider: Provider) {
    warnOfProvider(provider);
    this.#rpc = new Rpc(this, provider, new Communicator.#Transport(this));
  }

  /**
   * Listens to the calls that this end makes and serves, from the next call on. A listener may change
   * parameters and results; errors that it throws are ignored. Adding it twice has no effect.
   */
  on<Type extends InvokeEvent.Type>(
    type: Type,
    listener: (event: InvokeEvent.EventMapper[Type]) => void,
  ): void {
    this.#rpc.listeners.add(type, listener as (event: InvokeEvent) => void);
  }

  /** Removes a listener, if it was added. */
  off<Type extends InvokeEvent.Type>(
    type: Type,
    listener: (event: InvokeEvent.EventMapper[Type]) => void,
  ): void {
    this.#rpc.listeners.remove(type, listener as (event: InvokeEvent) => void);
  }

  /**
   * The remote provider as if it were local. You can get a driver before connecting, and it stays
   * valid across reconnects. It is not a promise: an `async` function can return it.
   *
   * Calls reject with a {@linkcode NotSentError} if they can't be made, with a {@linkcode
   * ConnectionClosedError} or a {@linkcode WebSocketError} if the connection ended first, and with a
   * {@linkcode RemoteError} if the remote function threw.
   *
   * @typeParam Controller The remote provider's type, if it is not `Remote`.
   * @typeParam UseParametric `true` accepts any parameter that serializes to the right JSON.
   * @typeParam Values `"structured"` if both ends use `structured`: a `Map` then arrives as a `Map`.
   * @param options For all calls of a new driver, which is cheap.
   * @throws {TypeError} If the timeout or the deadline is `NaN` or an invalid date.
   */
  getDriver<
    Controller extends object = NonNullable<Remote>,
    UseParametric extends boolean = false,
    Values extends "json" | "structured" = "json",
  >(options?: CallOptions): Driver<Controller, UseParametric, Values> {
    const driver = options === undefined
      ? this.#driver ??= createDriver(this.#rpc)
      : createDriver(this.#rpc, tighten(NO_TERMS, options));
    return driver as Driver<Controller, UseParametric, Values>;
  }

  /** What this end offers. */
  getProvider(): Provider {
    return this.#rpc.provider as Provider;
  }

  /** Replaces the provider, from the next incoming call on. */
  setProvider(obj: Provider): void {
    warnOfProvider(obj);
    this.#rpc.provider = obj;
  }

  /**
   * Waits for the end of the connection, however it ends.
   *
   * @throws {Error} If there is no connection to wait for.
   */
  join(): Promise<void>;
  /**
   * Waits for the end of the connection, for at most `ms`.
   *
   * @param ms Milliseconds; 0 or less checks whether it has ended, `Infinity` is no limit.
   * @returns `true` if it ended in time.
   * @throws {Error} If there is no connection to wait for.
   * @throws {TypeError} If `ms` is `NaN`.
   */
  join(ms: number): Promise<boolean>;
  /**
   * Waits for the end of the connection, until `at` at the latest.
   *
   * @returns `true` if it ended in time.
   * @throws {Error} If there is no connection to wait for.
   * @throws {TypeError} If the date is invalid.
   */
  join(at: Date): Promise<boolean>;
  /** Waits for the end of the connection; with a limit, resolves with whether it ended in time. */
  join(limit?: number | Date): Promise<void | boolean>;
  join(limit?: number | Date): Promise<void | boolean> {
    const error = this.inspectReady(`${this.constructor.name}.join`);
    return error === null ? this.#waitForEnd(limit) : rejected(error);
  }

  /**
   * Checks, before each call and each `join`, that it can be done now.
   *
   * @param method The name of what is about to be done.
   * @returns `null`, or the error for the caller.
   */
  protected abstract inspectReady(method: string): Error | null;

  /** Sends a call or a return to the other end. If it rejects, the call rejects with its error. */
  protected abstract sendData(invoke: Invoke): Promise<void>;

  /** Handles a call or a return from the other end. Never throws, even if it is malformed. */
  protected replyData(invoke: Invoke): void {
    receive(this.#rpc, invoke);
  }

  /**
   * Rejects pending calls, then resolves `join`; results of functions that still run are dropped. The
   * object can be used again.
   *
   * @param error What pending calls reject with. Default: a {@linkcode ConnectionClosedError}.
   */
  protected destructor(error?: Error): Promise<void> {
    this.#rpc.end(error);
    const joiners = this.#joiners;
    this.#joiners = undefined;
    joiners?.forEach((wake) => wake());
    return Promise.resolve();
  }

  #waitForEnd(limit?: number | Date): Promise<void | boolean> {
    let wake!: () => void;
    const end = new Promise<void>((resolve) => wake = resolve);
    (this.#joiners ??= new Set()).add(wake);
    if (limit === undefined) return end;
    return handled(settles(end, limit).finally(() => this.#joiners?.delete(wake)));
  }
}

/** Handles a message of TGrid's protocol, unchecked as it came in. */
export function receive(rpc: Rpc, message: unknown, weight?: Weight): void {
  if (typeof message !== "object" || message === null) return;
  const { uid, listener, parameters, success, value } = message as Record<string, unknown>;
  if (!Object.hasOwn(message, "listener")) return rpc.settle(uid, success, value);
  rpc.serve({
    uid,
    path: listener,
    args: valuesOf(parameters),
    due: undefined,
    quiet: undefined,
    weight,
    invoke: message as Invoke.IFunction,
  });
}

/** A call as TGrid's message. */
export function invokeOf({ uid, path, args }: MadeCall): Invoke.IFunction {
  return { uid, listener: path, parameters: args.map(parameterOf) };
}
