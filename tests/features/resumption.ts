import { endError } from "../../src/errors.ts";
import type { Rpc } from "../../src/rpc/rpc.ts";
import type { FeatureSession } from "../../src/session/feature.ts";
import type { Ending, Link } from "../../src/session/link.ts";
import type { Session } from "../../src/session/session.ts";

/*
 * What a feature needs that brings sessions back. It stands apart from the session, so that a bundle
 * without such a feature holds none of it.
 */

/** The seam shows features a session in part. */
function whole(session: FeatureSession): Session {
  return session as Session;
}

/** Drops the link without ending the session: another link takes over. */
export function detach(session: FeatureSession): void {
  const { link, phase } = session;
  link?.abandon(1001, "Another link takes over");
  whole(session).unlink();
  if (phase === "open") whole(session).phase = "away";
}

/** Goes on over another link. */
export function resume(session: FeatureSession, link: Link): void {
  const one = whole(session);
  one.phase = "open";
  one.attach(link);
  for (const hook of one.hooks) hook.resumed?.();
  one.drained();
}

/** Ends a session, which may have no link. */
export function giveUp(session: FeatureSession, ending: Ending): void {
  session.link?.abandon(ending.code, ending.reason);
  whole(session).end(ending);
}

/**
 * Ends a session without its owner's end: `begin` begins another one in its place, which sends the
 * calls that never left. Those that have left are rejected.
 */
export function replace(session: FeatureSession, ending: Ending, begin: () => void): void {
  const one = whole(session);
  const { rpc } = one;
  const { lastLeft } = one.outgoing;
  one.drop();
  for (const hook of one.hooks) hook.ended?.(ending);
  const error = endError(ending);
  rpc.served.reset();
  for (const call of [...rpc.served.watched?.values() ?? []]) call.abort(error);
  rpc.reject(({ uid }) => uid <= lastLeft, () => error);
  begin();
  resend(rpc);
}

/** Sends the calls that wait, by the port that there is now. */
function resend(rpc: Rpc): void {
  for (const call of rpc.pending.above(0)) {
    try {
      for (const hook of rpc.hooks ?? []) hook.made?.(call);
      rpc.port.call(call);
    } catch (error) {
      rpc.take(call.uid)?.reject(error);
    }
  }
}
