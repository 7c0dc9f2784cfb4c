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

// deno-lint-ignore no-explicit-any -- of any provider and remote
type Any = Communicator<any, any>;

// access to protected and private members, for connectors and acceptors
export let rpcOf: (communicator: Any) => Rpc;
export let destroy: (communicator: Any, error: Error | undefined) => void;
/** Functions to call when the connection closes, each once. */
export let joinersOf: (communicator: Any) => Set<() => void>;

/**
 * The base class of connectors and acceptors: one side of bidirectional RPC. It has a provider for
 * the other side, and drivers of the other side's provider.
 *
 * Extend it for a custom transport, such as a pipe. Implement `inspectReady` and `sendData`, pass
 * each message that arrives to `replyData`, and call `destructor` when the connection closes.
 *
 * @typeParam Provider The provider of this side, or `null`.
 * @typeParam Remote The provider of the other side, or `null`.
 *
 * @example Connect two sides in one process
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
 *     return this.other === undefined ? new Error("Cannot call: not connected") : null;
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

  /** Defined inside the class, for access to its protected members. */
  static readonly #Transport = class implements Port {
    readonly #communicator: Any;

    constructor(communicator: Any) {
      this.#communicator = communicator;
    }

    refuse(path: string): Error | undefined {
      // TGrid passes exactly this name, misspelled
      const error = this.#communicator.inspectReady("Communicator._Call_fuction");
      if (error instanceof NotSentError) { // its message doesn't contain the path
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
      // TGrid's protocol has no message for this
    }
  };

  static {
    rpcOf = (communicator) => communicator.#rpc;
    destroy = (communicator, error) => void communicator.destructor(error);
    joinersOf = (communicator) => communicator.#joiners ??= new Set();
  }

  /** Call it in your constructor. With `null` or `undefined`, all incoming calls are refused. */
  protected constructor(provider: Provider) {
    warnOfProvider(provider);
    this.#rpc = new Rpc(this, provider, new Communicator.#Transport(this));
  }

  /**
   * Listens to the calls of both sides, from the next call on. A listener can change the arguments
   * and results of calls. Errors that it throws are ignored. Adding a listener twice has no effect.
   */
  on<Type extends InvokeEvent.Type>(
    type: Type,
    listener: (event: InvokeEvent.EventMapper[Type]) => void,
  ): void {
    this.#rpc.listeners.add(type, listener as (event: InvokeEvent) => void);
  }

  /** Removes a listener. Has no effect if it wasn't added. */
  off<Type extends InvokeEvent.Type>(
    type: Type,
    listener: (event: InvokeEvent.EventMapper[Type]) => void,
  ): void {
    this.#rpc.listeners.remove(type, listener as (event: InvokeEvent) => void);
  }

  /**
   * Returns a driver, with which you call the functions of the other side's provider. You can get
   * it before connecting, and it stays valid across reconnects. Without options, it's always the
   * same object. An `async` function can return a driver.
   *
   * Calls reject with a {@linkcode NotSentError} if they can't be sent, with a {@linkcode
   * ConnectionClosedError} or a {@linkcode WebSocketError} if the connection closes first, and with
   * a {@linkcode RemoteError} if the remote function throws or the call is refused.
   *
   * @typeParam Controller The provider's type, if it isn't `Remote`.
   * @typeParam UseParametric `true` also accepts the JSON form of each argument.
   * @typeParam Values `"structured"` if both sides use `structured`: a `Map` then arrives as a
   * `Map`.
   * @param options For all calls of the driver. Creating one is cheap.
   * @throws {TypeError} For an unknown option, or one with an invalid value.
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

  /** Returns the provider of this side. */
  getProvider(): Provider {
    return this.#rpc.provider as Provider;
  }

  /** Replaces the provider of this side, from the next incoming call on. */
  setProvider(obj: Provider): void {
    warnOfProvider(obj);
    this.#rpc.provider = obj;
  }

  /**
   * Waits until the connection is closed, by either side or because it broke.
   *
   * @throws {Error} If there is no connection: a `StateError` for connectors and acceptors.
   */
  join(): Promise<void>;
  /**
   * Waits for at most `ms` until the connection is closed.
   *
   * @param ms A number of ms. With 0 or less, `join` only checks. `Infinity` sets no limit.
   * @returns Whether the connection closed in time.
   * @throws {Error} If there is no connection: a `StateError` for connectors and acceptors.
   * @throws {TypeError} If `ms` is `NaN`.
   */
  join(ms: number): Promise<boolean>;
  /**
   * Waits until the connection is closed, or until the date `at`.
   *
   * @returns Whether the connection closed in time.
   * @throws {Error} If there is no connection: a `StateError` for connectors and acceptors.
   * @throws {TypeError} If `at` is an invalid `Date`.
   */
  join(at: Date): Promise<boolean>;
  /** Waits until the connection is closed. With a limit, resolves to whether it closed in time. */
  join(limit?: number | Date): Promise<void | boolean>;
  join(limit?: number | Date): Promise<void | boolean> {
    const error = this.inspectReady(`${this.constructor.name}.join`);
    return error === null ? waitForEnd(this, limit) : rejected(error);
  }

  /**
   * Implement it. Checks whether a call or a `join` is possible now.
   *
   * @param method The name of what is checked.
   * @returns `null` if it is possible, or the error to reject with.
   */
  protected abstract inspectReady(method: string): Error | null;

  /** Implement it. Sends a message to the other side. If the promise rejects, so does the call. */
  protected abstract sendData(invoke: Invoke): Promise<void>;

  /** Call it with each message that arrives. Never throws, even if the message is malformed. */
  protected replyData(invoke: Invoke): void {
    receive(this.#rpc, invoke);
  }

  /**
   * Call it when the connection closes. Rejects pending calls, then resolves `join`. The results of
   * functions that are still running are dropped. The object can be used again.
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
}

/** Like `join`, but doesn't call `inspectReady`. */
export function waitForEnd(communicator: Any, limit?: number | Date): Promise<void | boolean> {
  let wake!: () => void;
  const end = new Promise<void>((resolve) => wake = resolve);
  const joiners = joinersOf(communicator).add(wake);
  if (limit === undefined) return end;
  return handled(settles(end, limit).finally(() => joiners.delete(wake)));
}

/** Handles a message of TGrid's protocol, which hasn't been checked. */
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

/** Converts a call to a message of TGrid's protocol. */
export function invokeOf({ uid, path, args }: MadeCall): Invoke.IFunction {
  return { uid, listener: path, parameters: args.map(parameterOf) };
}
