/** Functions and streams in both directions, with the built package in Node and Bun at either end. */
import { assertEquals } from "@std/assert";
import { Child } from "./child.ts";
import { CLOSED, PASSED } from "./peers/passing.mjs";
import { folderWith, HEADS, programOf, type Runtime, RUNTIMES, textOf } from "./workshop.ts";

let folder: Promise<string> | undefined;

async function makeFolder(): Promise<string> {
  return await folderWith({
    packages: { ws: "ws8" },
    files: {
      "main.mjs": HEADS.mjs + await textOf("peers/passing_end.js"),
      "passing_worker.mjs": HEADS.mjs + await textOf("peers/passing_worker.js"),
      "passing.mjs": await textOf("peers/passing.mjs"),
    },
  });
}

async function start(runtime: Runtime, env: Record<string, string> = {}): Promise<Child> {
  folder ??= makeFolder();
  return new Child([await programOf(runtime), `${await folder}/main.mjs`], { env });
}

const BOTH = JSON.parse(JSON.stringify({ there: PASSED, back: PASSED, closed: CLOSED }));

RUNTIMES.forEach((runtime, at) => {
  const other = RUNTIMES[(at + 1) % RUNTIMES.length]!;
  Deno.test(`functions and streams pass both ways when ${runtime} serves ${other}, and in its workers`, async () => {
    await using server = await start(runtime);
    const { port } = JSON.parse(await server.line());
    await using client = await start(other, { URL: `ws://127.0.0.1:${port}` });
    const { code, lines, errors } = await client.rest();
    assertEquals([code, errors], [0, ""], lines.join("\n"));
    const ways = ["a socket", "a process", "a thread", "a port"];
    assertEquals(
      lines.map((line, way) => [ways[way], JSON.parse(line)]),
      ways.map((way) => [way, BOTH]),
    );
    const served = await server.rest();
    assertEquals([served.code, served.errors, served.lines], [0, "", ["12"]]);
  });
});
