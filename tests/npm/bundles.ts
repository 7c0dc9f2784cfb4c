/** What of the package ends up in a web page that uses the connector alone. */
import { assert, assertEquals } from "@std/assert";
import { filesIn } from "../../tools/source.ts";
import { folderWith, programOf, succeed, tools } from "./workshop.ts";

/**
 * The most that the connector may weigh, minified and compressed, in bytes: what it weighs today, so
 * that it grows no further. The aim is 8,000.
 */
const CEILING = 18_000;

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

/** Texts of `src/serve/`, which stay as they are in a bundle. */
const OF_SERVERS = /listenIn|createServer|upgradeWebSocket|Bun\.serve|node:http|text\/plain/;

Deno.test("WebSocketConnector of npm is small and holds no server when esbuild bundles it", async () => {
  const folder = await folderWith({ files: { "page.mjs": PAGE } });
  const options = ["--bundle", "--minify", "--format=esm", "--platform=browser"];
  const files = [`--outfile=${folder}/page.js`, `--metafile=${folder}/meta.json`];
  await succeed([`${await tools()}/.bin/esbuild`, `${folder}/page.mjs`, ...options, ...files]);
  const { outputs } = JSON.parse(await Deno.readTextFile(`${folder}/meta.json`));
  const [{ inputs }] = Object.values(outputs) as [{ inputs: Record<string, unknown> }];
  assert(Object.keys(inputs).some((path) => path.endsWith("/link/dial.js")));
  assertEquals(Object.keys(inputs).filter((path) => path.includes("/serve/")), []);
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

async function check(bundler: string, text: string): Promise<void> {
  assert(!OF_SERVERS.test(text));
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = (await new Response(stream).bytes()).length;
  console.log(`WebSocketConnector by ${bundler}: ${text.length} bytes, ${bytes} compressed`);
  assert(bytes <= CEILING, `${bytes} bytes are more than ${CEILING}`);
}
