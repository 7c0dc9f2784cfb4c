import { EncodeError } from "../../errors.ts";
import { placeOf } from "../../session/encode_error.ts";
import type { Mark, PluggedFeature } from "../../session/feature.ts";
import type { Feature } from "../../types/feature.ts";
import { Marker } from "./marks.ts";
import { Reader } from "./reader.ts";
import type { StructuredType } from "./structured_type.ts";
import { Unmarker } from "./unmark.ts";

/** What `structured` takes. */
export interface StructuredOptions {
  /** Your own classes, by the names that travel. */
  readonly types?: Readonly<Record<string, StructuredType>>;
}

/** The feature, and what makes others with your own classes. */
export interface Structured extends Feature {
  /** The same, with your own classes. */
  (options: StructuredOptions): Feature;
}

/**
 * Values beyond JSON, for the option `use` of both ends: `Date`, `Map`, `Set`, `bigint`,
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

/** A function has a `name` of its own, which can't be assigned. */
function callable(feature: PluggedFeature): Structured {
  const made = (options: StructuredOptions): Feature => make(options);
  for (const [key, value] of Object.entries(feature)) Object.defineProperty(made, key, { value });
  return made as Structured;
}

/** Throws for a value that JSON alone would lose. */
function refuseLoss(marks: readonly Mark[] | undefined, what: string): void {
  const lost = marks?.find(([path, type]) => {
    if (type === "=") return false; // JSON.stringify itself throws at a circle
    if (type !== "u") return true;
    return typeof path.at(-1) === "number" && (what !== "parameters" || path.length > 1);
  });
  if (lost === undefined) return;
  throw new EncodeError(
    `Cannot encode "${placeOf(what, lost[0])}": the other end takes JSON alone`,
  );
}
