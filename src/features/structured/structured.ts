import { EncodeError } from "../../errors.ts";
import { checkNames } from "../../nearest.ts";
import { placeOf } from "../../session/encode_error.ts";
import type { Mark, PluggedFeature } from "../../session/feature.ts";
import type { Feature } from "../../types/feature.ts";
import { Marker } from "./marks.ts";
import { Reader } from "./reader.ts";
import type { StructuredType } from "./structured_type.ts";
import { Unmarker } from "./unmark.ts";

/** The options of {@linkcode structured}. */
export interface StructuredOptions {
  /** Custom classes, by the names that both ends use for them. */
  readonly types?: Readonly<Record<string, StructuredType>>;
}

/** The type of {@linkcode structured}. */
export interface Structured extends Feature {
  /** Creates the feature with custom classes. */
  (options: StructuredOptions): Feature;
}

/**
 * Sends values that JSON can't represent: `Date`, `Map`, `Set`, `bigint`, `undefined`, `NaN`, the
 * infinities, `-0`, `RegExp`, `URL`, `Error` with its cause and own fields, `ArrayBuffer` and its
 * views as bytes, sparse lists, repeated and circular references. Put it in the option `use` of both
 * ends. Plain values cost next to nothing more.
 *
 * @example Send a map
 * ```ts
 * import { structured, WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const provider = { echo: (value: unknown) => value };
 * await using server = new WebSocketServer<null, typeof provider, null>();
 * await server.open(
 *   { port: 0, hostname: "127.0.0.1", use: [structured] },
 *   (acceptor) => acceptor.accept(provider),
 * );
 * await using connector = new WebSocketConnector<null, null, typeof provider>(null, null);
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`, { use: [structured] });
 * const value = new Map([["since", new Date(0)]]);
 * assertEquals(await connector.getDriver().echo(value), value);
 * ```
 */
export const structured: Structured = /* @__PURE__ */ callable(make({}));

function make({ types = {} }: StructuredOptions): PluggedFeature {
  const list = Object.entries(types);
  const byName = new Map(list);
  return {
    name: "structured",
    isEncoding: true,
    begin(session, isAgreed) {
      const encode = (value: unknown, what: string) =>
        new Marker(list, what, session.marks).encode(value);
      if (!isAgreed) return { check: (value, what) => refuseLoss(encode(value, what).marks, what) };
      const reader = new Reader(session, (at, message, { marks, bytes }) => {
        const others = { marks: session.marks, message };
        return new Unmarker(message[at], bytes, byName, others).decode(marks);
      });
      return { values: Object.assign(reader, { encode }) };
    },
  };
}

/** Defines the feature's fields on a function, whose own `name` can't be assigned. */
function callable(feature: PluggedFeature): Structured {
  const made = (options: StructuredOptions): Feature => {
    checkNames(options, { types: 1 }, "make the feature structured");
    return make(options);
  };
  for (const [key, value] of Object.entries(feature)) Object.defineProperty(made, key, { value });
  return made as Structured;
}

/** Throws for a value that JSON would lose. */
function refuseLoss(marks: readonly Mark[] | undefined, what: string): void {
  const lost = marks?.find(([path, type]) => {
    if (type === "=") return false; // JSON.stringify throws for a circular reference
    if (type !== "u") return true;
    return typeof path.at(-1) === "number" && (what !== "parameters" || path.length > 1);
  });
  if (lost === undefined) return;
  throw new EncodeError(
    `Cannot encode "${placeOf(what, lost[0])}": the other end takes JSON alone`,
  );
}
