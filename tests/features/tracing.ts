import type { CallHooks } from "../../src/rpc/port.ts";
import type { PluggedFeature } from "../../src/session/feature.ts";

/** A call that is over, at the end that made it or at the end that served it. */
export interface Trace {
  readonly side: "made" | "served";
  readonly path: string;
  /** In ms. */
  readonly took: number;
}

/** Tells how long calls take. It sends nothing, so that the other end need not use it. */
export function tracing(trace: (trace: Trace) => void): PluggedFeature {
  const since = new WeakMap<object, number>();
  const begins = (call: object): void => void since.set(call, performance.now());
  const ends = (side: Trace["side"], call: { readonly path: string }): void =>
    trace({ side, path: call.path, took: performance.now() - since.get(call)! });
  const calls: CallHooks = {
    made: begins,
    settled: (call) => ends("made", call),
    serving: begins,
    served: (call) => ends("served", call),
  };
  return { name: "tracing", begin: () => ({ calls }) };
}
