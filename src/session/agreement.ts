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

/** An agreement of linked mode. */
export function agreementOf(features: readonly string[], values: string): Agreement {
  const key = `${values} ${features}`;
  let agreement = kept.get(key);
  if (agreement === undefined) {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, agreement = { isLinked: true, features: new Set(features), values });
  }
  return agreement;
}
