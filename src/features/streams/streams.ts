import { checkNames } from "../../nearest.ts";
import { callable, needsStructured, refusing } from "../../session/callable_feature.ts";
import type { PluggedFeature } from "../../session/feature.ts";
import type { Feature } from "../../types/feature.ts";
import { isCount } from "./invalid.ts";
import { KINDS } from "./messages.ts";
import { sourceOf } from "./source.ts";
import { Streaming } from "./streaming.ts";
import { REPORTED } from "./under_way.ts";

const NAME = "streams";

const REFUSING = /* @__PURE__ */ refusing(NAME, (value) => sourceOf(value) !== undefined);

/** The options of {@linkcode streams}. Each side can have its own. */
export interface StreamsOptions {
  /**
   * How many items a producer can be ahead of its consumer on this side. Default: 64. With 1, an
   * item is produced only when the one before it was read.
   */
  readonly items?: number | undefined;
  /** The same in bytes. The last item may exceed it. Default: 1 MiB. */
  readonly bytes?: number | undefined;
  /**
   * How many bytes of all streams of a connection this side can have sent that haven't arrived. A
   * call waits behind no more than this. At least 65,536. Default: 262,144.
   */
  readonly underWay?: number | undefined;
}

/** The type of {@linkcode streams}. */
export interface Streams extends Feature {
  /**
   * Creates the feature with options. Throws a `TypeError` for an unknown option, and a `RangeError`
   * for one that is out of range.
   */
  (options: StreamsOptions): Feature;
}

const DEFAULTS: Readonly<Record<keyof StreamsOptions, number>> = {
  items: 64,
  bytes: 2 ** 20,
  underWay: 2 ** 18,
};

/**
 * A feature that sends async iterables, async generators and `ReadableStream`s, in arguments, in
 * results, and in the items of other streams. They arrive as an `AsyncIterableIterator` with
 * `[Symbol.asyncDispose]()`, or as a `ReadableStream` if one was sent. List it on both sides,
 * together with `structured`. `streams({ items, bytes, underWay })` changes its windows.
 *
 * - Nothing is produced before the first item is read, and no more than the windows allow after
 *   that, so that a slow reader slows the producer down.
 * - When the reader stops (with `break`, `return()` or `cancel()`), the signal or the deadline of the
 *   call ends it, or the connection closes, the producer's `finally` runs, once.
 * - What the producer throws is thrown at the reader, after the items before it.
 * - `for await (const row of driver.rows())` doesn't need another `await`.
 *
 * @example Iterate over a result
 * ```ts
 * import { streams, structured, WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const provider = {
 *   async *count(end: number): AsyncGenerator<number> {
 *     for (let i = 0; i < end; i++) yield i;
 *   },
 * };
 * const use = [structured, streams];
 * await using server = new WebSocketServer<null, typeof provider, null>();
 * await server.open(
 *   { port: 0, hostname: "127.0.0.1", use },
 *   (acceptor) => acceptor.accept(provider),
 * );
 * await using connector = new WebSocketConnector<null, null, typeof provider>(null, null);
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`, { use });
 * let sum = 0;
 * const driver = connector.getDriver<typeof provider, false, "structured">();
 * for await (const item of driver.count(100)) sum += item;
 * assertEquals(sum, 4_950);
 * ```
 */
export const streams: Streams = /* @__PURE__ */ callable(/* @__PURE__ */ make({}), make);

function make(options: StreamsOptions): PluggedFeature {
  const windows = windowsOf(options);
  return {
    name: NAME,
    needs: ["structured"],
    check: needsStructured(NAME),
    kinds: KINDS,
    begin: (session, isAgreed) => isAgreed ? new Streaming(session, windows) : { marks: REFUSING },
  };
}

function windowsOf(options: StreamsOptions): typeof DEFAULTS {
  checkNames(options, DEFAULTS, `create the feature "${NAME}"`);
  const windows = { ...DEFAULTS };
  for (const name of Object.keys(windows) as (keyof StreamsOptions)[]) {
    const value = windows[name] = options[name] ?? DEFAULTS[name];
    const least = name === "underWay" ? REPORTED : 1;
    if (!isCount(value, least)) {
      throw new RangeError(`Cannot set "${name}": expected an integer from ${least}`);
    }
  }
  return windows;
}
