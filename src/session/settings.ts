import { limitsOf } from "../limits.ts";
import type { ConnectionOptions } from "../options.ts";
import type { PluggedFeature, Settings } from "./feature.ts";

/**
 * Adds the defaults to the options. `heartbeat` is the end's own default, in ms.
 *
 * @throws {RangeError} If a limit or the heartbeat is out of range.
 * @throws {TypeError} If `use` has anything but features.
 */
export function settingsOf(options: ConnectionOptions, heartbeat: number): Settings {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("Cannot use the options: they are no object");
  }
  const chosen = options.heartbeat ?? heartbeat;
  if (typeof chosen !== "number" || !(chosen > 0)) {
    throw new RangeError("Cannot set the heartbeat: it takes a number of ms above 0");
  }
  if ("values" in options) {
    throw new TypeError('Cannot set "values": give features to "use", as in { use: [structured] }');
  }
  const limits = limitsOf(options.limits);
  const { use = [] } = options as { readonly use?: readonly PluggedFeature[] };
  if (!Array.isArray(use) || !use.every((one) => typeof one?.begin === "function")) {
    throw new TypeError(
      'Cannot set "use": it takes a list of features, as in { use: [structured] }',
    );
  }
  return { limits, heartbeat: chosen, exposeErrors: options.exposeErrors === true, use };
}
