/** A real Chromium, and tabs of it that tell what went wrong in them. */
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "npm:playwright-core@1.65.1";

export type { Browser, BrowserContextOptions, Page };

/** Where systems put it. */
const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const FLAGS = [
  "--no-sandbox", // Chromium's own does not work as root, or inside a container
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Any one wait, in ms. */
const PATIENCE = 60_000;

/** Starts one without a window. */
export async function launch(): Promise<Browser> {
  return await chromium.launch({ executablePath: await whereIsIt(), args: FLAGS });
}

/** Tabs that share nothing with others; they are closed with the browser. */
export async function tabs(
  browser: Browser,
  count: number,
  options: BrowserContextOptions = {},
): Promise<Tabs> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const faults: string[] = [];
  const pages: Page[] = [];
  for (let made = 0; made < count; made++) {
    const page = await context.newPage();
    page.on("pageerror", (error) => faults.push(String(error)));
    pages.push(page);
  }
  return { pages, faults, close: () => context.close() };
}

/** Some tabs. */
export interface Tabs {
  readonly pages: readonly Page[];
  /** What was thrown in them, or rejected, and caught by nobody. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

async function whereIsIt(): Promise<string> {
  const named = Deno.env.get("CHROMIUM");
  const places = named ? [named] : PLACES;
  for (const place of places) {
    const isThere = await Deno.stat(place).then(() => true, () => false);
    if (isThere) return place;
  }
  throw new Error(
    `Cannot open a page: no Chromium at "${places.join('", "')}"; ` +
      `run "apt-get update && apt-get install -y chromium", or name one by CHROMIUM=/path/to/it`,
  );
}
