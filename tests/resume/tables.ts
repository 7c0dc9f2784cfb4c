import type { FeatureSession } from "../../src/session/feature.ts";
import type { Session } from "../../src/session/session.ts";
import { ResumableSide } from "../../src/features/reconnection/resumable_side.ts";

/** What `make` returns, and the maps that it creates. */
export function mapsOf<T>(
  make: () => T,
): { readonly made: T; readonly maps: Map<unknown, unknown>[] } {
  const maps: Map<unknown, unknown>[] = [];
  const Real = globalThis.Map;
  globalThis.Map = class<K, V> extends Real<K, V> {
    constructor(entries?: Iterable<readonly [K, V]> | null) {
      super(entries);
      maps.push(this as Map<unknown, unknown>);
    }
  } as MapConstructor;
  try {
    return { made: make(), maps };
  } finally {
    globalThis.Map = Real;
  }
}

/** How many entries each table of a session has, by its name. Tables without any are left out. */
export function entriesOf(session: FeatureSession): Record<string, number> {
  const { rpc, outgoing } = session as Session;
  const sides = session.hooks.map(({ state }) => state).filter((state) =>
    state instanceof ResumableSide
  ) as unknown as { readonly sent: { readonly size: number } }[];
  const sizes = {
    pending: rpc.pending.size,
    served: rpc.served.running,
    servedBytes: rpc.served.bytes,
    watched: rpc.served.watched?.size ?? 0,
    outgoing: outgoing.waiting,
    quiet: outgoing.quiet?.size ?? 0,
    waiting: (session as Session).isWaiting ? 1 : 0,
    kept: sides.reduce((sum, { sent }) => sum + sent.size, 0),
  };
  return Object.fromEntries(Object.entries(sizes).filter(([, size]) => size > 0));
}

/** The tables of these sessions that have entries. */
export function leftIn(sessions: readonly FeatureSession[]): Record<string, number>[] {
  return sessions.map(entriesOf).filter((left) => Object.keys(left).length > 0);
}
