/**
 * A Nest application of Nestia's, with the package installed under the name `tgrid`: the SDK that its
 * generator writes is the one that it writes with TGrid, and its calls work.
 */
import { assert, assertEquals } from "@std/assert";
import { filesIn } from "../../tools/source.ts";
import { Child } from "../npm/child.ts";
import { folderOf, succeed } from "../npm/workshop.ts";
import { start } from "./example.ts";
import { startRegistry } from "./registry.ts";

const SOURCES = `${import.meta.dirname}/nestia`;

/** Each generation of the generator, and the version of typia that goes with it. */
const GENERATIONS: Readonly<Record<string, string>> = {
  "6.0.6": "9.7.2",
  "7.4.0": "9.7.2",
  "11.3.4": "12.1.1",
};

const FLAGS = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];

for (const [version, typia] of Object.entries(GENERATIONS)) {
  Deno.test(`Nestia ${version} writes the same SDK and its calls work when tgrid is an alias`, async () => {
    const folder = await project({ ...dependenciesOf(version, typia) });
    await generate(folder);
    const ours = await textsIn(`${folder}/api`);
    assertEquals(await tgridsOf(folder), ["npm:sheetbend"]);
    await tryOut(folder);

    await succeed(["npm", "install", ...FLAGS, "tgrid@1.2.1"], { cwd: folder });
    assertEquals(await tgridsOf(folder), ["tgrid"]);
    await generate(folder);
    assert(ours["functional/calculate/index.ts"]?.includes("new WebSocketConnector("));
    assertEquals(ours, await textsIn(`${folder}/api`));
  });
}

function dependenciesOf(version: string, typia: string): Record<string, string> {
  return {
    "@nestia/core": version,
    "@nestia/fetcher": version,
    "@nestia/sdk": version,
    "@nestjs/common": "11.1.6",
    "@nestjs/core": "11.1.6",
    "@nestjs/platform-express": "11.1.6",
    "@types/node": "20.19.0",
    "reflect-metadata": "0.2.2",
    "rxjs": "7.8.2",
    "tgrid": "npm:sheetbend@^1.2.1", // as packages that depend on TGrid ask for it
    "ts-node": "10.9.2",
    "ts-patch": "3.3.0",
    typia,
    "typescript": "5.9.3",
    "ws": "7.5.10",
  };
}

/** The application in a folder, with its dependencies installed. */
async function project(dependencies: Record<string, string>): Promise<string> {
  const files: Record<string, string> = {
    "package.json": JSON.stringify({ private: true, dependencies }),
    ...await textsIn(SOURCES),
  };
  const folder = await folderOf(files);
  await using registry = await startRegistry();
  await succeed(["npm", "install", ...FLAGS, "--registry", registry.url], { cwd: folder });
  await succeed(["node", "node_modules/ts-patch/bin/ts-patch.js", "install"], { cwd: folder });
  return folder;
}

async function generate(folder: string): Promise<void> {
  await Deno.remove(`${folder}/api`, { recursive: true }).catch(() => {}); // it need not be there
  const sdk = "node_modules/@nestia/sdk/lib/executable/sdk.js";
  await succeed(["node", sdk, "sdk"], { cwd: folder });
}

/** What is installed under the name `tgrid`, for every package that depends on it. */
async function tgridsOf(folder: string): Promise<string[]> {
  const printed = await succeed(["npm", "ls", "tgrid", "--all", "--parseable", "--long"], {
    cwd: folder,
  });
  const lines = printed.trim().split("\n").filter((line) => /[\\/]tgrid:/.test(line));
  return lines.map((line) => /:tgrid@(npm:[a-z]+)/.exec(line)?.[1] ?? /:([a-z]+)@/.exec(line)![1]!);
}

/** Compiles the application and a client with the SDK, and runs both. */
async function tryOut(folder: string): Promise<void> {
  await succeed(["node", "node_modules/typescript/bin/tsc"], { cwd: folder });
  await using server = await start(["node", "bin/src/main.js"], { cwd: folder });
  await using client = new Child(["node", "bin/src/client.js", server.url], { cwd: folder });
  const { lines, errors, code } = await client.rest();
  assertEquals([lines, errors, code], [
    ["3", "105", "132", "ada 7: plus 5, ada 7: pow 32"],
    "",
    0,
  ]);
}

async function textsIn(folder: string): Promise<Record<string, string>> {
  const paths = await filesIn(folder, /./);
  const entries = await Promise.all(
    paths.map(async (path) =>
      [path.slice(folder.length + 1), await Deno.readTextFile(path)] as const
    ),
  );
  return Object.fromEntries(entries);
}
