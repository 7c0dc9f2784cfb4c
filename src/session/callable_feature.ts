import type { Feature } from "../types/feature.ts";
import type { MarkTypes, PluggedFeature } from "./feature.ts";

/**
 * Returns a feature that is also a function, which creates the feature with options. Its fields are
 * defined, because the `name` of a function can't be assigned.
 */
export function callable<F extends Feature>(
  feature: PluggedFeature,
  create: (options: never) => Feature,
): F {
  const made = (options: never): Feature => create(options);
  for (const [key, value] of Object.entries(feature)) Object.defineProperty(made, key, { value });
  return made as unknown as F;
}

/** For a feature's `check`: throws a `TypeError` if `structured` isn't in use, too. */
export function needsStructured(name: string): (use: readonly PluggedFeature[]) => void {
  return (use) => {
    if (use.some((one) => one.name === "structured")) return;
    throw new TypeError(
      `Cannot use "${name}" without "structured": list both in "use"`,
    );
  };
}

/** For a peer without the feature: refuses the values that would be lost, because JSON omits them. */
export function refusing(name: string, isLost: (value: object) => boolean): MarkTypes {
  return {
    types: [],
    encode(value, refuse) {
      if (isLost(value)) {
        refuse(`the other side doesn't use ${name}. List structured and ${name} in its use.`);
      }
      return undefined;
    },
    decode() {}, // there are no types
  };
}
