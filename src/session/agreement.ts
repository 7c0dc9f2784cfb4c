/** What features add to an offer or an answer of the handshake. */
export type Fields = Readonly<Record<string, unknown>>;

/** What both ends of a connection use: features and the encoding of values, by name. */
export interface Agreement {
  readonly isLinked: boolean;
  readonly features: ReadonlySet<string>;
  readonly values: string;
}

export const JSON_VALUES = "json";

/** With a TGrid peer. */
export const PLAIN: Agreement = { isLinked: false, features: new Set(), values: JSON_VALUES };

/** Sessions that agree on the same share one object. */
const kept = new Map<string, Agreement>();
const MOST_KEPT = 64;
/** Only made-up names are longer. */
const LONGEST_KEPT = 1_000;

export function agreementOf(features: readonly string[], values: string): Agreement {
  const key = JSON.stringify([values, features]); // a peer's names may contain any separator
  const known = kept.get(key);
  if (known !== undefined) return known;
  const agreement = { isLinked: true, features: new Set(features), values };
  if (key.length > LONGEST_KEPT) return agreement;
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, agreement);
  return agreement;
}
