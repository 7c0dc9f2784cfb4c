/** The fields that features add to the offer or the answer of the handshake. */
export type Fields = Readonly<Record<string, unknown>>;

/** What both sides agreed on: the names of the features and of the encoding of values. */
export interface Agreement {
  readonly isLinked: boolean;
  readonly features: ReadonlySet<string>;
  readonly values: string;
}

export const JSON_VALUES = "json";

/** The agreement on plain messages, as with TGrid peers. */
export const PLAIN: Agreement = { isLinked: false, features: new Set(), values: JSON_VALUES };

/** A cache, so that all sessions with equal agreements share one object. */
const kept = new Map<string, Agreement>();
const MOST_KEPT = 64;
/** The maximum length of a cached key. Only invented names make longer ones. */
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
