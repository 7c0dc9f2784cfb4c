import { assertEquals, assertGreater } from "@std/assert";
import { layerFaults, type SourceFile } from "../tools/layers.ts";
import { filesIn } from "../tools/source.ts";
import { NPM_ONLY_MAP } from "../tools/std_flags.ts";

/** What is read of the output of `deno info --json`. */
interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly error?: string;
    readonly dependencies?: readonly Dependency[];
  }[];
}

interface Dependency {
  /** The name as it is written. */
  readonly specifier: string;
  readonly code?: { readonly specifier?: string };
  readonly type?: { readonly specifier?: string };
}

const ROOT = new URL("../", import.meta.url).href;

async function graphOf(entry: string): Promise<Graph> {
  const npmOnly = import.meta.resolve("@std/assert").startsWith(ROOT);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", ...(npmOnly ? [`--import-map=${NPM_ONLY_MAP}`] : []), entry],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The project's own files in the graph, and those of `src/` that are not in it. */
async function sourceFiles({ modules }: Graph): Promise<SourceFile[]> {
  const files = new Map<string, SourceFile>();
  for (const { specifier, error, dependencies = [] } of modules) {
    assertEquals(error, undefined);
    const path = ownPath(specifier);
    if (!path) continue;
    const imports = dependencies.map((one) =>
      ownPath(one.code?.specifier ?? one.type?.specifier ?? "") ?? one.specifier
    );
    files.set(path, { path, imports, text: await Deno.readTextFile(path) });
  }
  for (const path of await filesIn("src", /\.ts$/)) {
    if (files.has(path)) continue;
    files.set(path, { path, imports: [], text: await Deno.readTextFile(path) });
  }
  return [...files.values()];
}

/** `mod.ts` or a path in `src/`. */
function ownPath(specifier: string): string | undefined {
  const path = specifier.startsWith(ROOT) ? specifier.slice(ROOT.length) : "";
  return path === "mod.ts" || path.startsWith("src/") ? path : undefined;
}

Deno.test("layerFaults() finds none when asked about this project", async () => {
  const files = await sourceFiles(await graphOf("mod.ts"));
  assertGreater(files.length, 20);
  assertEquals(layerFaults(files), []);
});

/** A small project in good order; a case puts its own files over it. */
const SOUND: Readonly<Record<string, readonly string[]>> = {
  "mod.ts": ["src/all.ts"],
  "src/all.ts": ["src/websocket_server.ts"],
  "src/websocket_server.ts": ["src/websocket_connector.ts", "src/websocket_acceptor.ts"],
  "src/websocket_connector.ts": ["src/communicator.ts", "src/deadline.ts"],
  "src/websocket_acceptor.ts": ["src/connection.ts", "src/call/router.ts"],
  "src/communicator.ts": ["src/call/router.ts", "src/errors.ts"],
  "src/connection.ts": ["src/communicator.ts", "src/wire/codec.ts", "src/serve/node.ts"],
  "src/call/router.ts": ["src/call/path.ts", "src/types/driver.ts"],
  "src/call/path.ts": [],
  "src/wire/codec.ts": [],
  "src/serve/node.ts": ["node:http"],
  "src/types/driver.ts": [],
  "src/deadline.ts": ["@std/async/deadline", "src/errors.ts"],
  "src/errors.ts": [],
};

function project(changes: Record<string, readonly string[]>, text = "const a = 1;"): SourceFile[] {
  return Object.entries({ ...SOUND, ...changes }).map(([path, imports]) => ({
    path,
    imports,
    text: path in changes ? text : "",
  }));
}

const BROKEN: readonly {
  readonly name: string;
  readonly files: readonly SourceFile[];
  readonly fault: string;
}[] = [
  {
    name: "a file imports from a layer above",
    files: project({ "src/errors.ts": ["src/call/path.ts"] }),
    fault: '"src/errors.ts" imports "src/call/path.ts", from above',
  },
  {
    name: "a file imports mod.ts",
    files: project({ "src/call/path.ts": ["mod.ts"] }),
    fault: '"src/call/path.ts" imports "mod.ts", from above',
  },
  {
    name: "a room imports from the room beside it",
    files: project({ "src/call/router.ts": ["src/call/path.ts", "src/wire/codec.ts"] }),
    fault: '"src/call/router.ts" imports "src/wire/codec.ts", a room beside its own',
  },
  {
    name: "the connector imports the acceptor",
    files: project({ "src/websocket_connector.ts": ["src/websocket_acceptor.ts"] }),
    fault:
      '"src/websocket_connector.ts" imports "src/websocket_acceptor.ts", a room beside its own',
  },
  {
    name: "two files import each other",
    files: project({
      "src/communicator.ts": ["src/connection.ts"],
      "src/connection.ts": ["src/communicator.ts"],
    }),
    fault: "A cycle: src/communicator.ts → src/connection.ts → src/communicator.ts",
  },
  {
    name: "a file imports itself",
    files: project({ "src/call/path.ts": ["src/call/path.ts"] }),
    fault: "A cycle: src/call/path.ts → src/call/path.ts",
  },
  {
    name: "a file is in no layer",
    files: project({ "src/all.ts": ["src/websocket_server.ts", "src/odd/one.ts"] }).concat({
      path: "src/odd/one.ts",
      imports: [],
      text: "",
    }),
    fault: '"src/odd/one.ts" is in no layer',
  },
  {
    name: "nothing imports a file",
    files: project({ "src/call/lost.ts": [] }),
    fault: '"src/call/lost.ts" is not reached from "mod.ts"',
  },
  {
    name: "a package is imported that src/ may not use",
    files: project({ "src/errors.ts": ["@std/async"] }),
    fault: '"src/errors.ts" imports "@std/async", which is not the project\'s',
  },
  {
    name: "a file outside src/serve/ imports from node:",
    files: project({ "src/errors.ts": ["node:util"] }),
    fault: '"src/errors.ts" imports "node:util", which is not the project\'s',
  },
  {
    name: "a file outside src/serve/ names Deno",
    files: project({ "src/errors.ts": [] }, "export const pid = globalThis.Deno?.pid;"),
    fault: '"src/errors.ts" names Deno, which only src/serve/ may',
  },
  {
    name: "a file has over 300 lines of code",
    files: project({ "src/errors.ts": [] }, "// a comment\n\na();\n".repeat(301)),
    fault: '"src/errors.ts" has 301 lines of code, over 300',
  },
];

Deno.test("layerFaults() finds none when a project is in good order", () => {
  assertEquals(layerFaults(project({})), []);
});

for (const { name, files, fault } of BROKEN) {
  Deno.test(`layerFaults() tells when ${name}`, () => {
    const faults = layerFaults(files);
    assertEquals(faults.filter((text) => text === fault).length, 1, faults.join("\n"));
  });
}

Deno.test("layerFaults() takes no offence when Deno stands in a comment, a string or src/serve/", () => {
  const text = [
    "/** ```ts",
    ' * Deno.serve(() => new Response("ok"));',
    " * ```",
    " */",
    'export const hint = "use Deno.serve"; // Deno.serve',
    "const list = `${hint} // Bun.serve`;",
    'export const quote = /["\'`]/; // Deno.exit("',
  ].join("\n");
  assertEquals(layerFaults(project({ "src/errors.ts": [] }, text)), []);
  assertEquals(layerFaults(project({ "src/serve/node.ts": [] }, "Deno.exit();")), []);
});

Deno.test("layerFaults() counts no comments and no blank lines when a file is long", () => {
  const text = "/*\n\n*/\n// one\n\na(); // two\n".repeat(300);
  assertEquals(layerFaults(project({ "src/errors.ts": [] }, text)), []);
});
