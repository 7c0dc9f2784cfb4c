import { ConnectionClosedError, RemoteError } from "../errors.ts";
import { IncomingCall } from "../incoming_call.ts";
import { Cancellation, type Invoke, type InvokeEvent, type Weight } from "../invoke.ts";
import type { Report } from "../events.ts";
import type { Limits } from "../limits.ts";
import type { Settings } from "../options.ts";
import type { Moment } from "./listeners.ts";
import { find, type Found } from "./path.ts";
import { fromWire, nameAndMessage, toWire } from "./remote_error.ts";
import { overdue } from "./overdue.ts";
import type { Waiting } from "./pending.ts";
import { enter, Served, type ServingEnd } from "./served.ts";

/** What a router asks of the end that it serves. */
export interface RouterEnd {
  /** The object whose functions may be called. */
  provider(): unknown;
  /** Takes out the call that waits for this return. */
  take(uid: unknown): Waiting | undefined;
  /** Hands a return to the transport: `SENT`, or a promise that tells whether it could be sent. */
  send(message: Invoke.IReturn): Promise<void>;
  /** The end itself, for a function that asks who calls it. */
  readonly communicator: object;
  /** Tells an operator. */
  report(report: Report): void;
  /** The listeners. */
  readonly listeners: {
    has(type: InvokeEvent.Type): boolean;
    moment(type: InvokeEvent.Type): Moment | undefined;
    emit(event: InvokeEvent, since?: Moment): void;
  };
}

/** What a `send` returns that has handed the message on already: nothing to wait for. */
export const SENT: Promise<void> = Promise.resolve();

/**
 * An incoming message, checked once → the provider's function or the caller that waits. Never
 * throws, whatever came in. A call of ours that can be named is always answered.
 */
export class Router {
  readonly #end: RouterEnd;
  #settings: Settings;
  #epoch = 0;
  #running = 0;
  #begun = 0;
  /** Of the frames of calls that run. */
  #bytes = 0;
  readonly #serving: ServingEnd;

  constructor(end: RouterEnd, settings: Settings) {
    this.#end = end;
    this.#serving = { communicator: end.communicator, watched: undefined };
    this.#settings = settings;
  }

  /** Calls that run now. */
  get running(): number {
    return this.#running;
  }

  /** Calls that were begun since the beginning: whoever waits for quiet compares it. */
  get begun(): number {
    return this.#begun;
  }

  /** For the next connection. */
  set settings(settings: Settings) {
    this.#settings = settings;
  }

  /** The connection has ended: what still runs has nobody to return to. */
  reset(error?: Error): void {
    this.#epoch++;
    this.#running = 0;
    this.#bytes = 0;
    const { watched } = this.#serving;
    if (watched === undefined) return;
    const reason = error ?? new ConnectionClosedError("The connection has been closed");
    for (const served of [...watched.values()]) served.abort(reason);
  }

  /** One message, as it came off the transport. */
  take(message: unknown): void {
    if (typeof message !== "object" || message === null) return;
    if (Object.hasOwn(message, "listener")) this.#serve(message as Unchecked<Invoke.IFunction>);
    else if (message instanceof Cancellation) this.#cancel(message.uid);
    else this.#settle(message as Unchecked<Invoke.IReturn>);
  }

  #settle(message: Unchecked<Invoke.IReturn>): void {
    const waiting = this.#end.take(message.uid);
    if (waiting === undefined) return;
    const { listeners } = this.#end;
    if (waiting.since !== undefined) {
      listeners.emit({
        type: "complete",
        function: waiting.invoke,
        return: message as Invoke.IReturn,
        requested_at: new Date(waiting.since.time),
        completed_at: new Date(),
      }, waiting.since);
    }
    switch (message.success) {
      case true:
        return waiting.resolve(message.value);
      case false:
        return waiting.reject(failure(waiting, fromWire(message.value)));
      default:
        return waiting.reject(malformed(waiting.invoke.listener, message.value));
    }
  }

  #serve(message: Unchecked<Invoke.IFunction>): void {
    const { uid, listener } = message;
    if (typeof uid !== "number" || !Number.isFinite(uid)) return; // it can't be answered
    const { listeners } = this.#end;
    const since = listeners.moment("return");
    const isWatched = since !== undefined || listeners.has("receive");
    const call = (isWatched ? plainOf(message) : message) as Invoke.IFunction;
    const served = new Served(call, since, this.#epoch, this.#serving);
    const args = IncomingCall.valuesOf(call) ?? argumentsOf(call.parameters);
    if (typeof listener !== "string" || args === undefined) {
      return this.#refuse(served, "the message is malformed");
    }
    const { limits } = this.#settings;
    if (args.length > limits.parameters) return this.#break(served, "parameters");
    const found = find(this.#end.provider(), listener, limits);
    if (found === undefined) return this.#refusePath(served, limits);
    if (this.#running >= limits.servedCalls) return this.#break(served, "servedCalls");
    if (this.#isTooHeavy(served.weight)) return this.#break(served, "servedBytes");
    if (served.isLate) return this.#reply(served, false, overdue("call", nameOf(call)));
    if (listeners.has("receive")) {
      listeners.emit({ type: "receive", time: new Date(), function: call });
      return this.#run(served, found, argumentsOf(call.parameters) ?? args); // it may change them
    }
    this.#run(served, found, args);
  }

  /** All refusals look alike, whether or not there is such a function. */
  #refuse(served: Served, reason: string): void {
    const method = nameOf(served.call);
    // uid 0 is nobody's call: a peer asks whether we are there
    if (served.call.uid !== 0) this.#end.report({ type: "refused", method, reason });
    this.#reply(served, false, refusal("RefusedError", method, reason));
  }

  /** To the peer a path that is too long looks like any other that leads nowhere. */
  #refusePath(served: Served, { pathLength, pathSteps }: Limits): void {
    const { listener } = served.call;
    if (listener.length > pathLength) this.#tellOf(served, "pathLength");
    else if (listener.split(".").length > pathSteps) this.#tellOf(served, "pathSteps");
    this.#refuse(served, NONE);
  }

  #tellOf({ call }: Served, limit: keyof Limits): void {
    this.#end.report({ type: "limit", limit, method: nameOf(call) });
  }

  #break(served: Served, limit: keyof typeof BROKEN): void {
    this.#tellOf(served, limit);
    this.#reply(served, false, BROKEN[limit](nameOf(served.call)));
  }

  #run(served: Served, found: Found, args: unknown[]): void {
    this.#running++;
    this.#begun++;
    const { weight } = served;
    if (weight !== undefined && weight.running++ === 0) this.#bytes += weight.size;
    let result: unknown;
    const outer = enter(served);
    try {
      result = Reflect.apply(found.function, found.self, args);
    } catch (error) {
      return this.#done(served, false, error);
    } finally {
      enter(outer);
    }
    // what can't be a promise is answered in this turn
    if ((typeof result !== "object" || result === null) && typeof result !== "function") {
      return this.#done(served, true, result);
    }
    if (served.since === undefined) served.letGo();
    void this.#await(served, result);
  }

  /** A single frame, however long, never is: `frameBytes` bounds that. */
  #isTooHeavy(weight: Weight | undefined): boolean {
    return weight?.running === 0 && this.#bytes > 0 &&
      this.#bytes + weight.size > this.#settings.limits.servedBytes;
  }

  /** The caller waits no more. Its function may notice; what it returns is nobody's. */
  #cancel(uid: unknown): void {
    this.#serving.watched?.get(uid as number)?.abort(
      new DOMException("The caller has cancelled the call", "AbortError"),
    );
  }

  /** `await` alone: it reads no `then` of a promise that the user's code may have changed. */
  async #await(served: Served, result: unknown): Promise<void> {
    let value: unknown;
    try {
      value = await result;
    } catch (error) {
      return this.#done(served, false, error);
    }
    this.#done(served, true, value);
  }

  #done(served: Served, success: boolean, value: unknown): void {
    served.done();
    if (served.epoch !== this.#epoch) return; // its uid means another call by now
    this.#running--;
    const { weight } = served;
    if (weight !== undefined && --weight.running === 0) this.#bytes -= weight.size;
    // else a function that ends because of its deadline could be quicker than its caller's timer
    if (served.isLate) this.#reply(served, false, overdue("finish", nameOf(served.call)));
    else this.#reply(served, success, value);
  }

  #reply(served: Served, success: boolean, value: unknown): void {
    const { call, since } = served;
    const { uid } = call;
    const message: Invoke.IReturn = { uid, success, value };
    const { listeners } = this.#end;
    if (since !== undefined) {
      listeners.emit({
        type: "return",
        function: call,
        return: message,
        requested_at: new Date(since.time),
        completed_at: new Date(),
      }, since);
    }
    if (served.isQuiet) return;
    if (!success) message.value = toWire(message.value, this.#settings.exposeErrors);
    this.#send(message, served, value);
  }

  // no function is made on the way of a return: that costs, also where it is not called
  #send(message: Invoke.IReturn, served: Served, value: unknown): void {
    try {
      const sent = this.#end.send(message);
      if (sent !== SENT) this.#follow(sent, message, served, value);
    } catch (error) {
      this.#failed(error, message, served, value);
    }
  }

  #follow(sent: Promise<void>, message: Invoke.IReturn, served: Served, value: unknown): void {
    Promise.resolve(sent).catch((error) => this.#failed(error, message, served, value));
  }

  /** What can't be sent is answered with why. */
  #failed(
    error: unknown,
    { uid, success }: Invoke.IReturn,
    { call }: Served,
    value: unknown,
  ): void {
    this.#end.report({ type: "error", error, method: nameOf(call) });
    const told = nameAndMessage(success || typeof value !== "object" ? error : value);
    try {
      Promise.resolve(this.#end.send({ uid, success: false, value: told })).catch(nothing);
    } catch {
      // the transport takes nothing: it has ended, or it ends
    }
  }
}

function nothing(): void {}

const NONE = "there is no such function here, or it may not be called";

/** What a peer sent: of the shape of `T`, and nothing known about its fields. */
type Unchecked<T> = { readonly [Key in keyof T]?: unknown };

/** What a listener gets, who may do with it as with any other. */
function plainOf(message: Unchecked<Invoke.IFunction>): Unchecked<Invoke.IFunction> {
  return message instanceof IncomingCall ? message.toJSON() : message;
}

/** `undefined` for what is no list of parameters. */
function argumentsOf(list: unknown): unknown[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const args: unknown[] = new Array(list.length);
  for (let at = 0; at < args.length; at++) {
    const one: unknown = list[at];
    if (typeof one !== "object" || one === null) return undefined;
    args[at] = (one as { readonly value?: unknown }).value;
  }
  return args;
}

const busy = (method: string): Error =>
  refusal("BusyError", method, "too many calls are under way");

const BROKEN = {
  parameters: (method: string) => refusal("RefusedError", method, "it has too many parameters"),
  servedCalls: busy,
  servedBytes: busy,
};

function refusal(name: "RefusedError" | "BusyError", method: string, reason: string): Error {
  const error = new Error(`Cannot call "${method}": ${reason}`);
  error.name = name;
  return error;
}

/**
 * What a failed call is rejected with. Where the peer gave up because our deadline passed there
 * first, it is ours that has passed: two clocks that count whole ms may be one apart.
 */
function failure(waiting: Waiting, error: unknown): unknown {
  if (waiting.due > Date.now() + 1) return error;
  if (!(error instanceof Error) || error.name !== "DeadlineError") return error;
  return overdue("wait any longer for", waiting.invoke.listener, error);
}

/** Of a return that tells no success, or whose value could not be made: then `cause` is why. */
function malformed(method: string, cause: unknown): RemoteError {
  const why = cause instanceof Error ? cause.message : "it tells no success";
  const text = `Cannot read the return of "${method}": ${why}`;
  return new RemoteError("MalformedReturn", text, cause instanceof Error ? { cause } : {});
}

/** A long path is not echoed whole, and it may be anything that a peer sent. */
function nameOf({ listener }: Unchecked<Invoke.IFunction>): string {
  if (typeof listener !== "string") return "";
  return listener.length > 100 ? `${listener.slice(0, 100)}…` : listener;
}
