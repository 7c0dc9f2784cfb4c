import type { FeatureSession, PluggedFeature } from "../../src/session/feature.ts";

/** Short texts to the other end, beside calls: messages `[40, text]`. */
export function notices(heard: (text: string) => void) {
  const open = new Set<FeatureSession>();
  return {
    name: "notices",
    kinds: {
      40: {
        take([, text]) {
          if (typeof text !== "string") {
            throw new SyntaxError("Cannot read a notice: it is no text");
          }
          heard(text);
        },
      },
    },
    begin(session, isAgreed) {
      if (!isAgreed) return undefined;
      open.add(session);
      return { ended: () => void open.delete(session) };
    },
    /** Tells all other ends that use it. */
    tell(text: string): void {
      for (const session of open) session.send(`[40,${JSON.stringify(text)}]`);
    },
  } satisfies PluggedFeature & { tell(text: string): void };
}
