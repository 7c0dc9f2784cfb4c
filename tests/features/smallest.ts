import type { FeatureSession, PluggedFeature } from "../../src/session/feature.ts";
import { FrameError } from "../../src/session/parse_json.ts";

/** Sends short texts to the other end, in order with calls, as messages `[40, text]`. */
export function notices(onNotice: (text: string) => void) {
  const sessions = new Set<FeatureSession>();
  const take = ([, text]: unknown[]): void => {
    if (typeof text !== "string") throw new FrameError("Cannot read a notice: expected a string");
    onNotice(text);
  };
  return {
    name: "notices",
    kinds: { 40: { take } },
    begin(session, isAgreed) {
      if (!isAgreed) return undefined;
      sessions.add(session);
      return { ended: () => void sessions.delete(session) };
    },
    notify(text: string): void {
      for (const session of sessions) session.send(`[40,${JSON.stringify(text)}]`);
    },
  } satisfies PluggedFeature & { notify(text: string): void };
}
