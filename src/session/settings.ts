import { limitsOf } from "../limits.ts";
import type { ConnectionOptions } from "../options.ts";
import type { PluggedFeature, Settings } from "./feature.ts";

/**
 * Checks the options, and applies the defaults. `heartbeat` is this side's default, in ms.
 *
 * @throws {RangeError} If a limit or the heartbeat is out of range.
 * @throws {TypeError} If `use` isn't a list of features, or a limit doesn't exist.
 */
export function settingsOf(options: ConnectionOptions, heartbeat: number): Settings {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("Cannot use the options: expected an object");
  }
  if ("values" in options) {
    throw new TypeError('Cannot set "values": set "use", as in { use: [structured] }');
  }
  const limits = limitsOf(options.limits);
  const { use = [] } = options as { readonly use?: readonly PluggedFeature[] };
  if (!Array.isArray(use) || !use.every((one) => typeof one?.begin === "function")) {
    throw new TypeError(
      'Cannot set "use": expected a list of features, as in { use: [structured] }',
    );
  }
  const chosen = options.heartbeat ?? use.find((one) => one.heartbeat)?.heartbeat ?? heartbeat;
  if (typeof chosen !== "number" || !(chosen > 0)) {
    throw new RangeError("Cannot set the heartbeat: expected a number of ms above 0");
  }
  for (const one of use) one.check?.(use);
  return { limits, heartbeat: chosen, exposeErrors: options.exposeErrors === true, use };
}
