/** Chromium, driven by Playwright. */
import { chromium, type Page } from "npm:playwright-core@1.65.1";
import { PATIENCE } from "../helpers/waiting.ts";
import { type Browser, find, type Look, type Program, type Tab } from "./browser.ts";

const CHROMIUM: Program = {
  name: "Chromium",
  variable: "CHROMIUM",
  places: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ],
  debian: "chromium",
};

const FLAGS = [
  "--no-sandbox", // Chromium's own does not work as root, or inside a container
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts it without a window. */
export async function launchChromium(look: Look = {}): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: await find(CHROMIUM), args: FLAGS });
  return {
    name: `Chromium ${browser.version()}`,
    async open(count) {
      const context = await browser.newContext(look);
      context.setDefaultTimeout(PATIENCE);
      const faults: string[] = [];
      const tabs: Tab[] = [];
      for (let made = 0; made < count; made++) {
        const page = await context.newPage();
        page.on("pageerror", (error) => faults.push(String(error)));
        tabs.push(tabOf(page));
      }
      return { tabs, faults, [Symbol.asyncDispose]: () => context.close() };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

function tabOf(page: Page): Tab {
  return {
    async goto(url) {
      await page.goto(url);
    },
    evaluate: <A, R>(run: (argument: A) => R | Promise<R>, argument?: A): Promise<R> =>
      page.evaluate(run as (argument: unknown) => R | Promise<R>, argument),
    async inject(source) {
      await page.evaluate(source);
    },
    click: (name) => page.getByRole("button", { name, exact: true }).click(),
    fill: (name, text) => page.getByRole("textbox", { name, exact: true }).fill(text),
    pressEnter: () => page.keyboard.press("Enter"),
    setOffline: (isOffline) => page.context().setOffline(isOffline),
    async screenshot(path) {
      await page.screenshot({ path });
    },
    close: () => page.close(),
  };
}
