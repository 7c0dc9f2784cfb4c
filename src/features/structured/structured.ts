import { EncodeError } from "../../errors.ts";
import { checkNames } from "../../nearest.ts";
import { callable } from "../../session/callable_feature.ts";
import { placeOf } from "../../session/encode_error.ts";
import type { Mark, PluggedFeature, ValueEncoder } from "../../session/feature.ts";
import type { Feature } from "../../types/feature.ts";
import { Marker } from "./marks.ts";
import { Reader } from "./reader.ts";
import { toSend } from "./sent_bytes.ts";
import type { StructuredType } from "./structured_type.ts";
import { Unmarker } from "./unmark.ts";

/** The options of {@linkcode structured}. */
export interface StructuredOptions {
  /** Your classes, by the names that both sides use for them. */
  readonly types?: Readonly<Record<string, StructuredType>>;
}

/** The type of {@linkcode structured}. */
export interface Structured extends Feature {
  /** Creates the feature with your classes. Throws a `TypeError` for an unknown option. */
  (options: StructuredOptions): Feature;
}

/**
 * A feature that sends values which JSON can't represent: `Date`, `Map`, `Set`, `bigint`,
 * `undefined`, `NaN`, `Infinity`, `-0`, `RegExp`, `URL`, `Error` with its cause and own fields,
 * `ArrayBuffer` and its views, sparse lists, and repeated and circular references. List it in the
 * option `use` on both sides. To send your own classes, list `structured({ types })`.
 *
 * @example Send a `Map`
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
 * const birthdays = new Map([["Ada", new Date("1815-12-10")]]);
 * assertEquals(await connector.getDriver().echo(birthdays), birthdays);
 * ```
 */
export const structured: Structured = /* @__PURE__ */ callable(/* @__PURE__ */ make({}), make);

function make(options: StructuredOptions): PluggedFeature {
  checkNames(options, { types: 1 }, 'create the feature "structured"');
  const { types = {} } = options;
  const list = Object.entries(types);
  const byName = new Map(list);
  return {
    name: "structured",
    isEncoding: true,
    begin(session, isAgreed) {
      const encode: ValueEncoder["encode"] = (value, what, call) =>
        new Marker(list, session, { what, call }).encode(value);
      if (!isAgreed) return { check: (value, what) => refuseLoss(encode(value, what).marks, what) };
      const reader = new Reader(session, (value, message, { marks, bytes }) => {
        const others = { marks: session.marks, message };
        return new Unmarker(value, bytes, byName, others).decode(marks);
      });
      const encodeToSend: ValueEncoder["encode"] = (value, what, call) =>
        toSend(encode(value, what, call), session);
      return { values: Object.assign(reader, { encode: encodeToSend }) };
    },
  };
}

/** Throws an `EncodeError` if the value has parts that JSON would lose. */
function refuseLoss(marks: readonly Mark[] | undefined, what: string): void {
  const lost = marks?.find(([path, type]) => {
    if (type === "=") return false; // JSON.stringify throws for a circular reference
    if (type !== "u") return true;
    return typeof path.at(-1) === "number" && (what !== "parameters" || path.length > 1);
  });
  if (lost === undefined) return;
  throw new EncodeError(
    `Cannot encode "${placeOf(what, lost[0])}": the other side takes only JSON. ` +
      'Convert the value, or use "structured" on both sides.',
  );
}
