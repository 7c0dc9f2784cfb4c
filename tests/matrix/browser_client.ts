import { type Browser, launch } from "../browser/chromium.ts";
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

/** Starts the browser, and serves a page with the script. */
export async function openBrowserClient(script: string): Promise<BrowserClient> {
  const text = await Deno.readTextFile(script);
  const browser = await launch();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const isScript = new URL(request.url).pathname === "/page.js";
    const type = isScript ? "text/javascript" : "text/html";
    const body = isScript ? text : '<!doctype html><script type="module" src="page.js"></script>';
    return new Response(body, { headers: { "content-type": `${type}; charset=utf-8` } });
  });
  const name = `Chromium ${browser.version()}`;
  const url = `http://127.0.0.1:${server.addr.port}/`;
  return {
    name,
    client: (mode) => ({
      name,
      make: "ours",
      run: (pairing, base) => runInPage(browser, url, { mode, pairing, base }),
    }),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.shutdown();
    },
  };
}

/** Runs the cases in a page of its own; what nobody caught in there is a fault of the run. */
async function runInPage(
  browser: Browser,
  ...[url, argument]: [string, MatrixClientArgument]
): Promise<readonly Result[]> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(url, { waitUntil: "load" });
    const results = await inTime(
      page.evaluate((given) => (globalThis as unknown as MatrixPage).runMatrix(given), argument),
      "the end of the cases in the page",
      LIFE,
    );
    if (faults.length > 0) throw new Error(`Cannot trust the run: ${faults.join(", ")}`);
    return results;
  } finally {
    await context.close();
  }
}
