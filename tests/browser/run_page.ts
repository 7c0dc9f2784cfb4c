/** Runs a script in a page of a browser, and returns what the script posts. */
import { soon, until } from "../helpers/waiting.ts";
import type { Browser, Tab } from "./browser.ts";

/** What a page consists of. */
export interface PageFiles {
  /** The files' texts, by their names, such as "page.js". A `.ts` file must be bundled first. */
  readonly files: Readonly<Record<string, string>>;
  /** The name of the module script with which the page starts. */
  readonly entry: string;
  /** Does something with the tab, once the page has loaded. */
  readonly during?: (tab: Tab) => Promise<void>;
}

/** Where the script posts its result, as JSON. */
const RESULT = "/result";

/** Where the page posts that its script can't be loaded. */
const FAILURE = "/failure";

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css",
  html: "text/html",
  js: "text/javascript",
  json: "application/json",
  mjs: "text/javascript",
};

/**
 * Serves the files on a free port of 127.0.0.1, opens a page with the entry in a tab of its own,
 * and resolves with the first result that a script of this page, or of its workers, posts:
 *
 *     await fetch("/result", { method: "POST", body: JSON.stringify(result) });
 *
 * Closes the tab and the server before it returns. Rejects with an `Error` if the page throws, or
 * rejects, without catching it, if the entry can't be loaded, or if nothing is posted for a minute.
 * Pass the page addresses and such in its files. An error of a worker is reported to the page only,
 * which has to listen for it.
 *
 * @example
 * ```ts
 * await using browser = await launch("Firefox");
 * const files = {
 *   "page.js": `import { two } from "./two.js";
 *     await fetch("/result", { method: "POST", body: JSON.stringify(two + two) });`,
 *   "two.js": "export const two = 2;",
 * };
 * assertEquals(await runPage(browser, { files, entry: "page.js" }), 4);
 * ```
 */
export async function runPage(browser: Browser, page: PageFiles): Promise<unknown> {
  const { files, entry, during } = page;
  const posted: { readonly path: string; readonly text: string }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method !== "POST") return serve(pathname, { files, entry });
    posted.push({ path: pathname, text: await request.text() });
    return new Response(null, { status: 204 });
  });
  try {
    await using opened = await browser.open(1);
    const { tabs: [tab], faults } = opened;
    await tab!.goto(`http://127.0.0.1:${server.addr.port}/`);
    await during?.(tab!);
    await until(() => posted.length + faults.length > 0, `the page in ${browser.name} posts`);
    if (faults.length > 0) throw new Error(`The page failed: ${faults.join(", ")}`);
    const { path, text } = posted[0]!;
    if (path !== RESULT) throw new Error(`Cannot load "${entry}", or what it imports`);
    return JSON.parse(text);
  } finally {
    await soon(server.shutdown(), "the page's server is closed");
  }
}

function serve(pathname: string, { files, entry }: PageFiles): Response {
  if (pathname === "/") return respond("html", pageOf(entry));
  const name = pathname.slice(1);
  if (!Object.hasOwn(files, name)) return new Response("Not found", { status: 404 });
  return respond(/[^.]*$/.exec(name)![0], files[name]!);
}

function respond(ending: string, text: string): Response {
  const type = TYPES[ending] ?? "text/plain";
  const headers = { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" };
  return new Response(text, { headers });
}

function pageOf(entry: string): string {
  return `<!DOCTYPE html>
<html lang="en">
  <title>Test</title>
  <link rel="icon" href="data:,">
  <script type="module" src="${entry}" onerror="fetch('${FAILURE}', { method: 'POST' })"></script>
</html>`;
}
