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
  structured, WebSocketConnector, WebSocketError,
} from "sheetbend";
import { main } from "./matrix_page.mjs";
class WebSocketServer {} // a page has none
main({
  ConnectionClosedError, DeadlineError, Driver, EncodeError, NotSentError, RemoteError, StateError,
  structured, WebSocketConnector, WebSocketError, WebSocketServer,
});
`;

const PROGRAMS = ["matrix_client", "matrix_server", "matrix_page"] as const;

/** A folder with the built package and the programs of the matrix. */
export interface MatrixWorkshop extends AsyncDisposable {
  readonly folder: string;
  /** The file of the client's program, or of the server's. */
  program(end: "client" | "server", kind: Kind): string;
  /** The page's script: the package and the cases, by esbuild. */
  readonly script: string;
}

/** Packs the package as it would be published, installs it, and bundles each program once. */
export async function openMatrixWorkshop(): Promise<MatrixWorkshop> {
  const packed = await pack();
  try {
    const workshop = await openWorkshop({
      programs: PROGRAMS.map((name) => new URL(`./programs/${name}.ts`, import.meta.url)),
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
    for (const end of ["client", "server"]) {
      await Deno.writeTextFile(`${folder}/${end}.${kind}`, HEADS[kind](`matrix_${end}`));
    }
  }
  await Deno.writeTextFile(`${folder}/page.mjs`, PAGE);
  const script = `${folder}/page.js`;
  const options = ["--bundle", "--minify", "--format=esm", "--platform=browser", "--keep-names"];
  const esbuild = `${folder}/node_modules/.bin/esbuild`;
  await succeed([esbuild, `${folder}/page.mjs`, ...options, `--outfile=${script}`]);
  return {
    folder,
    script,
    program: (end, kind) => `${folder}/${end}.${kind}`,
    [Symbol.asyncDispose]: () => workshop[Symbol.asyncDispose](),
  };
}
