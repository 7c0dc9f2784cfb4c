/** How long an answer may take on a machine that is busy, in ms. */
export const PATIENCE = 60_000;
