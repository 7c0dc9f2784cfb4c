import type { MarkTypes } from "../../session/feature.ts";
import { sourceOf } from "./source.ts";

/** For a peer without the feature: streams would arrive as empty objects. */
export const REFUSING: MarkTypes = {
  types: [],
  encode(value, refuse) {
    if (sourceOf(value) !== undefined) {
      refuse("the other side doesn't use streams. List structured and streams in its use.");
    }
    return undefined;
  },
  decode() {}, // there are no types
};
