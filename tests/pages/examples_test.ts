import { assert, assertEquals, assertGreater } from "@std/assert";
import { NPM_ONLY_MAP } from "../../tools/std_flags.ts";
import { pagePaths, ROOT, type Section, sectionsOf, textOf } from "./page.ts";

/** What the pages' programs import beside this library: for their types, and to run them. */
const PACKAGES: Readonly<Record<string, { types: string; code?: string }>> = {
  "@jest/globals": { types: "npm:@jest/globals@30" },
  "@nats-io/transport-node": { types: "npm:@nats-io/transport-node@3.4.0" },
  "@nestjs/common": { types: "npm:@nestjs/common@11" },
  "@nestjs/core": { types: "npm:@nestjs/core@11" },
  "@nestjs/platform-ws": { types: "npm:@nestjs/platform-ws@11" },
  "@nestjs/websockets": { types: "npm:@nestjs/websockets@11" },
  "express": { types: "npm:@types/express@5" },
  "hono": { types: "npm:hono@4", code: "npm:hono@4" },
  "vitest": { types: "npm:vitest@3" }, // the types of 4 need a package that npm doesn't have
  "ws": { types: "npm:@types/ws@8", code: "npm:ws@8" },
  "zod": { types: "npm:zod@4", code: "npm:zod@4" },
};

/** How long one section may take to print what it says it prints, in ms. */
const PATIENCE = 60_000;

/** A port for one section: below those that systems give to port 0. */
function freePort(): number {
  for (let tries = 0; tries < 1_000; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    try {
      Deno.listen({ hostname: "0.0.0.0", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error("Cannot find a free port");
}

/** The lines that a section's comments say it prints. */
function expectedLines({ blocks }: Section): string[] {
  return blocks.filter(({ isRun }) => isRun).flatMap(({ code }) =>
    [...code.matchAll(/console\.log\(.*\)[;,]? \/\/ (.+)$/gm)].map(([, line]) => line!)
  );
}

/** The program that runs a page's sections, one after another, and prints what each printed. */
function runnerOf(folders: readonly string[], sections: readonly Section[]): string {
  const parts = sections.map((section, i) => ({
    heading: section.heading,
    files: section.blocks.filter(({ isRun }) => isRun).map(({ file }) => `${folders[i]}/${file}`),
    expected: expectedLines(section),
  }));
  return `
const print = console.log;
for (const { heading, files, expected } of ${JSON.stringify(parts)}) {
  const lines = [];
  console.log = (...values) => {
    const told = values.map((value) => typeof value === "string" ? value : Deno.inspect(value));
    lines.push(...told.join(" ").split("\\n"));
  };
  for (const file of files) await import(file);
  const end = performance.now() + ${PATIENCE};
  while (!expected.every((line) => lines.includes(line)) && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  print(JSON.stringify({ heading, missing: expected.filter((line) => !lines.includes(line)), lines }));
}
Deno.exit();
`;
}

/** \`deno.json\` of the folder with the pages' programs. */
async function configOf(kind: "types" | "code"): Promise<string> {
  const { imports, compilerOptions } = JSON.parse(await textOf("deno.json"));
  const npmOnly = import.meta.resolve("@std/assert").startsWith(ROOT.href);
  const std: Record<string, string> = npmOnly
    ? JSON.parse(await textOf(NPM_ONLY_MAP)).imports
    : imports;
  const base = new URL(NPM_ONLY_MAP, ROOT);
  const packages = Object.entries(PACKAGES).flatMap(([name, { types, code }]) => {
    const target = kind === "types" ? types : code;
    return target === undefined
      ? []
      : [[name, target], [`${name}/`, `${target.replace("npm:", "npm:/")}/`]];
  });
  return JSON.stringify({
    compilerOptions,
    lock: false,
    imports: {
      ...Object.fromEntries(
        Object.entries(std).map((
          [key, value],
        ) => [key, value.startsWith(".") ? new URL(value, base).href : value]),
      ),
      ...Object.fromEntries(packages),
      "@sheetbend/rpc": new URL("mod.ts", ROOT).href,
    },
  });
}

async function deno(
  folder: string,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

/** Writes a page's programs, a folder for each section, and the one that runs them. */
async function writePage(folder: string, sections: readonly Section[]): Promise<void> {
  const folders = sections.map((_, i) => `${folder}/section_${i + 1}`);
  for (const [i, { blocks }] of sections.entries()) {
    await Deno.mkdir(folders[i]!, { recursive: true });
    let port = 0;
    for (const { file, code } of blocks) {
      if (port === 0 || /(?<!localhost:)\b8080\b/.test(code)) port = freePort(); // a server
      const bound = code.replaceAll("localhost", "127.0.0.1").replace(/\b8080\b/g, `${port}`);
      await Deno.writeTextFile(`${folders[i]}/${file}`, bound);
    }
  }
  await Deno.writeTextFile(`${folder}/run.js`, runnerOf(folders, sections));
}

Deno.test("the programs of the pages compile, run, and print what their comments say", async (t) => {
  const folder = await Deno.makeTempDir({ prefix: "sheetbend-pages-" });
  try {
    const pages = new Map<string, Section[]>();
    for (const path of await pagePaths()) {
      const sections = sectionsOf(await textOf(path));
      if (sections.length === 0) continue;
      pages.set(path, sections);
      await writePage(`${folder}/${path.replaceAll("/", "_")}`, sections);
    }
    assertGreater(pages.size, 1);
    await t.step("they compile", async () => {
      await Deno.writeTextFile(`${folder}/deno.json`, await configOf("types"));
      const { code, err } = await deno(folder, "check", "-q", ".");
      assertEquals(code, 0, err);
    });
    await Deno.writeTextFile(`${folder}/deno.json`, await configOf("code"));
    for (const [path, sections] of pages) {
      await t.step(`${path} prints what it says`, async () => {
        const program = `${folder}/${path.replaceAll("/", "_")}/run.js`;
        // for a program with `reusePort`
        const flags = ["-A", "-q", "--no-check", "--unstable-net"];
        const { code, out, err } = await deno(folder, "run", ...flags, program);
        assertEquals(code, 0, `${out}\n${err}`);
        const told = out.trim().split("\n").map((line) => JSON.parse(line));
        assertEquals(
          told.map(({ heading, missing }) => ({ heading, missing })),
          sections.map(({ heading }) => ({ heading, missing: [] })),
          `${out}\n${err}`,
        );
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("sectionsOf() finds the programs of a page when blocks are named, run or not", () => {
  const page = "# A\n```ts\n// one.ts\n# no heading\n```\n## B\n```ts no-run\nx\n```\n" +
    "```ts ignore\n```\n```sh\n```\n```ts\nconsole.log(1); // 1\n```\n";
  const sections = sectionsOf(page);
  assertEquals(
    sections.map(({ heading, blocks }) => [
      heading,
      ...blocks.map(({ file, isRun }) => `${file} ${isRun}`),
    ]),
    [
      ["A", "one.ts true"],
      ["B", "block_1.ts false", "block_2.ts true"],
    ],
  );
  assertEquals(expectedLines(sections[1]!), ["1"]);
  assert(sections[0]!.blocks[0]!.code.includes("# no heading"));
});
