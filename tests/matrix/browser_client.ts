import type { Browser } from "../browser/browser.ts";
import { type BrowserName, launch } from "../browser/browsers.ts";
import { inTime } from "../contract/check.ts";
import type { ClientPlace } from "../contract/places.ts";
import type { Result } from "../contract/suite.ts";
import type { InMode } from "./ends.ts";
import type { MatrixClientArgument } from "./programs/matrix_client.ts";
import type { MatrixPage } from "./programs/matrix_page.ts";

/** How long all cases of a mode may take in a page, in ms. */
const LIFE = 900_000;

/** The package in a real browser's page, which is served from this machine. */
export interface BrowserClient extends AsyncDisposable {
  readonly name: string;
  readonly client: InMode<ClientPlace>;
}

/** Starts a browser, and serves a page with the script. */
export async function openBrowserClient(
  browserName: BrowserName,
  script: string,
): Promise<BrowserClient> {
  const text = await Deno.readTextFile(script);
  const browser = await launch(browserName);
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const isScript = new URL(request.url).pathname === "/page.js";
    const type = isScript ? "text/javascript" : "text/html";
    const body = isScript ? text : '<!doctype html><script type="module" src="page.js"></script>';
    return new Response(body, { headers: { "content-type": `${type}; charset=utf-8` } });
  });
  const { name } = browser;
  const url = `http://127.0.0.1:${server.addr.port}/`;
  return {
    name,
    client: (mode) => ({
      name,
      make: "ours",
      run: (pairing, base) => runInPage(browser, url, { mode, pairing, base }),
    }),
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      await server.shutdown();
    },
  };
}

/** Runs the cases in a page of its own; what nobody caught in there is a fault of the run. */
async function runInPage(
  browser: Browser,
  ...[url, argument]: [string, MatrixClientArgument]
): Promise<readonly Result[]> {
  await using opened = await browser.open(1);
  const { tabs: [tab], faults } = opened;
  await tab!.goto(url);
  const results = await inTime(
    tab!.evaluate((given) => (globalThis as unknown as MatrixPage).runMatrix(given), argument),
    "the end of the cases in the page",
    LIFE,
  );
  if (faults.length > 0) throw new Error(`Cannot trust the run: ${faults.join(", ")}`);
  return results;
}
