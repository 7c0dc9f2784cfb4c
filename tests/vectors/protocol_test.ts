import { assert, assertEquals } from "@std/assert";
import { BYTES } from "../../src/features/structured/marks.ts";
import handshake from "./handshake.json" with { type: "json" };
import { KINDS } from "../../src/features/streams/messages.ts";
import { RELEASE } from "../../src/features/callbacks/borrowed.ts";
import linked from "./linked.json" with { type: "json" };
import resume from "./resume.json" with { type: "json" };
import references from "./references.json" with { type: "json" };
import structured from "./structured.json" with { type: "json" };

const PAGE = new URL("../../docs/PROTOCOL.md", import.meta.url);
const page = await Deno.readTextFile(PAGE);

/** The first cells of the rows of the table under a heading that begin as given. */
function firstCells(heading: string, begin: RegExp): string[] {
  const section = page.split(/^##+ /m).find((part) => part.startsWith(`${heading}\n`));
  assert(section !== undefined, `there is no heading "${heading}"`);
  return section.split("\n").flatMap((line) => begin.exec(line)?.[1] ?? []);
}

/** Whatever stands in lists, of lists, of frames of vectors. */
function listsIn(value: unknown): unknown[][] {
  if (typeof value === "string") {
    try {
      return listsIn(JSON.parse(value));
    } catch {
      return [];
    }
  }
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(listsIn);
  return Array.isArray(value) ? [value, ...inside] : inside;
}

Deno.test("PROTOCOL.md lists each feature that is offered", () => {
  const features = firstCells("Handshake", /^\| `(\w+)` /);
  assertEquals(features, [...handshake.features, "resume", "trail"]);
});

Deno.test("PROTOCOL.md lists each kind, and a vector has it", () => {
  const kinds = firstCells("Linked messages", /^\| (\d+) /).map(Number);
  assertEquals(kinds, [0, 1, 2, 3, 64, 65, 66, 67]);
  const shown = new Set(listsIn([linked.both, linked.upkeep, resume.both]).map(([kind]) => kind));
  for (const kind of kinds) assert(shown.has(kind), `no vector has the kind ${kind}`);
});

Deno.test("PROTOCOL.md lists each type of marks, and a vector has it", () => {
  const types = firstCells("Structured values", /^\| `"(.)"` /);
  const shown = listsIn(structured.both).filter(([path]) => Array.isArray(path));
  const seen = new Set(shown.map(([, type]) => type).filter((type) => typeof type === "string"));
  assertEquals(new Set(types), new Set([...seen].filter((type) => (type as string).length === 1)));
  assertEquals(types.length, 13);
});

Deno.test("PROTOCOL.md lists the kinds and marks of callbacks and streams, and a vector has them", () => {
  const kinds = firstCells("Callbacks and streams", /^\| (\d+) /).map(Number);
  assertEquals(kinds, [RELEASE, ...Object.keys(KINDS).map(Number)]);
  const lists = listsIn(references.exchanges);
  for (const kind of kinds) assert(lists.some(([one]) => one === kind), `no vector has ${kind}`);
  const types = firstCells("Callbacks and streams", /^\| `"(.)"` /);
  assertEquals(types, ["c", "k", "a", "w", "y"]);
  for (const type of types) assert(lists.some(([, one]) => one === type), `no vector has ${type}`);
});

Deno.test("PROTOCOL.md names no class of bytes that is not told", () => {
  for (const name of ["ArrayBuffer", "DataView"]) {
    assert(page.includes(`\`${name}\``) && Object.hasOwn(BYTES, name));
  }
});

Deno.test("PROTOCOL.md has a heading or a file for each of its links", async () => {
  const headings = [...page.matchAll(/^##+ (.+)$/gm)].map(([, title]) =>
    title!.toLowerCase().replace(/[^\w ]/g, "").replaceAll(" ", "-")
  );
  const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link!);
  assert(links.length > 10);
  for (const link of links) {
    if (link.startsWith("#")) assert(headings.includes(link.slice(1)), link);
    else await Deno.stat(new URL(link, PAGE));
  }
});
