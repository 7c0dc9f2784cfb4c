import type { MarkTypes } from "../../session/feature.ts";
import { isReference } from "./references.ts";

/** For a peer without the feature: functions would be lost, because JSON omits them. */
export const REFUSING: MarkTypes = {
  types: [],
  encode(value, refuse) {
    if (isReference(value)) {
      refuse("the other side doesn't use callbacks. List structured and callbacks in its use.");
    }
    return undefined;
  },
  decode() {}, // there are no types
};
