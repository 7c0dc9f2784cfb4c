/**
 * The examples for frameworks in Node, with the built package as it would be published, compiled as
 * a user's project would be: `deno task build:npm`, then `deno task test:ecosystem`. Also programs
 * for TGrid, and package managers. Linux alone, for one package manager is a program for it.
 */
import "./managers.ts";
import "./nestia.ts";
import { published, succeed } from "../npm/workshop.ts";
import { tryOut } from "./client.ts";
import { ROOT, start } from "./example.ts";

const DEPENDENCIES = {
  "@nestjs/common": "12",
  "@nestjs/core": "12",
  "@nestjs/platform-express": "12",
  "@nestjs/platform-ws": "12",
  "@nestjs/websockets": "12",
  "@types/express": "5",
  "@types/node": "20",
  "@types/ws": "8",
  "express": "5",
  "reflect-metadata": "0.2",
  "rxjs": "7",
  "typescript": "5.9",
  "ws": "8",
};

/** As `nest new` has them, and stricter. */
const COMPILER_OPTIONS = {
  target: "es2023",
  module: "nodenext",
  types: ["node"],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  skipLibCheck: true, // Nest's own need it
  rootDir: ".",
  outDir: "built",
};

const FRAMEWORKS = ["express", "nest"];

const folder = Deno.makeTempDirSync({ prefix: "sheetbend-ecosystem-" });
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
let project: Promise<void> | undefined;

for (const framework of FRAMEWORKS) {
  Deno.test(`examples/${framework} serves pages and calls when it runs in Node`, async () => {
    await (project ??= build());
    await using example = await start(["node", `built/${framework}/server.js`], { cwd: folder });
    await tryOut(example);
  });
}

/** The examples in a project of their own, installed and compiled; the first who asks makes it. */
async function build(): Promise<void> {
  const manifest = { type: "module", dependencies: DEPENDENCIES };
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(manifest));
  await succeed(["npm", "install", "--no-audit", "--no-fund"], { cwd: folder });
  await succeed(["cp", "-R", await published(), `${folder}/node_modules/sheetbend`]);
  for (const framework of FRAMEWORKS) {
    await Deno.mkdir(`${folder}/${framework}`);
    const file = `${framework}/server.ts`;
    await Deno.copyFile(`${ROOT}/examples/${file}`, `${folder}/${file}`);
  }
  const config = {
    compilerOptions: COMPILER_OPTIONS,
    files: FRAMEWORKS.map((framework) => `${framework}/server.ts`),
  };
  await Deno.writeTextFile(`${folder}/tsconfig.json`, JSON.stringify(config));
  await succeed(["node", "node_modules/typescript/bin/tsc"], { cwd: folder });
}
