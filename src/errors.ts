/**
 * The connection ended with an error, or was refused: `status` is the close code and `message` the
 * reason, word for word as the closing end gave it.
 *
 * Whether a call that was rejected with it has run is not known: the connection ended first.
 *
 * @example Read why a server turned us away
 * ```ts
 * import { WebSocketError } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new WebSocketError(3001, "wrong token");
 * assertEquals([error.status, error.message], [3001, "wrong token"]);
 * ```
 */
export class WebSocketError extends Error {
  /** The close code, 1000 to 4999; 1006 where the connection broke off or never came about. */
  readonly status: number;

  /**
   * Makes the error.
   *
   * @param status The close code.
   * @param message The reason.
   * @param options The `cause`, if one is known.
   */
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "WebSocketError";
    this.status = status;
  }
}

/**
 * The connection ended normally (close code 1000, or none) before the call returned. Whether the
 * function has run is not known.
 */
export class ConnectionClosedError extends Error {
  /** Tells this error from others without `instanceof`. */
  readonly code = "CONNECTION_CLOSED" as const;

  /**
   * Makes the error.
   *
   * @param message The reason of the close, or a text that stands for it.
   * @param options The `cause`, if one is known.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ConnectionClosedError";
  }
}

/**
 * The call never left this end: there was no open connection, or it ended while the call was still
 * waiting to be sent. The function has not run; `cause` is why the connection ended, where it did.
 */
export class NotSentError extends Error {
  /** Tells this error from others without `instanceof`. */
  readonly code = "NOT_SENT" as const;

  /**
   * Makes the error.
   *
   * @param message What could not be called, and why.
   * @param options The `cause`: the error with which the connection ended.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NotSentError";
  }
}

/**
 * A parameter, a result or a header can't be put on the wire (a `bigint`, a circular object, a
 * `toJSON` that throws, a driver). The message holds the path of the value. Nothing was sent.
 */
export class EncodeError extends TypeError {
  /** Tells this error from others without `instanceof`. */
  readonly code = "ENCODE" as const;

  /**
   * Makes the error.
   *
   * @param message The path of the value and what is wrong with it.
   * @param options The `cause`: what the encoder threw.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EncodeError";
  }
}

/** A deadline passed before what was waited for had happened. */
export class DeadlineError extends Error {
  /** Tells this error from others without `instanceof`. */
  readonly code = "DEADLINE" as const;

  /**
   * Makes the error.
   *
   * @param message What was waited for.
   * @param options The `cause`, if one is known.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DeadlineError";
  }
}

/**
 * A member was used in a state in which it can't do its work, such as `connect()` on a connector
 * that is open. Nothing has changed by it.
 */
export class StateError extends Error {
  /** Tells this error from others without `instanceof`. */
  readonly code = "STATE" as const;

  /**
   * Makes the error.
   *
   * @param message What can't be done, the state, and what to do next.
   * @param options The `cause`: why the connection ended, where it did.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StateError";
  }
}

/**
 * What a function of the other end threw: its `name`, its `message` and its own fields (also its
 * `stack` and `cause`, where the other end sent them).
 *
 * An end of this library that refuses a call sends an error whose `name` is `RefusedError`, or
 * `BusyError` where too many calls are under way: then the function has not run.
 *
 * @example Tell one remote error from another
 * ```ts
 * import { RemoteError } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new RemoteError("RangeError", "too large", { limit: 7 });
 * assertEquals(JSON.stringify(error), '{"name":"RangeError","message":"too large","limit":7}');
 * ```
 */
export class RemoteError extends Error {
  /** The remote error's own fields; those that would hide a method of every object are left out. */
  readonly [field: string]: unknown;

  /**
   * Makes the error.
   *
   * @param name The remote error's name.
   * @param message The remote error's message.
   * @param fields Its own fields; `stack` and `cause` are kept as an error keeps them, not listed.
   */
  constructor(name: string, message: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    define(this, "name", name, false);
    if (Object.hasOwn(fields, "code")) define(this, "code", fields.code, true);
    if (typeof fields.stack === "string") define(this, "stack", fields.stack, false);
    if (Object.hasOwn(fields, "cause")) define(this, "cause", fields.cause, false);
    for (const key of Object.keys(fields)) {
      if (key === "stack" || key === "cause" || key === "code") continue;
      if (!(key in RemoteError.prototype)) define(this, key, fields[key], true);
    }
  }

  /** The remote error's own `code` where it has one, and `"REMOTE"` where it has none. */
  get code(): unknown {
    return "REMOTE";
  }

  /**
   * What travels on when this error is thrown again, or turned into JSON.
   *
   * @returns Its name, its message and its own fields.
   */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...Object.fromEntries(Object.entries(this)) };
  }
}

function define(target: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(target, key, { value, enumerable, writable: true, configurable: true });
}

/**
 * The error of a connection's end. 1005 is what a close without a code looks like: a normal end,
 * as is 1000.
 *
 * @param detail The platform's own text, where it broke off.
 */
export function endError(
  code: number,
  reason: string,
  detail = "",
): ConnectionClosedError | WebSocketError {
  if (code === 1000 || code === 1005) {
    return new ConnectionClosedError(reason === "" ? "The connection has been closed" : reason);
  }
  if (code !== 1006 || reason !== "") return new WebSocketError(code, reason);
  return new WebSocketError(code, detail === "" ? BROKEN : `${BROKEN}: ${detail}`);
}

const BROKEN = "The connection broke off without a close";
