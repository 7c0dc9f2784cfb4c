/**
 * The most that `WebSocketConnector` alone may take of a web page's bundle, minified and compressed,
 * in bytes: what it takes today, rounded up. A change that needs more has to say what for.
 */
export const MOST_BYTES = 19_000;

/** The most that a feature may add to a bundle that has `structured`, likewise. */
export const MOST_BESIDE_STRUCTURED = { callbacks: 2_000, streams: 2_500 } as const;
