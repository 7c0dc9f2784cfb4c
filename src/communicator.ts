import { type Call, createDriver } from "./call/driver.ts";
import { Listeners } from "./call/listeners.ts";
import { Calls, type CallsOwner } from "./call/calls.ts";
import { type CallOptions, type CallTerms, dueOf, NO_TERMS, tighten } from "./call/options.ts";
import { overdue } from "./call/overdue.ts";
import type { Waiting } from "./call/pending.ts";
import { Router, type RouterEnd, SENT } from "./call/router.ts";
import { settles } from "./deadline.ts";
import { ConnectionClosedError, NotSentError } from "./errors.ts";
import { type Invoke, type InvokeEvent, type LinkedCall, MORE, type More } from "./invoke.ts";
import { DEFAULT_SETTINGS, type Settings } from "./options.ts";
import { type Report, type Reporter, SILENT } from "./events.ts";
import type { Driver } from "./types/driver.ts";
import { warnOfProvider } from "./warning.ts";

/** What the two ends of a WebSocket need of their base, and nobody else. */
export interface Friend {
  /** Calls that run here. */
  readonly router: Router;
  /** What is in force for the next connection, and who is told of it. */
  use(settings: Settings, report: Reporter, connection: CallsOwner): void;
  /** Calls that wait for their return. */
  readonly calls: Calls;
  /** What came in, through the class's own `replyData`. */
  reply(message: unknown): void;
  /** The end, through the class's own `destructor`. */
  destroy(error: Error | undefined): void;
  /** Joins, whatever `inspectReady` says. */
  waitForEnd(limit?: number | Date): Promise<void | boolean>;
}

// deno-lint-ignore no-explicit-any -- of whatever provider and remote
let friendOf: (communicator: Communicator<any, any>) => Friend;
export { friendOf };
// deno-lint-ignore no-explicit-any -- of whatever provider and remote
let insideOf: (communicator: Communicator<any, any>) => Friend & RouterEnd;

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
  #provider: Provider;
  #driver: object | undefined;
  #report: Reporter = SILENT;
  #waitingCalls = Infinity;
  #connection: CallsOwner | undefined;
  /** Made when it is needed: many ends make no call. */
  #calls: Calls | undefined;
  readonly #listeners = new Listeners();
  #joiners: Set<() => void> | undefined;
  readonly #router: Router;
  readonly #friend: Friend;

  static {
    // inside, where what is private can be reached; one class, because functions cost each end
    class Inside implements Friend, RouterEnd, CallsOwner {
      // deno-lint-ignore no-explicit-any -- of whatever provider and remote
      readonly communicator: Communicator<any, any>;

      // deno-lint-ignore no-explicit-any -- of whatever provider and remote
      constructor(communicator: Communicator<any, any>) {
        this.communicator = communicator;
      }

      get router(): Router {
        return this.communicator.#router;
      }

      get calls(): Calls {
        return this.communicator.#calls ??= new Calls(this);
      }

      get listeners(): Listeners {
        return this.communicator.#listeners;
      }

      provider(): unknown {
        return this.communicator.#provider;
      }

      take(uid: unknown): Waiting | undefined {
        return this.communicator.#calls?.take(uid);
      }

      send(message: Invoke.IReturn): Promise<void> {
        return this.communicator.sendData(message);
      }

      report(report: Report): void {
        this.communicator.#report(report);
      }

      cancel(uid: number): void {
        this.communicator.#connection?.cancel(uid);
      }

      use(settings: Settings, report: Reporter, connection: CallsOwner): void {
        const { communicator } = this;
        communicator.#connection = connection;
        communicator.#router.settings = settings;
        communicator.#waitingCalls = settings.limits.waitingCalls;
        communicator.#report = report;
      }

      reply(message: unknown): void {
        this.communicator.replyData(message as Invoke);
      }

      destroy(error: Error | undefined): void {
        void this.communicator.destructor(error);
      }

      waitForEnd(limit?: number | Date): Promise<void | boolean> {
        return this.communicator.#waitForEnd(limit);
      }
    }
    insideOf = (communicator) => new Inside(communicator);
    friendOf = (communicator) => communicator.#friend;
  }

  /**
   * For subclasses.
   *
   * @param provider What this end offers; `null` or `undefined` refuses every call.
   */
  protected constructor(provider: Provider) {
    warnOfProvider(provider);
    this.#provider = provider;
    const inside = insideOf(this);
    this.#friend = inside;
    this.#router = new Router(inside, DEFAULT_SETTINGS);
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
    this.#listeners.add(type, listener as (event: InvokeEvent) => void);
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
    this.#listeners.remove(type, listener as (event: InvokeEvent) => void);
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
    const call: Call = (path, args, terms) => this.#call(path, args, terms);
    const driver = options === undefined
      ? this.#driver ??= createDriver(call)
      : createDriver(call, tighten(NO_TERMS, options));
    return driver as Driver<Controller, UseParametric, Values>;
  }

  /** What this end offers. */
  getProvider(): Provider {
    return this.#provider;
  }

  /**
   * Offers something else from the next incoming call on.
   *
   * @param obj What this end offers from now on.
   */
  setProvider(obj: Provider): void {
    warnOfProvider(obj);
    this.#provider = obj;
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
    this.#router.take(invoke);
  }

  /**
   * Ends what is under way: unreturned calls are rejected, then joiners wake; results of functions
   * that still run are dropped. The object can be used again.
   *
   * @param error What unreturned calls are rejected with; without one, a {@linkcode
   * ConnectionClosedError}.
   */
  protected destructor(error?: Error): Promise<void> {
    this.#router.reset(error);
    const calls = this.#calls;
    if (calls !== undefined && calls.size > 0) {
      calls.rejectAll(error ?? new ConnectionClosedError("The connection has been closed"));
    }
    calls?.clear();
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

  #call(path: string, args: unknown[], terms: CallTerms): Promise<unknown> {
    // the name under which TGrid asks, to the letter
    const error = this.inspectReady("Communicator._Call_fuction");
    if (error !== null) return Promise.reject(withPath(error, path));
    const { calls } = this.#friend;
    if (calls.size >= this.#waitingCalls) return Promise.reject(this.#tooMany(path));
    if (terms.signal?.aborted === true) return Promise.reject(terms.signal.reason);
    if (terms !== NO_TERMS && dueOf(terms) <= Date.now()) {
      return Promise.reject(overdue("call", path));
    }
    const invoke = newCall(calls.nextUid(), path, args);
    const due = terms === NO_TERMS ? Infinity : tell(invoke, terms);
    if (this.#listeners.has("send")) {
      this.#listeners.emit({ type: "send", time: new Date(), function: invoke });
    }
    const since = this.#listeners.moment("complete");
    return new Promise((resolve, reject) => {
      calls.add({ invoke, since, due, signal: terms.signal, resolve, reject });
      this.#send(invoke, terms.isQuiet);
    });
  }

  #tooMany(method: string): NotSentError {
    this.#report({ type: "limit", limit: "waitingCalls", method });
    return new NotSentError(`Cannot call "${method}": too many calls wait for their return`);
  }

  #send(invoke: Invoke.IFunction, isQuiet: boolean): void {
    let sent: Promise<void>;
    try {
      sent = this.sendData(invoke);
    } catch (error) {
      this.#calls?.take(invoke.uid)?.reject(error);
      return;
    }
    if (sent === SENT) return; // the transport tells itself what became of it
    const failed = (error: unknown): void => this.#calls?.take(invoke.uid)?.reject(error);
    const left = (): void => {
      if (isQuiet) this.#calls?.take(invoke.uid)?.resolve(undefined);
    };
    Promise.resolve(sent).then(left, failed);
  }
}

function newCall(uid: number, listener: string, args: unknown[]): LinkedCall {
  const parameters: Invoke.IParameter[] = new Array(args.length);
  for (let at = 0; at < args.length; at++) {
    const value = args[at];
    parameters[at] = { type: typeof value, value };
  }
  return { uid, listener, parameters };
}

/** Puts on the call what its terms tell the other end; gives when it is due. */
function tell(invoke: LinkedCall, terms: CallTerms): number {
  const due = dueOf(terms);
  const left = due === Infinity ? undefined : Math.max(0, due - Date.now());
  const more: More = {
    ...left !== undefined && { left },
    ...terms.isQuiet && { quiet: true as const },
  };
  Object.assign(invoke, { [MORE]: more });
  return due;
}

/** The state is known where the call is refused, the path only here. */
function withPath(error: Error, path: string): Error {
  if (error instanceof NotSentError) {
    error.message = error.message.replace("Cannot call:", `Cannot call "${path}":`);
  }
  return error;
}
