import { Marker } from "./marks.ts";
import { Unmarker } from "./unmark.ts";
import type { StructuredType, ValueEncoding } from "../types/values.ts";

/** What `structured` takes. */
export interface StructuredOptions {
  /** Classes of yours, by the names that travel. */
  readonly types?: Readonly<Record<string, StructuredType>>;
}

/** An encoding of values, and what makes others with classes of yours. */
export interface Structured extends ValueEncoding {
  /** The same, with classes of yours. */
  (options: StructuredOptions): ValueEncoding;
}

/**
 * Values beyond JSON, for the option `values` of both ends: `Date`, `Map`, `Set`, `bigint`,
 * `undefined`, `NaN`, the infinities, `-0`, `RegExp`, `URL`, `Error` with its cause and own fields,
 * `ArrayBuffer` and its views as bytes, lists with holes, repeated and circular references. Plain
 * values pay next to nothing for it.
 *
 * @example Send what JSON can't tell
 * ```ts
 * import { structured, WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const provider = { echo: (value: unknown) => value };
 * await using server = new WebSocketServer<null, typeof provider, null>();
 * await server.open(
 *   { port: 0, hostname: "127.0.0.1", values: structured },
 *   (acceptor) => acceptor.accept(provider),
 * );
 * await using connector = new WebSocketConnector<null, null, typeof provider>(null, null);
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`, { values: structured });
 * const value = new Map([["since", new Date(0)]]);
 * assertEquals(await connector.getDriver().echo(value), value);
 * ```
 */
export const structured: Structured = /* @__PURE__ */ Object.assign(make, make({}));

function make({ types = {} }: StructuredOptions): ValueEncoding {
  const list = Object.entries(types);
  const byName = new Map(list);
  return {
    encoding: "structured",
    encode: (value, what) => new Marker(list, what).encode(value),
    decode: (value, marks, bytes) => new Unmarker(value, bytes, byName).decode(marks),
  };
}
