/** Programs written for `tgrid`: unchanged, with the package in its place at either end or both. */
import { assert, assertEquals } from "@std/assert";
import { Child } from "./child.ts";
import { folderOf, KINDS, programOf, published, run, succeed, textOf, tools } from "./workshop.ts";

const PROGRAMS = ["calculator", "objects", "chat", "header", "reconnect"] as const;
const ENDS = ["server", "client"] as const;

/** What `tgrid` is, at one end. */
const MAKES: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  tgrid: () => Promise.resolve({ tgrid: "1.2.1" }),
  sheetbend: async () => ({ tgrid: `file:${await published()}`, ws: "8" }),
};

const PAIRS = [["tgrid", "tgrid"], ["sheetbend", "sheetbend"], ["sheetbend", "tgrid"], [
  "tgrid",
  "sheetbend",
]] as const;

const folders = new Map<string, Promise<string>>();

/** A folder with one make under the name `tgrid`, and all programs in both kinds. */
function folderFor(make: string): Promise<string> {
  const known = folders.get(make);
  if (known !== undefined) return known;
  const made = makeFolder(make);
  folders.set(make, made);
  return made;
}

async function makeFolder(make: string): Promise<string> {
  const dependencies = await MAKES[make]!();
  const files: Record<string, string> = { "package.json": JSON.stringify({ dependencies }) };
  for (const program of PROGRAMS) {
    for (const end of ENDS) {
      files[`${program}/${end}.ts`] = await textOf(`programs/${program}/${end}.ts`);
    }
  }
  const folder = await folderOf(files);
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--install-links"];
  await succeed(["npm", "install", ...flags], { cwd: folder });
  const esbuild = `${await tools()}/.bin/esbuild`;
  const sources = Object.keys(files).filter((path) => path.endsWith(".ts"));
  for (const [format, ending] of [["esm", "mjs"], ["cjs", "cjs"]]) {
    const options = [`--format=${format}`, `--out-extension:.js=.${ending}`, "--outdir=."];
    await succeed([esbuild, ...sources, ...options, "--log-level=warning"], { cwd: folder });
  }
  return folder;
}

/** What both ends of a program print. */
async function printed(program: string, kind: string, pair: readonly string[]): Promise<unknown> {
  const port = closedPort();
  const start = async (end: 0 | 1) =>
    new Child(
      [await programOf("node20"), `${await folderFor(pair[end]!)}/${program}/${ENDS[end]}.${kind}`],
      { env: { PORT: String(port) } },
    );
  await using server = await start(0);
  const first = await server.line();
  await using client = await start(1);
  const clients = await client.rest();
  const servers = await server.rest();
  assertEquals([clients.errors, clients.code, servers.errors, servers.code], ["", 0, "", 0]);
  return { client: clients.lines, server: [first, ...servers.lines] };
}

function closedPort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return listener.addr.port;
}

for (const program of PROGRAMS) {
  let reference: Promise<unknown> | undefined;
  for (const kind of KINDS) {
    for (const pair of PAIRS) {
      Deno.test(`${program} of tgrid prints the same when ${pair[0]} serves ${pair[1]}, as ${kind}`, async () => {
        reference ??= printed(program, "mjs", ["tgrid", "tgrid"]);
        assertEquals(await printed(program, kind, pair), await reference);
      });
    }
  }
}

for (const make of Object.keys(MAKES)) {
  Deno.test(`programs of tgrid compile unchanged when tgrid is ${make}`, async () => {
    const folder = await folderFor(make);
    const tsc = [await programOf("node22"), `${await tools()}/typescript5/bin/tsc`];
    const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "node16"];
    const types = ["--types", "node", "--skipLibCheck", "--esModuleInterop"];
    const roots = ["--typeRoots", `${await tools()}/@types`];
    const files = PROGRAMS.flatMap((program) => ENDS.map((end) => `${program}/${end}.ts`));
    const { stdout } = await run([...tsc, ...options, ...types, ...roots, ...files], {
      cwd: folder,
    });
    assert(files.length === 10);
    assertEquals(stdout, "");
  });
}
