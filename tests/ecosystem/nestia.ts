/**
 * A Nest application of Nestia's, with the package installed under the name `tgrid`: the SDK that its
 * generator writes is the one that it writes with TGrid, and its calls and benchmarks work.
 */
import { assert, assertEquals } from "@std/assert";
import { Child } from "../npm/child.ts";
import { succeed } from "../npm/workshop.ts";
import { compile, installTGrid, projectOf, textsIn, tgridsOf } from "./alias.ts";
import { start } from "./example.ts";
import { tryBenchmark } from "./nestia_benchmark.ts";

/** The versions of the packages beside the generator's. */
interface Beside {
  readonly typia: string;
  readonly benchmark: string;
}

/** Each generation of the generator, and the versions that go with it. */
const GENERATIONS: Readonly<Record<string, Beside>> = {
  "6.0.6": { typia: "9.7.2", benchmark: "6.0.6" },
  "7.4.0": { typia: "9.7.2", benchmark: "7.4.0" },
  "11.3.4": { typia: "12.1.1", benchmark: "10.0.2" }, // npm has none later
};

for (const [version, beside] of Object.entries(GENERATIONS)) {
  Deno.test(`Nestia ${version} writes the same SDK when tgrid is an alias, and its calls and benchmarks work`, async () => {
    const folder = await project(dependenciesOf(version, beside));
    await generate(folder);
    const ours = await textsIn(`${folder}/api`);
    assertEquals(await tgridsOf(folder), ["npm:sheetbend"]);
    await compile(folder);
    await tryOut(folder);
    await tryBenchmark(folder);

    await installTGrid(folder);
    assertEquals(await tgridsOf(folder), ["tgrid"]);
    await tryBenchmark(folder); // what is expected above is what TGrid does
    await generate(folder);
    assert(ours["functional/calculate/index.ts"]?.includes("new WebSocketConnector("));
    assertEquals(ours, await textsIn(`${folder}/api`));
  });
}

function dependenciesOf(version: string, { typia, benchmark }: Beside): Record<string, string> {
  return {
    "@nestia/benchmark": benchmark,
    "@nestia/core": version,
    "@nestia/fetcher": version,
    "@nestia/sdk": version,
    "@nestjs/common": "11.1.6",
    "@nestjs/core": "11.1.6",
    "@nestjs/platform-express": "11.1.6",
    "@types/node": "20.19.0",
    "reflect-metadata": "0.2.2",
    "rxjs": "7.8.2",
    "ts-node": "10.9.2",
    "ts-patch": "3.3.0",
    typia,
    "typescript": "5.9.3",
    "ws": "7.5.10",
  };
}

/** The application in a folder, with its dependencies installed. */
async function project(dependencies: Record<string, string>): Promise<string> {
  const folder = await projectOf("nestia", dependencies);
  await succeed(["node", "node_modules/ts-patch/bin/ts-patch.js", "install"], { cwd: folder });
  return folder;
}

async function generate(folder: string): Promise<void> {
  await Deno.remove(`${folder}/api`, { recursive: true }).catch(() => {}); // it need not be there
  const sdk = "node_modules/@nestia/sdk/lib/executable/sdk.js";
  await succeed(["node", sdk, "sdk"], { cwd: folder });
}

/** Runs the compiled application, and a client with the SDK. */
async function tryOut(folder: string): Promise<void> {
  await using server = await start(["node", "bin/src/main.js"], { cwd: folder });
  await using client = new Child(["node", "bin/src/client.js", server.url], { cwd: folder });
  const { lines, errors, code } = await client.rest();
  assertEquals([lines, errors, code], [
    ["3", "105", "132", "ada 7: plus 5, ada 7: pow 32"],
    "",
    0,
  ]);
}
