import { openWorkshop, type Workshop } from "../contract/workshop.ts";
import { BUILT, type Kind, KINDS, succeed } from "../npm/workshop.ts";

/** How a program gets at the package. */
const HEADS: Readonly<Record<Kind, (name: string) => string>> = {
  mjs: (name) =>
    `import * as lib from "sheetbend";\nimport { main } from "./${name}.mjs";\nawait main(lib);\n`,
  cjs: (name) =>
    `const lib = require("sheetbend");\nimport("./${name}.mjs").then(({ main }) => main(lib));\n`,
};

/** What a page takes of the package: what a client needs, by name, as pages do. */
const PAGE = `import {
  ConnectionClosedError, DeadlineError, Driver, EncodeError, NotSentError, RemoteError, StateError,
  structured, WebSocketConnector, WebSocketError, WorkerConnector,
} from "sheetbend";
import { main } from "./matrix_page.mjs";
class WebSocketServer {} // a page has none
main({
  ConnectionClosedError, DeadlineError, Driver, EncodeError, NotSentError, RemoteError, StateError,
  structured, WebSocketConnector, WebSocketError, WebSocketServer, WorkerConnector,
});
`;

/** And what a page's worker takes. */
const WORKER = `import {
  ConnectionClosedError, currentCall, NotSentError, structured, WebSocketError, WorkerServer,
} from "sheetbend";
import { main } from "./matrix_worker.mjs";
main({
  ConnectionClosedError, currentCall, NotSentError, structured, WebSocketError, WorkerServer,
});
`;

/** The programs of processes, in two parts: the head, and what is bundled once for both kinds. */
const ENDS = ["client", "server", "worker_client", "worker"] as const;
/** One of them. */
export type ProgramName = typeof ENDS[number];

/** A folder with the built package and the programs of the matrix. */
export interface MatrixWorkshop extends AsyncDisposable {
  readonly folder: string;
  /** The file of a program. */
  program(end: ProgramName, kind: Kind): string;
  /** The page's script: the package and the cases, by esbuild. */
  readonly script: string;
  /** The script of the page's workers: a classic one. */
  readonly workerScript: string;
}

/** Packs the package as it would be published, installs it, and bundles each program once. */
export async function openMatrixWorkshop(): Promise<MatrixWorkshop> {
  const packed = await pack();
  try {
    const workshop = await openWorkshop({
      programs: [...ENDS, "page"].map((name) =>
        new URL(`./programs/matrix_${name}.ts`, import.meta.url)
      ),
      packages: [packed.file, "ws@8", "esbuild@0.28"],
    });
    return await finish(workshop).catch(async (error) => {
      await workshop[Symbol.asyncDispose]();
      throw error;
    });
  } finally {
    await Deno.remove(packed.folder, { recursive: true });
  }
}

async function pack(): Promise<{ readonly folder: string; readonly file: string }> {
  await Deno.stat(`${BUILT}/package.json`).catch((cause) => {
    throw new Error(`"${BUILT}" holds no package: run "deno task build:npm" first`, { cause });
  });
  const folder = await Deno.makeTempDir({ prefix: "matrix-" });
  const printed = await succeed(["npm", "pack", "--json", "--pack-destination", folder], {
    cwd: BUILT,
  });
  const [{ filename }] = JSON.parse(printed);
  return { folder, file: `${folder}/${filename}` };
}

async function finish(workshop: Workshop): Promise<MatrixWorkshop> {
  const { folder } = workshop;
  for (const kind of KINDS) {
    for (const end of ENDS) {
      await Deno.writeTextFile(`${folder}/${end}.${kind}`, HEADS[kind](`matrix_${end}`));
    }
  }
  return {
    folder,
    script: await bundle(folder, { name: "page", text: PAGE, format: "esm" }),
    workerScript: await bundle(folder, { name: "page_worker", text: WORKER, format: "iife" }),
    program: (end, kind) => `${folder}/${end}.${kind}`,
    [Symbol.asyncDispose]: () => workshop[Symbol.asyncDispose](),
  };
}

/** A script for a page, as esbuild makes it; gives its file. */
async function bundle(folder: string, { name, text, format }: {
  readonly name: string;
  readonly text: string;
  readonly format: "esm" | "iife";
}): Promise<string> {
  await Deno.writeTextFile(`${folder}/${name}.mjs`, text);
  const script = `${folder}/${name}.js`;
  const options = ["--bundle", "--minify", `--format=${format}`, "--platform=browser"];
  const esbuild = `${folder}/node_modules/.bin/esbuild`;
  const command = [esbuild, `${folder}/${name}.mjs`, ...options, "--keep-names"];
  await succeed([...command, `--outfile=${script}`]);
  return script;
}
