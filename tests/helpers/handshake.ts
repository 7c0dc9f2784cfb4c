/** What the two ends say first. `vectors/` holds the list of features against the library's own. */

/** What every connector and acceptor of this library can, in the order in which they name it. */
export const FEATURES: readonly string[] = [
  "frames",
  "batch",
  "cancel",
  "deadline",
  "quiet",
  "refusals",
];

/** The first frame of a connector: what it offers, with any header. */
export function offerOf(
  { header = null, features = FEATURES, values = ["json"] }: {
    readonly header?: unknown;
    readonly features?: readonly string[];
    readonly values?: readonly string[];
  } = {},
): string {
  return JSON.stringify({ header, link: { version: 1, features, values } });
}

/** The answer of an acceptor that takes an offer up. */
export function answerOf(
  { features = FEATURES, values = "json" }: {
    readonly features?: readonly string[];
    readonly values?: string;
  } = {},
): string {
  return JSON.stringify({ accept: 1, link: { version: 1, features, values } });
}
