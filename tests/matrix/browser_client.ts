import type { Browser, Tab } from "../browser/browser.ts";
import { type BrowserName, launch } from "../browser/browsers.ts";
import { inTime } from "../contract/check.ts";
import type { ClientPlace } from "../contract/places.ts";
import type { Result } from "../contract/suite.ts";
import type { InMode } from "./ends.ts";
import type { ModeName } from "./modes.ts";
import type { MatrixPage } from "./programs/matrix_page.ts";

/** How long all cases of a mode may take in a page, in ms. */
const LIFE = 900_000;

/** The package in a real browser's page, which is served from this machine. */
export interface BrowserClient extends AsyncDisposable {
  readonly name: string;
  readonly client: InMode<ClientPlace>;
  /** Runs the cases of a mode over workers of the page. */
  runWorkers(mode: ModeName): Promise<readonly Result[]>;
}

/** The scripts of a page and of its workers, by their files. */
export interface PageScripts {
  readonly script: string;
  readonly workerScript: string;
}

/** Starts a browser, and serves a page with the scripts. */
export async function openBrowserClient(
  browserName: BrowserName,
  { script, workerScript }: PageScripts,
): Promise<BrowserClient> {
  const scripts = new Map([
    ["/page.js", await Deno.readTextFile(script)],
    ["/worker.js", await Deno.readTextFile(workerScript)],
  ]);
  const browser = await launch(browserName);
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const text = scripts.get(new URL(request.url).pathname);
    const type = text === undefined ? "text/html" : "text/javascript";
    const body = text ?? '<!doctype html><script type="module" src="page.js"></script>';
    return new Response(body, { headers: { "content-type": `${type}; charset=utf-8` } });
  });
  const { name } = browser;
  const url = `http://127.0.0.1:${server.addr.port}/`;
  return {
    name,
    client: (mode) => ({
      name,
      make: "ours",
      run: (pairing, base) =>
        runInPage(browser, url, (tab) =>
          tab.evaluate(
            (given) => (globalThis as unknown as MatrixPage).runMatrix(given),
            { mode, pairing, base },
          )),
    }),
    runWorkers: (mode) =>
      runInPage(
        browser,
        url,
        (tab) =>
          tab.evaluate((given) => (globalThis as unknown as MatrixPage).runWorkers(given), mode),
      ),
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      await server.shutdown();
    },
  };
}

/** Runs the cases in a page of its own; what nobody caught in there is a fault of the run. */
async function runInPage(
  browser: Browser,
  ...[url, run]: [string, (tab: Tab) => Promise<readonly Result[]>]
): Promise<readonly Result[]> {
  await using opened = await browser.open(1);
  const { tabs: [tab], faults } = opened;
  await tab!.goto(url);
  const results = await inTime(run(tab!), "the end of the cases in the page", LIFE);
  if (faults.length > 0) throw new Error(`Cannot trust the run: ${faults.join(", ")}`);
  return results;
}
