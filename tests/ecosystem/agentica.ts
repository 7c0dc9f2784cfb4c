/**
 * An agent of `@agentica/core`, with the package installed under the name `tgrid`. The tests have a
 * service of their own because `@agentica/rpc` isn't on npm. The program also compiles drivers of
 * AutoBE's interfaces.
 */
import { assertEquals } from "@std/assert";
import { Child } from "../npm/child.ts";
import { compile, installTGrid, projectOf, tgridsOf } from "./alias.ts";

const DEPENDENCIES = {
  "@agentica/core": "0.31.3",
  "@autobe/interface": "0.10.6",
  "@samchon/openapi": "4.7.1",
  "@types/node": "20.19.0",
  "openai": "5.12.2",
  "typescript": "5.9.3",
  "typia": "9.7.2",
  "ws": "8.18.3",
};

const EVENTS = [
  ["userMessage", [{ type: "text", text: "What is 2 + 3?" }]],
  ["initialize"],
  ["select", "plus"],
  ["call", { x: 2, y: 3 }],
  ["execute", { x: 2, y: 3 }, { sum: 5 }],
  ["describe", "It is 5."],
];

Deno.test("a client talks to an agent of Agentica 0.31.3 when tgrid is an alias", async () => {
  const folder = await projectOf("agentica", DEPENDENCIES);
  await compile(folder);
  assertEquals(await tgridsOf(folder), ["npm:sheetbend"]);
  const ours = await conversationIn(folder);
  assertEquals(ours.events, EVENTS);

  await installTGrid(folder);
  assertEquals(await tgridsOf(folder), ["tgrid"]);
  assertEquals(ours, await conversationIn(folder));
});

/** What the compiled program prints: the agent's controllers, and what it did. */
async function conversationIn(folder: string): Promise<{ controllers: unknown; events: unknown }> {
  await using program = new Child(["node", "bin/src/main.js"], { cwd: folder });
  const { lines, errors, code } = await program.rest();
  assertEquals([lines.length, errors, code], [1, "", 0]);
  return JSON.parse(lines[0]!);
}
