import { now } from "../clock.ts";
import { ConnectionClosedError, NotSentError, setRun } from "../errors.ts";
import { type Reporter, SILENT } from "../events.ts";
import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import { abortError, abortReason } from "../options.ts";
import {
  malformedReturn,
  methodOf,
  named,
  overdue,
  refusal,
  thrownBy,
  traced,
} from "./call_errors.ts";
import { type CallTerms, dueOf, NO_TERMS } from "./call_options.ts";
import { type Invoke, parameterOf, type Reply, valuesOf } from "./invoke.ts";
import { Listeners } from "./listeners.ts";
import { MadeCall, PendingCalls } from "./pending_calls.ts";
import type { CallHooks, PathResolver, Port } from "./port.ts";
import { fromWire, nameAndMessage, toWire } from "./remote_error.ts";
import { find, type Found } from "./resolve_path.ts";
import {
  type IncomingCall,
  onStack,
  SERVE,
  type Serve,
  ServedCall,
  ServedCalls,
} from "./served_call.ts";

/** For custom transports, which have no options. Their own calls aren't limited. */
const DEFAULTS: Limits = { ...DEFAULT_LIMITS, waitingCalls: Infinity };

/** The calls that one side makes and serves, over any {@linkcode Port}. */
export class Rpc {
  declare provider: unknown;
  declare port: Port;
  limits: Limits = DEFAULTS;
  exposesErrors = false;
  /** Whether both sides mark refused calls. */
  marksRefusals = false;
  report: Reporter = SILENT;
  resolvers: PathResolver[] | undefined;
  hooks: CallHooks[] | undefined;
  declare readonly served: ServedCalls;
  readonly listeners: Listeners = new Listeners();
  readonly pending: PendingCalls = new PendingCalls(this);
  #uid = 0;

  constructor(communicator: object, provider: unknown, port: Port) {
    this.served = new ServedCalls(communicator);
    this.provider = provider;
    this.port = port;
  }

  call(path: string, args: unknown[], terms: CallTerms): Promise<unknown> {
    let refused = this.#refused(path, terms);
    if (refused !== undefined) return refused;
    if (this.pending.size >= this.limits.waitingCalls) {
      this.report({ type: "limit", limit: "waitingCalls", method: path });
      const text = `Cannot call "${path}": too many calls are pending`;
      return Promise.reject(named(path, new NotSentError(text)));
    }
    const call = new MadeCall(this.#uid + 1, path, args);
    if (terms !== NO_TERMS) {
      call.due = dueOf(terms);
      if (call.due <= now()) {
        return Promise.reject(named(path, overdue("call", path, terms)));
      }
      call.terms = terms;
    }
    this.#uid = call.uid;
    if (this.listeners.isAny) {
      this.#emitSend(call);
      refused = this.#refused(path, terms); // a listener may have closed or aborted
      if (refused !== undefined) return refused;
    }
    let promise = new Promise<unknown>((resolve, reject) => {
      call.resolve = resolve;
      call.reject = reject;
    });
    if (terms.isTraced) call.reject = traced(call.reject);
    this.pending.add(call);
    try {
      this.hooks?.forEach((hook) => hook.made?.(call));
      this.port.call(call);
    } catch (error) {
      this.fail(call.uid, error);
    }
    this.hooks?.forEach((hook) => promise = hook.promised?.(promise, call) ?? promise);
    return promise;
  }

  #refused(path: string, { signals }: CallTerms): Promise<never> | undefined {
    const error = this.port.refuse(path);
    if (error !== undefined) return Promise.reject(named(path, error));
    const signal = signals.find(({ aborted }) => aborted);
    return signal && Promise.reject(abortReason(signal.reason));
  }

  /** Removes and returns the pending call with this uid. */
  take(uid: unknown): MadeCall | undefined {
    const call = this.pending.take(uid);
    if (call !== undefined) this.hooks?.forEach((hook) => hook.settled?.(call));
    return call;
  }

  /** Rejects a pending call that couldn't be sent. */
  fail(uid: number, error: unknown): void {
    const call = this.take(uid);
    call?.reject(named(call.path, error));
  }

  /** Handles the end of a pending call by its signal or deadline. */
  gaveUp(call: MadeCall): void {
    this.port.cancel(call.uid);
    this.hooks?.forEach((hook) => hook.settled?.(call));
  }

  /** Settles a pending call with its unchecked return. `mark` is 1 if the call was refused. */
  settle(uid: unknown, success: unknown, value: unknown, mark?: unknown): void {
    const call = this.take(uid);
    if (call === undefined) return;
    if (call.since !== undefined) {
      value = this.listeners.emitEnd("complete", call, { uid, success, value } as Invoke.IReturn);
    }
    if (success === true) return call.resolve(value);
    const error = success === false ? fromWire(value) : malformedReturn(call.path, value);
    if (this.marksRefusals) setRun(error, mark === 1 ? "no" : "yes");
    const isSent = typeof (value as { stack?: unknown } | null)?.stack === "string";
    call.reject(named(call.path, success === false ? thrownBy(call, error) : error, isSent));
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
      const error = refusal("RefusedError", methodOf(path), "it has too many arguments");
      return this.#exceed(call, "parameters", error);
    }
    const found = find(this.provider, path, limits) ?? this.#resolve(path);
    if (found === undefined) return this.#refusePath(call);
    if (served.running >= limits.servedCalls) return this.#exceed(call, "servedCalls");
    if (weight !== undefined && served.isTooHeavy(weight, limits.servedBytes)) {
      return this.#exceed(call, "servedBytes");
    }
    if (call.due !== Infinity && call.isLate) {
      return this.#return(call, false, overdue("call", methodOf(path)), true);
    }
    if (call.invoke !== undefined && this.listeners.has("receive")) {
      this.listeners.emit({ type: "receive", time: new Date(), function: call.invoke });
      if (call.epoch !== served.epoch) return; // a listener closed the connection
      args = valuesOf(call.invoke.parameters); // a listener may have changed them
      if (call.since === undefined) call.invoke = undefined; // no listener needs it later
    }
    this.#run(call, found, args as unknown[]);
  }

  /** Aborts the `currentCall().signal` of a call whose caller stopped waiting. */
  cancelled(uid: unknown): void {
    this.served.watched?.get(uid)?.abort(abortError("The caller canceled the call"));
  }

  /** Aborts running calls and rejects pending ones, because the connection closed. */
  end(error: Error | undefined): void {
    const { served, pending } = this;
    served.reset();
    if (served.watched !== undefined || pending.size > 0) { // because creating an error is slow
      const reason = error ?? new ConnectionClosedError("The connection has been closed");
      for (const call of [...served.watched?.values() ?? []]) call.abort(reason);
      this.reject(() => true, () => reason);
    }
    if (pending.size === 0) pending.clear();
  }

  /** Rejects some pending calls, in the order in which they were made. */
  reject(isMeant: (call: MadeCall) => boolean, errorOf: (call: MadeCall) => unknown): void {
    const calls = this.pending.above(0).filter(isMeant);
    for (const call of calls) this.take(call.uid);
    for (const call of calls) call.reject(named(call.path, errorOf(call)));
  }

  #emitSend(call: MadeCall): void {
    const { listeners } = this;
    call.since = listeners.moment("complete");
    call.invoke = { uid: call.uid, listener: call.path, parameters: call.args.map(parameterOf) };
    if (!listeners.has("send")) return;
    listeners.emit({ type: "send", time: new Date(), function: call.invoke });
    call.args = valuesOf(call.invoke.parameters)!; // a listener may have changed them,
    call.since = listeners.moment("complete"); // or added a listener
  }

  #resolve(path: string): Found | undefined {
    for (const resolve of this.resolvers ?? []) {
      const found = resolve(path);
      if (found !== undefined) return found;
    }
  }

  #watch(call: ServedCall, { args, invoke }: IncomingCall): void {
    call.since = this.listeners.moment("return");
    if (call.since === undefined && !this.listeners.has("receive")) return;
    const parameters = Array.isArray(args) ? args.map(parameterOf) : args as [];
    call.invoke = { ...(invoke ?? { uid: call.uid, listener: call.path, parameters }) };
  }

  /** Refuses a call. The error is the same whether or not the function exists. */
  #refuse(call: ServedCall, reason: string): void {
    const method = methodOf(call.path);
    // uid 0 is a ping, not a call
    if (call.uid !== 0) this.report({ type: "refused", method, reason });
    this.#return(call, false, refusal("RefusedError", method, reason), true);
  }

  /** A path that is too long gets the same error as a missing function. Only `report` differs. */
  #refusePath(call: ServedCall): void {
    const { path } = call;
    const { pathLength, pathSteps } = this.limits;
    const limit = path.length > pathLength
      ? "pathLength"
      : path.split(".").length > pathSteps
      ? "pathSteps"
      : undefined;
    if (limit !== undefined) this.report({ type: "limit", limit, method: methodOf(path) });
    this.#refuse(call, "the function doesn't exist, or peers can't call it");
  }

  #exceed(call: ServedCall, limit: keyof Limits, error?: Error): void {
    const method = methodOf(call.path);
    this.report({ type: "limit", limit, method });
    error ??= refusal("BusyError", method, "too many calls are running");
    this.#return(call, false, error, true);
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
      this.hooks?.forEach((hook) => hook.serving?.(call));
      // only an own property, because a user's proxy may have every name
      result = Object.hasOwn(found.function, SERVE)
        ? (found.function as unknown as { [SERVE]: Serve })[SERVE](call, found.self, args)
        : Reflect.apply(found.function, found.self, args);
    } catch (error) {
      return this.#threw(call, error);
    } finally {
      onStack.call = outer;
    }
    // a result that can't be a promise is sent without waiting
    if ((typeof result !== "object" || result === null) && typeof result !== "function") {
      return this.#done(call, true, result);
    }
    void this.#await(call, result);
  }

  async #await(call: ServedCall, result: unknown): Promise<void> {
    try {
      result = await result;
    } catch (error) {
      return this.#threw(call, error);
    }
    this.#done(call, true, result);
  }

  #threw(call: ServedCall, error: unknown): void {
    const method = methodOf(call.path);
    this.#done(call, false, error); // first, because `report` may change the error
    if (!call.isInvalid) this.report({ type: "thrown", method, error });
    else this.report({ type: "refused", method, reason: "its arguments are invalid" });
  }

  #done(call: ServedCall, success: boolean, value: unknown): void {
    const { served } = this;
    if (call.isWatched) call.done();
    this.hooks?.forEach((hook) => hook.served?.(call, value));
    if (call.epoch !== served.epoch) return; // its connection has closed
    served.running--;
    const { weight } = call;
    if (weight !== undefined && --weight.running === 0) served.bytes -= weight.size;
    // otherwise a function that stops at its deadline could return before its caller's timer fires
    const late = call.due === Infinity ? undefined : call.late;
    if (late !== undefined) this.#return(call, false, late);
    else this.#return(call, success, value, call.isInvalid);
  }

  #return(call: ServedCall, success: boolean, value: unknown, isRefusal = false): void {
    const { uid } = call;
    if (isRefusal) this.hooks?.forEach((hook) => hook.refused?.(call));
    if (call.since !== undefined) {
      value = this.listeners.emitEnd("return", call, { uid, success, value });
    }
    if (call.isQuiet) return;
    const sent = success ? value : toWire(value, this.exposesErrors);
    const message: Reply = { uid, success, value: sent };
    if (isRefusal && this.marksRefusals) message.isRefusal = true;
    this.#reply(message, (error) => this.#unsent(call, error, success ? {} : { thrown: value }));
  }

  #reply(message: Reply, unsent: (error: unknown) => void): void {
    try {
      this.port.reply(message, unsent);
    } catch (error) {
      unsent(error);
    }
  }

  /** Sends why the return couldn't be serialized, or those fields of an error that can be. */
  #unsent(call: ServedCall, error: unknown, threw: { readonly thrown?: unknown }): void {
    const { uid, path } = call;
    const { thrown = error } = threw;
    // before the callback of `report` can change it
    const told = nameAndMessage(typeof thrown === "object" ? thrown : error);
    this.report({ type: "error", error, method: methodOf(path) });
    // if this fails, the transport is closed or about to close
    const giveUp = (): void => this.#reply({ uid, success: false, value: told }, () => {});
    if (!("thrown" in threw)) return giveUp();
    const fits = (value: unknown): boolean => {
      try {
        this.port.test?.(value) ?? JSON.stringify(value);
        return true;
      } catch {
        return false;
      }
    };
    const value = toWire(thrown, this.exposesErrors, fits);
    this.#reply({ uid, success: false, value }, giveUp);
  }
}
