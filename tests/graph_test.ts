import { assertEquals, assertGreater } from "@std/assert";
import { pathToFileURL } from "node:url";
import { filesIn } from "../tools/source.ts";
import { NPM_ONLY_MAP } from "../tools/std_flags.ts";

/** Who imports whom, as types as well: paths from the project's folder. */
type Graph = ReadonlyMap<string, readonly string[]>;

interface Dependency {
  readonly code?: { readonly specifier?: string };
  readonly type?: { readonly specifier?: string };
}

interface Module {
  readonly specifier: string;
  readonly error?: string;
  readonly dependencies?: readonly Dependency[];
}

const ROOT = new URL("../", import.meta.url).href;

/** The project's own part of what `deno info` tells of its entry. */
async function graphOf(entry: string, root = ROOT): Promise<Graph> {
  const npmOnly = import.meta.resolve("@std/assert").startsWith(ROOT);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", ...(npmOnly ? [`--import-map=${NPM_ONLY_MAP}`] : []), entry],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const { modules }: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(modules.filter(({ error }) => error !== undefined), []);
  const pathOf = (specifier = ""): string | undefined =>
    specifier.startsWith(root) ? specifier.slice(root.length) : undefined;
  const own = ({ code, type }: Dependency) => pathOf(code?.specifier ?? type?.specifier) ?? [];
  return new Map(
    modules.flatMap(({ specifier, dependencies = [] }) => {
      const path = pathOf(specifier);
      const isOther = path === undefined || path.startsWith("tools/"); // the stand-ins of packages
      return isOther ? [] : [[path, dependencies.flatMap(own)]];
    }),
  );
}

/** A path for each import that leads back to where the walk came from. */
function cyclesIn(graph: Graph): string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(" → "));
    if (start >= 0 || done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return cycles;
}

/** Imports of features by anyone but `all.ts`, `groups/` and their own folder. */
function intrudersIn(graph: Graph): string[] {
  const featureOf = (path: string) => /^src\/features\/[^/.]+/.exec(path)?.[0];
  return [...graph].flatMap(([path, targets]) => {
    const other = targets.filter((target) => {
      const feature = featureOf(target);
      const mayImport = path === "src/all.ts" || path.startsWith("src/groups/");
      return feature !== undefined && feature !== featureOf(path) && !mayImport;
    });
    return other.map((target) => `${path} → ${target}`);
  });
}

Deno.test("deno info tells of no cycle, no stray file and no intruder", async () => {
  const graph = await graphOf("mod.ts");
  assertEquals(cyclesIn(graph), []);
  assertEquals(intrudersIn(graph), []);
  // what the npm package has for browsers takes the place of the file of its name
  const files = ["mod.ts", ...await filesIn("src", /(?<!_browser)\.ts$/)];
  assertGreater(files.length, 20);
  assertEquals([...graph.keys()].sort(), files.sort());
});

Deno.test("deno info counts what is imported as a type alone", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeTextFile(
      `${folder}/a.ts`,
      'import type { B } from "./b.ts"; export type A = B;',
    );
    await Deno.writeTextFile(`${folder}/b.ts`, 'export type B = import("./a.ts").A[];');
    const graph = await graphOf(`${folder}/a.ts`, `${pathToFileURL(folder)}/`);
    assertEquals(cyclesIn(graph), ["a.ts → b.ts → a.ts"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

function graph(imports: Record<string, readonly string[]>): Graph {
  return new Map(Object.entries(imports));
}

Deno.test("cyclesIn() tells of each cycle, the shortest as well", () => {
  assertEquals(cyclesIn(graph({ a: ["b", "c"], b: ["c"], c: [] })), []);
  assertEquals(cyclesIn(graph({ a: ["b"], b: ["c"], c: ["a"] })), ["a → b → c → a"]);
  assertEquals(cyclesIn(graph({ a: ["a"] })), ["a → a"]);
});

Deno.test("intrudersIn() tells who imports a feature from outside", () => {
  const [streams, reader, callbacks] = ["streams.ts", "streams/reader.ts", "callbacks/mod.ts"]
    .map((name) => `src/features/${name}`) as [string, string, string];
  assertEquals(
    intrudersIn(graph({ "src/all.ts": [streams, callbacks], [streams]: [reader] })),
    [],
  );
  assertEquals(
    intrudersIn(graph({ "src/session/session.ts": [streams], [callbacks]: [reader] })),
    [`src/session/session.ts → ${streams}`, `${callbacks} → ${reader}`],
  );
});
