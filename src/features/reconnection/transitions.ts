import { endError } from "../../errors.ts";
import type { Rpc } from "../../rpc/rpc.ts";
import type { FeatureSession } from "../../session/feature.ts";
import type { Ending, Link } from "../../session/link.ts";
import type { Session } from "../../session/session.ts";

// The transitions of a session that changes links. They aren't methods of the session, so that
// bundles without this feature don't contain them.

/** The interface for features shows only a part of the session. */
function whole(session: FeatureSession): Session {
  return session as Session;
}

/** Removes the link, because the client has opened another one. */
export function detach(session: FeatureSession): void {
  const { link, phase } = session;
  link?.abandon(1001, "The session continues over another connection");
  whole(session).unlink();
  if (phase === "open") whole(session).phase = "away";
}

/** Continues over another link. */
export function resume(session: FeatureSession, link: Link): void {
  const one = whole(session);
  one.phase = "open";
  one.attach(link);
  for (const hook of one.hooks) hook.resumed?.();
  one.owner.resumed?.();
  one.drained();
}

/** Ends a session with or without a link. */
export function end(session: FeatureSession, ending: Ending): void {
  session.link?.abandon(ending.code, ending.reason);
  whole(session).end(ending);
}

/**
 * Replaces a session by the one that `begin` starts, which sends the calls that weren't sent, and
 * those that may be repeated. The others reject.
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
  rpc.reject(({ uid, terms }) => uid <= lastLeft && terms?.mayRepeat !== true, () => error);
  begin();
  resend(rpc);
}

function resend(rpc: Rpc): void {
  for (const call of rpc.pending.above(0)) {
    try {
      for (const hook of rpc.hooks ?? []) hook.made?.(call);
      rpc.port.call(call);
    } catch (error) {
      rpc.fail(call.uid, error);
    }
  }
}
