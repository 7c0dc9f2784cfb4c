/** The browsers that the tests run in. */
import type { Browser, Look } from "./browser.ts";
import { launchChromium } from "./chromium.ts";
import { launchFirefox } from "./firefox.ts";

/** Their names. */
export const BROWSERS = ["Chromium", "Firefox"] as const;
/** One of them. */
export type BrowserName = typeof BROWSERS[number];

const LAUNCHERS: Readonly<Record<BrowserName, (look: Look) => Promise<Browser>>> = {
  Chromium: launchChromium,
  Firefox: launchFirefox,
};

/** Starts a browser without a window; throws an `Error` if it isn't installed. */
export function launch(name: BrowserName, look: Look = {}): Promise<Browser> {
  return LAUNCHERS[name](look);
}
