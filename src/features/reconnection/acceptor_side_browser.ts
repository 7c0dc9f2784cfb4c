/** Replaces `acceptor_side.ts` in bundles for browsers, which accept no connections. */
export class KeptSessions {
  begin(): undefined {}
  claimed(): undefined {}
}
