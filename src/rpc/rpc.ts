import { ConnectionClosedError, NotSentError } from "../errors.ts";
import { type Reporter, SILENT } from "../events.ts";
import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import { malformedReturn, methodOf, overdue, refusal, thrownBy } from "./call_errors.ts";
import { type CallTerms, dueOf, NO_TERMS } from "./call_options.ts";
import type { Invoke } from "./invoke.ts";
import { Listeners } from "./listeners.ts";
import { MadeCall, PendingCalls } from "./pending_calls.ts";
import { fromWire, nameAndMessage, toWire } from "./remote_error.ts";
import { find, type Found } from "./resolve_path.ts";
import { type IncomingCall, onStack, ServedCall, ServedCalls } from "./served_call.ts";

/** What carries calls: a session, a custom transport, or an end without a connection. */
export interface Port {
  /** Why no call can be made now; `undefined` where one can. */
  refuse(path: string): Error | undefined;
  /** Sends a call, behind all that was sent before. Throws where it can't be encoded. */
  call(call: MadeCall): void;
  /** Sends a return. Throws where it can't be encoded, or calls `unsent` where it has to wait. */
  reply(message: Invoke.IReturn, unsent: (error: unknown) => void): void;
  /** Nobody waits for a call any more. */
  cancel(uid: number): void;
}

/** What a feature may hook into: calls made, and calls served. */
export interface CallHooks {
  /** A call is about to leave. */
  made?(call: MadeCall): void;
  /** It has returned, or was given up. */
  settled?(call: MadeCall): void;
  /** What the caller gets in place of the promise. */
  promised?(promise: Promise<unknown>, call: MadeCall): Promise<unknown>;
  /** A call of the peer is about to run. */
  serving?(call: ServedCall): void;
  /** It has ended. */
  served?(call: ServedCall): void;
}

/** The functions of a feature that are served under paths no provider has. */
export type PathResolver = (path: string) => Found | undefined;

/** On a transport without options, nothing bounds the calls that this end makes. */
const DEFAULTS: Limits = { ...DEFAULT_LIMITS, waitingCalls: Infinity };

/** Calls made and calls served, whatever carries them. */
export class Rpc {
  provider: unknown;
  port: Port;
  limits: Limits = DEFAULTS;
  exposesErrors = false;
  report: Reporter = SILENT;
  resolvers: PathResolver[] | undefined = undefined;
  hooks: CallHooks[] | undefined = undefined;
  readonly served: ServedCalls;
  readonly listeners: Listeners = new Listeners();
  readonly pending: PendingCalls = new PendingCalls(this);
  #uid = 0;

  constructor(communicator: object, provider: unknown, port: Port) {
    this.served = new ServedCalls(communicator);
    this.provider = provider;
    this.port = port;
  }

  /** Makes a call. */
  call(path: string, args: unknown[], terms: CallTerms): Promise<unknown> {
    const refused = this.port.refuse(path) ?? this.#isFull(path);
    if (refused !== undefined) return Promise.reject(refused);
    const call = new MadeCall(this.#uid + 1, path, args);
    if (terms !== NO_TERMS) {
      if (terms.signal?.aborted === true) return Promise.reject(terms.signal.reason);
      call.due = dueOf(terms);
      if (call.due <= Date.now()) return Promise.reject(overdue("call", path));
      call.terms = terms;
    }
    this.#uid = call.uid;
    if (this.listeners.isAny) this.#emitSend(call);
    const promise = new Promise<unknown>((resolve, reject) => {
      call.resolve = resolve;
      call.reject = reject;
    });
    this.pending.add(call);
    try {
      if (this.hooks !== undefined) { for (const hook of this.hooks) hook.made?.(call); }
      this.port.call(call);
    } catch (error) {
      this.take(call.uid)?.reject(error);
    }
    if (this.hooks === undefined) return promise;
    return this.hooks.reduce((made, hook) => hook.promised?.(made, call) ?? made, promise);
  }

  /** Takes out the call that waits under this uid. */
  take(uid: unknown): MadeCall | undefined {
    const call = this.pending.take(uid);
    if (call !== undefined && this.hooks !== undefined) {
      for (const hook of this.hooks) hook.settled?.(call);
    }
    return call;
  }

  /** A call's signal or deadline has ended it. */
  gaveUp(call: MadeCall): void {
    this.port.cancel(call.uid);
    if (this.hooks !== undefined) { for (const hook of this.hooks) hook.settled?.(call); }
  }

  /** A call has returned, or thrown; nothing of it is checked yet. */
  settle(uid: unknown, success: unknown, value: unknown): void {
    const call = this.hooks === undefined ? this.pending.take(uid) : this.take(uid);
    if (call === undefined) return;
    if (call.since !== undefined) {
      const message = { uid, success, value } as Invoke.IReturn;
      this.listeners.emit({
        type: "complete",
        function: call.invoke!,
        return: message,
        requested_at: new Date(call.since.time),
        completed_at: new Date(),
      }, call.since);
      value = message.value;
    }
    if (success === true) call.resolve(value);
    else if (success === false) call.reject(thrownBy(call, fromWire(value)));
    else call.reject(malformedReturn(call.path, value));
  }

  /** Serves a call of the peer. */
  serve(incoming: IncomingCall): void {
    const { uid, path, weight } = incoming;
    if (typeof uid !== "number" || !Number.isFinite(uid)) return; // it can't be answered
    let { args } = incoming;
    const call = new ServedCall(this.served, incoming);
    if (this.listeners.isAny) this.#watch(call, incoming);
    if (typeof path !== "string" || !Array.isArray(args)) {
      return this.#refuse(call, "the message is malformed");
    }
    const { limits, served } = this;
    if (args.length > limits.parameters) {
      return this.#exceed(call, "parameters", refusal("RefusedError", methodOf(path), MANY));
    }
    const found = find(this.provider, path, limits) ?? this.#resolve(path);
    if (found === undefined) return this.#refusePath(call);
    if (served.running >= limits.servedCalls) return this.#exceed(call, "servedCalls");
    if (weight !== undefined && served.isTooHeavy(weight, limits.servedBytes)) {
      return this.#exceed(call, "servedBytes");
    }
    if (call.due !== Infinity && call.isLate) {
      return this.#return(call, false, overdue("call", methodOf(path)));
    }
    if (call.invoke !== undefined && this.listeners.has("receive")) {
      this.listeners.emit({ type: "receive", time: new Date(), function: call.invoke });
      args = valuesOf(call.invoke.parameters) ?? args; // a listener may change them
      if (call.since === undefined) call.invoke = undefined; // nobody will be told of its end
    }
    this.#run(call, found, args as unknown[]);
  }

  /** The caller of a served call waits no more. Its function may notice; its result is dropped. */
  cancelled(uid: unknown): void {
    this.served.watched?.get(uid as number)?.abort(
      new DOMException("The caller has cancelled the call", "AbortError"),
    );
  }

  /** The connection has ended: served calls have nobody to return to, and made ones are rejected. */
  end(error: Error | undefined): void {
    const { served, pending } = this;
    served.reset();
    if (served.watched !== undefined || pending.size > 0) { // an error costs its stack
      const reason = error ?? new ConnectionClosedError("The connection has been closed");
      for (const call of [...served.watched?.values() ?? []]) call.abort(reason);
      this.reject(() => true, () => reason);
    }
    if (pending.size === 0) pending.clear();
  }

  /** Rejects some of the calls that wait, in the order in which they were made. */
  reject(isMeant: (call: MadeCall) => boolean, errorOf: (call: MadeCall) => unknown): void {
    const calls = this.pending.above(0).filter(isMeant);
    for (const call of calls) this.take(call.uid);
    for (const call of calls) call.reject(errorOf(call));
  }

  #isFull(method: string): NotSentError | undefined {
    if (this.pending.size < this.limits.waitingCalls) return undefined;
    this.report({ type: "limit", limit: "waitingCalls", method });
    return new NotSentError(`Cannot call "${method}": too many calls wait for their return`);
  }

  #emitSend(call: MadeCall): void {
    const { listeners } = this;
    call.since = listeners.moment("complete");
    call.invoke = { uid: call.uid, listener: call.path, parameters: call.args.map(parameterOf) };
    if (!listeners.has("send")) return;
    listeners.emit({ type: "send", time: new Date(), function: call.invoke });
    call.args = valuesOf(call.invoke.parameters) ?? call.args; // a listener may change them,
    call.since = listeners.moment("complete"); // or add another
  }

  #resolve(path: string): Found | undefined {
    if (this.resolvers === undefined) return undefined;
    for (const resolve of this.resolvers) {
      const found = resolve(path);
      if (found !== undefined) return found;
    }
  }

  #watch(call: ServedCall, { args, invoke }: IncomingCall): void {
    call.since = this.listeners.moment("return");
    if (call.since === undefined && !this.listeners.has("receive")) return;
    const parameters = Array.isArray(args) ? args.map(parameterOf) : args as [];
    call.invoke = invoke ?? { uid: call.uid, listener: call.path, parameters };
  }

  /** All refusals look alike, whether or not there is such a function. */
  #refuse(call: ServedCall, reason: string): void {
    const method = methodOf(call.path);
    // uid 0 belongs to no call: a peer asks whether this end is there
    if (call.uid !== 0) this.report({ type: "refused", method, reason });
    this.#return(call, false, refusal("RefusedError", method, reason));
  }

  /** To the peer a path that is too long looks like any other that leads nowhere. */
  #refusePath(call: ServedCall): void {
    const { path } = call;
    const { pathLength, pathSteps } = this.limits;
    const method = methodOf(path);
    if (path.length > pathLength) this.report({ type: "limit", limit: "pathLength", method });
    else if (path.split(".").length > pathSteps) {
      this.report({ type: "limit", limit: "pathSteps", method });
    }
    this.#refuse(call, "there is no such function here, or it may not be called");
  }

  #exceed(call: ServedCall, limit: keyof Limits, error?: Error): void {
    const method = methodOf(call.path);
    this.report({ type: "limit", limit, method });
    this.#return(
      call,
      false,
      error ?? refusal("BusyError", method, "too many calls are under way"),
    );
  }

  #run(call: ServedCall, found: Found, args: unknown[]): void {
    const { served } = this;
    served.running++;
    served.begun++;
    const { weight } = call;
    if (weight !== undefined && weight.running++ === 0) served.bytes += weight.size;
    const outer = onStack.call;
    onStack.call = call;
    let result: unknown;
    try {
      if (this.hooks !== undefined) { for (const hook of this.hooks) hook.serving?.(call); }
      result = Reflect.apply(found.function, found.self, args);
    } catch (error) {
      return this.#done(call, false, error);
    } finally {
      onStack.call = outer;
    }
    // what can't be a promise is answered in this turn
    if ((typeof result !== "object" || result === null) && typeof result !== "function") {
      return this.#done(call, true, result);
    }
    void this.#await(call, result);
  }

  async #await(call: ServedCall, result: unknown): Promise<void> {
    let value: unknown;
    try {
      value = await result;
    } catch (error) {
      return this.#done(call, false, error);
    }
    this.#done(call, true, value);
  }

  #done(call: ServedCall, success: boolean, value: unknown): void {
    const { served } = this;
    if (call.isWatched) call.done();
    if (call.epoch !== served.epoch) return; // its uid means another call by now
    served.running--;
    if (this.hooks !== undefined) { for (const hook of this.hooks) hook.served?.(call); }
    const { weight } = call;
    if (weight !== undefined && --weight.running === 0) served.bytes -= weight.size;
    // else a function that ends because of its deadline could be quicker than its caller's timer
    if (call.due !== Infinity && call.isLate) {
      this.#return(call, false, overdue("finish", methodOf(call.path)));
    } else this.#return(call, success, value);
  }

  #return(call: ServedCall, success: boolean, value: unknown): void {
    const { uid } = call;
    if (call.since !== undefined) value = this.#emitReturn(call, success, value);
    if (call.isQuiet) return;
    const message = { uid, success, value: success ? value : toWire(value, this.exposesErrors) };
    const unsent = (error: unknown): void =>
      this.#unsent(call, error, success || typeof value !== "object" ? error : value);
    try {
      this.port.reply(message, unsent);
    } catch (error) {
      unsent(error);
    }
  }

  #emitReturn(call: ServedCall, success: boolean, value: unknown): unknown {
    const message: Invoke.IReturn = { uid: call.uid, success, value };
    this.listeners.emit({
      type: "return",
      function: call.invoke!,
      return: message,
      requested_at: new Date(call.since!.time),
      completed_at: new Date(),
    }, call.since);
    return message.value;
  }

  /** A return that can't be encoded is answered with why. */
  #unsent({ uid, path }: ServedCall, error: unknown, thrown: unknown): void {
    this.report({ type: "error", error, method: methodOf(path) });
    try {
      this.port.reply({ uid, success: false, value: nameAndMessage(thrown) }, () => {});
    } catch {
      // the transport takes nothing: it has ended, or is about to
    }
  }
}

const MANY = "it has too many parameters";

/** A value as a parameter of an {@linkcode Invoke}. */
export function parameterOf(value: unknown): Invoke.IParameter {
  return { type: typeof value, value };
}

/** `undefined` for what is not a list of parameters: a peer may send it, or a listener leave it. */
export function valuesOf(parameters: unknown): unknown[] | undefined {
  if (!Array.isArray(parameters)) return undefined;
  const values: unknown[] = new Array(parameters.length);
  for (let at = 0; at < values.length; at++) {
    const parameter: unknown = parameters[at];
    if (typeof parameter !== "object" || parameter === null) return undefined;
    values[at] = (parameter as { readonly value?: unknown }).value;
  }
  return values;
}
