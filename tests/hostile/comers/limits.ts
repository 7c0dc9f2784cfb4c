/** The places of the server, and times that are short enough to wait for. */
export const LIMITS = {
  connections: 400,
  undecided: 400,
  headerTimeout: 500,
  decisionTimeout: 500,
  closeTimeout: 500,
  headerBytes: 1_000,
};
