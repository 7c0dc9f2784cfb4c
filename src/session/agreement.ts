/** What features put beside an offer or an answer of the handshake. */
export type Fields = Readonly<Record<string, unknown>>;

/** What both ends of a connection use. */
export interface Agreement {
  readonly isLinked: boolean;
  /** By their names. */
  readonly features: ReadonlySet<string>;
  /** The name of the encoding of values. */
  readonly values: string;
}

/** Values as JSON has them. */
export const JSON_VALUES = "json";

/** With a peer that speaks TGrid's protocol alone. */
export const PLAIN: Agreement = { isLinked: false, features: new Set(), values: JSON_VALUES };

/** What is agreed on a thousand times is kept once. */
const kept = new Map<string, Agreement>();
const MOST_KEPT = 64;
/** Longer than this are only names that another end has made up. */
const LONGEST_KEPT = 1_000;

/** An agreement of linked mode. */
export function agreementOf(features: readonly string[], values: string): Agreement {
  const key = JSON.stringify([values, features]); // names from another end may hold any separator
  const known = kept.get(key);
  if (known !== undefined) return known;
  const agreement = { isLinked: true, features: new Set(features), values };
  if (key.length > LONGEST_KEPT) return agreement;
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, agreement);
  return agreement;
}
