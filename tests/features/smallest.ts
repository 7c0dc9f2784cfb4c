import type { FeatureSession, PluggedFeature } from "../../src/session/feature.ts";
import { FrameError } from "../../src/session/parse_json.ts";

/** Short texts to the other end, in order with calls: messages `[40, text]`. */
export function notices(heard: (text: string) => void) {
  const sessions = new Set<FeatureSession>();
  const take = ([, text]: unknown[]): void => {
    if (typeof text !== "string") throw new FrameError("Cannot read a notice: it is not a text");
    heard(text);
  };
  return {
    name: "notices",
    kinds: { 40: { take } },
    begin(session, isAgreed) {
      if (!isAgreed) return undefined;
      sessions.add(session);
      return { ended: () => void sessions.delete(session) };
    },
    tell(text: string): void {
      for (const session of sessions) session.send(`[40,${JSON.stringify(text)}]`);
    },
  } satisfies PluggedFeature & { tell(text: string): void };
}
