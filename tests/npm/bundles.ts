/** What of the package ends up in a web page that uses the connector alone. */
import { assert, assertEquals } from "@std/assert";
import { ENTRIES } from "../../tools/sizes/entries.ts";
import { MOST_BESIDE_STRUCTURED, MOST_BYTES } from "../../tools/sizes/limit.ts";
import { FLAGS, gzippedLength } from "../../tools/sizes/measure.ts";
import { FOR_BROWSERS } from "../../tools/npm/package.ts";
import { filesIn } from "../../tools/source.ts";
import { folderWith, programOf, succeed, tools } from "./workshop.ts";

const PAGE = `import { WebSocketConnector } from "sheetbend";
globalThis.connector = new WebSocketConnector(null, null);
`;

const VITE = `import { build } from "vite";
await build({
  root: process.argv[2],
  logLevel: "silent",
  build: {
    outDir: "vite",
    minify: true,
    modulePreload: { polyfill: false },
    rollupOptions: { input: process.argv[2] + "/page.mjs" },
  },
});
`;

/** Texts of servers and of the whole loader of `ws`, which stay as they are in a bundle. */
const NOT_FOR_PAGES =
  /listenIn|createServer|upgradeWebSocket|Bun\.serve|node:http|text\/plain|createWebSocketStream/;

Deno.test("WebSocketConnector of npm is small and holds no server when esbuild bundles it", async () => {
  const folder = await folderWith({ files: { "page.mjs": ENTRIES[0]!.source } });
  const files = [`--outfile=${folder}/page.js`, `--metafile=${folder}/meta.json`];
  await succeed([`${await tools()}/.bin/esbuild`, `${folder}/page.mjs`, ...FLAGS, ...files]);
  const { outputs } = JSON.parse(await Deno.readTextFile(`${folder}/meta.json`));
  const [{ inputs }] = Object.values(outputs) as [{ inputs: Record<string, unknown> }];
  const paths = Object.keys(inputs);
  assert(paths.some((path) => path.endsWith("/ends/dial.js")));
  const runtimes = paths.map((path) => /\/runtimes\/(.*)\.js$/.exec(path)?.[1])
    .filter((name) => name !== undefined);
  assertEquals(runtimes, [`ws_package${FOR_BROWSERS}`]);
  await check("esbuild", await Deno.readTextFile(`${folder}/page.js`));
});

Deno.test("WebSocketConnector of npm is small and holds no server when Vite bundles it", async () => {
  const folder = await folderWith({ files: { "page.mjs": PAGE } });
  const modules = await tools();
  await Deno.writeTextFile(`${modules}/../vite.mjs`, VITE);
  await succeed([await programOf("node22"), `${modules}/../vite.mjs`, folder]);
  const assets = await filesIn(`${folder}/vite`, /./);
  assertEquals(assets.length, 1); // nothing else that would be loaded later
  await check("Vite", await Deno.readTextFile(assets[0]!));
});

Deno.test("callbacks and streams of npm add little to a bundle with structured", async () => {
  const before = await bundled("");
  for (const [name, most] of Object.entries(MOST_BESIDE_STRUCTURED)) {
    const added = await bundled(`, ${name}`) - before;
    console.log(`${name} beside structured: ${added} bytes compressed`);
    assert(added > 0 && added <= most, `${name} adds ${added} bytes, more than ${most}`);
  }
});

/** The compressed length of a page with `structured` and these. */
async function bundled(more: string): Promise<number> {
  const source = `export { structured, WebSocketConnector${more} } from "sheetbend";`;
  const folder = await folderWith({ files: { "page.mjs": source } });
  const command = [`${await tools()}/.bin/esbuild`, `${folder}/page.mjs`, ...FLAGS];
  await succeed([...command, `--outfile=${folder}/page.js`]);
  return await gzippedLength(await Deno.readTextFile(`${folder}/page.js`));
}

async function check(bundler: string, text: string): Promise<void> {
  assert(!NOT_FOR_PAGES.test(text));
  const bytes = await gzippedLength(text);
  console.log(`WebSocketConnector by ${bundler}: ${text.length} bytes, ${bytes} compressed`);
  assert(bytes <= MOST_BYTES, `${bytes} bytes are more than ${MOST_BYTES}`);
}
