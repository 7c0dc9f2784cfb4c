import { settles } from "../deadline.ts";
import { NotSentError } from "../errors.ts";
import type { Driver } from "../types/driver.ts";
import { warnOfProvider } from "../warning.ts";
import { type CallOptions, NO_TERMS, tighten } from "./call_options.ts";
import { createDriver } from "./driver.ts";
import type { Invoke, InvokeEvent } from "./invoke.ts";
import type { MadeCall } from "./pending_calls.ts";
import { parameterOf, type Port, Rpc, valuesOf } from "./rpc.ts";
import type { Weight } from "./served_call.ts";

// deno-lint-ignore no-explicit-any -- of whatever provider and remote
type Any = Communicator<any, any>;

/** The calls of a communicator, for the ends of a WebSocket. */
export let rpcOf: (communicator: Any) => Rpc;
/** Ends a communicator by its own `destructor`. */
export let destroy: (communicator: Any, error: Error | undefined) => void;
let transportOf: (communicator: Any) => Port;
/** Joins, whatever `inspectReady` says. */
export let waitForEnd: (communicator: Any, limit?: number | Date) => Promise<void | boolean>;

/**
 * One end of a two-way remote procedure call, on whichever transport: it offers a provider and
 * drives the remote one. Extend it to put calls on a transport of your own (a `Worker`, a
 * `MessagePort`, a pipe): send what `sendData` is given, hand what comes in to `replyData`, and call
 * `destructor` at the end.
 *
 * @typeParam Provider What this end offers.
 * @typeParam Remote What the other end offers.
 *
 * @example A transport of your own: two ends in one process
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

  static {
    // inside the class, where what is protected can be reached
    class Transport implements Port {
      readonly #communicator: Any;

      constructor(communicator: Any) {
        this.#communicator = communicator;
      }

      refuse(path: string): Error | undefined {
        // the name under which TGrid asks, to the letter
        const error = this.#communicator.inspectReady("Communicator._Call_fuction");
        return error === null ? undefined : withPath(error, path);
      }

      call(call: MadeCall): void {
        const communicator = this.#communicator;
        follow(communicator.#rpc, call, communicator.sendData(invokeOf(call)));
      }

      reply(message: Invoke.IReturn, unsent: (error: unknown) => void): void {
        Promise.resolve(this.#communicator.sendData(message)).catch(unsent);
      }

      cancel(): void {
        // TGrid's messages have none
      }
    }
    transportOf = (communicator) => new Transport(communicator);
    rpcOf = (communicator) => communicator.#rpc;
    destroy = (communicator, error) => void communicator.destructor(error);
    waitForEnd = (communicator, limit) => communicator.#waitForEnd(limit);
  }

  /**
   * For subclasses.
   *
   * @param provider What this end offers; `null` or `undefined` refuses every call.
   */
  protected constructor(provider: Provider) {
    warnOfProvider(provider);
    this.#rpc = new Rpc(this, provider, transportOf(this));
  }

  /**
   * Listens to the calls that this end makes and serves. A listener hears of the calls that begin
   * after it was added; it may change their parameters and results. What it throws harms nothing.
   *
   * @typeParam Type The event's name.
   * @param type `"send"`, `"complete"`, `"receive"` or `"return"`.
   * @param listener Is told of each such event; one that is added twice is told once.
   */
  on<Type extends InvokeEvent.Type>(
    type: Type,
    listener: (event: InvokeEvent.EventMapper[Type]) => void,
  ): void {
    this.#rpc.listeners.add(type, listener as (event: InvokeEvent) => void);
  }

  /**
   * Takes a listener off. One that was never on is no fault.
   *
   * @typeParam Type The event's name.
   * @param type The name that it was added under.
   * @param listener The listener.
   */
  off<Type extends InvokeEvent.Type>(
    type: Type,
    listener: (event: InvokeEvent.EventMapper[Type]) => void,
  ): void {
    this.#rpc.listeners.remove(type, listener as (event: InvokeEvent) => void);
  }

  /**
   * The remote provider as if it were local. It may be taken before the connection is open, and
   * stays the same object also when the end connects again.
   *
   * A call that can't be made is rejected with a {@linkcode NotSentError}; one whose return never
   * came with a {@linkcode ConnectionClosedError} or a {@linkcode WebSocketError}; what the remote
   * function threw arrives as a {@linkcode RemoteError}.
   *
   * @typeParam Controller The remote provider's type, where it is not `Remote`.
   * @typeParam UseParametric `true` lets parameters be anything that becomes the right JSON.
   * @typeParam Values `"structured"` where both ends chose `structured`: then a `Map` arrives as one.
   * @param options What the calls of the driver carry: a signal, a timeout, a deadline, no reply. A
   * driver with options is made anew each time, which costs next to nothing.
   * @returns The driver, which is no promise: returning it from an `async` function is safe.
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

  /**
   * Offers something else from the next incoming call on.
   *
   * @param obj What this end offers from now on.
   */
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
   * Waits for the end of the connection, but no longer than `ms`.
   *
   * @param ms Milliseconds; 0 or less asks whether it has ended, `Infinity` is no limit.
   * @returns `true` when it has ended in time.
   * @throws {Error} If there is no connection to wait for.
   * @throws {TypeError} If `ms` is `NaN`.
   */
  join(ms: number): Promise<boolean>;
  /**
   * Waits for the end of the connection, but no longer than until `at`.
   *
   * @param at The last moment.
   * @returns `true` when it has ended in time.
   * @throws {Error} If there is no connection to wait for.
   * @throws {TypeError} If the date is invalid.
   */
  join(at: Date): Promise<boolean>;
  /**
   * Waits for the end of the connection; with a limit, no longer than that.
   *
   * @param limit Milliseconds, a date, or `undefined` for no limit.
   * @returns With a limit, whether it has ended in time.
   */
  join(limit?: number | Date): Promise<void | boolean>;
  join(limit?: number | Date): Promise<void | boolean> {
    const error = this.inspectReady(`${this.constructor.name}.join`);
    return error === null ? this.#waitForEnd(limit) : Promise.reject(error);
  }

  /**
   * Asked at each call and each `join`: can it be done now?
   *
   * @param method The name of what is about to be done.
   * @returns `null` if it can be done, else the error that the caller gets.
   */
  protected abstract inspectReady(method: string): Error | null;

  /**
   * Sends a call or a return to the other end.
   *
   * @param invoke What to send.
   * @returns A promise; if it is rejected, the call is rejected with its error.
   */
  protected abstract sendData(invoke: Invoke): Promise<void>;

  /**
   * Takes what came from the other end. Never throws, whatever that is.
   *
   * @param invoke A call, or the return of one.
   */
  protected replyData(invoke: Invoke): void {
    receive(this.#rpc, invoke);
  }

  /**
   * Ends what is under way: unreturned calls are rejected, then joiners wake; results of functions
   * that still run are dropped. The object can be used again.
   *
   * @param error What unreturned calls are rejected with; without one, a {@linkcode
   * ConnectionClosedError}.
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
    return settles(end, limit).finally(() => this.#joiners?.delete(wake));
  }
}

/** Takes a message as TGrid has it, of which nothing is checked yet. */
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

/** A call as TGrid has it: what listeners were shown, where there were any. */
export function invokeOf({ invoke, uid, path, args }: MadeCall): Invoke.IFunction {
  return invoke ?? { uid, listener: path, parameters: args.map(parameterOf) };
}

/** The promise of a custom transport says what became of a call. */
function follow(rpc: Rpc, call: MadeCall, sent: Promise<void>): void {
  Promise.resolve(sent).then(() => {
    if (call.isQuiet) rpc.take(call.uid)?.resolve(undefined);
  }, (error) => rpc.take(call.uid)?.reject(error));
}

/** A transport knows its state, and only here the path is known. */
function withPath(error: Error, path: string): Error {
  if (error instanceof NotSentError) {
    error.message = error.message.replace("Cannot call:", `Cannot call "${path}":`);
  }
  return error;
}
