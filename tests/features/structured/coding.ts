/** What `structured` makes of values, and of what arrived, as a session has it. */
import { type Feature, structured } from "../../../mod.ts";
import type { EncodedValue, ValueCodec } from "../../../src/session/feature.ts";
import { Unmarker } from "../../../src/features/structured/unmark.ts";
import type { StructuredType } from "../../../src/features/structured/structured_type.ts";
import { playedSession } from "../../helpers/session.ts";

/** The encoding of values of a session that agreed on it. */
export function codecOf(feature: Feature = structured): ValueCodec {
  return playedSession({ use: [feature], values: feature.name }).session.values!;
}

/** A value as text, marks and bytes. */
export function encode(value: unknown, what = "value", feature?: Feature): EncodedValue {
  return codecOf(feature).encode(value, what);
}

/**
 * The value of what arrived.
 *
 * @throws {Error} If a mark is not valid.
 */
export function decode(
  value: unknown,
  marks: unknown,
  { bytes = [], types = {} }: {
    readonly bytes?: readonly Uint8Array[];
    readonly types?: Readonly<Record<string, StructuredType>>;
  } = {},
): unknown {
  const others = { marks: undefined, message: [] };
  return new Unmarker(value, bytes, new Map(Object.entries(types)), others).decode(marks);
}

/** There and back, as a result, over the wire of linked mode. */
export function roundTrip(value: unknown, feature: Feature = structured): unknown {
  const here = playedSession({ use: [feature], values: feature.name });
  const there = playedSession({ use: [feature], values: feature.name });
  const bytes: Uint8Array[] = [];
  const message = { uid: 1, success: true, value };
  there.session.text(here.session.wire.reply(message, here.session.values, bytes));
  for (const part of bytes) there.session.binary(part.slice().buffer);
  const [heard, ...more] = there.heard;
  if (heard?.kind !== "return" || heard.success !== true || more.length > 0) {
    throw new Error(`Cannot read the value: ${Deno.inspect(there.heard)}`);
  }
  return heard.value;
}
