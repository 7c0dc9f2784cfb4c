/**
 * The examples for Node, with the built package as it would be published, compiled as a user's
 * project would be: `deno task build:npm`, then `deno task test:ecosystem`. Also programs for TGrid,
 * and package managers. Linux alone, for one package manager is a program for it.
 */
import { assertEquals } from "@std/assert";
import { Child } from "../npm/child.ts";
import "./agentica.ts";
import "./managers.ts";
import "./nestia.ts";
import { published, succeed } from "../npm/workshop.ts";
import { tryOut } from "./client.ts";
import { ROOT, start } from "./example.ts";
import "./workers_suite.ts";

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
  "tsx": "4",
  "typescript": "5.9",
  "ws": "8",
  "zod": "4",
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
  rewriteRelativeImportExtensions: true, // the queue imports "./shared.ts"
  rootDir: ".",
  outDir: "built",
};

const FRAMEWORKS = ["express", "nest"];

/** The examples, and their files. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  express: ["server.ts"],
  nest: ["server.ts"],
  queue: ["client.ts", "demo.ts", "server.ts", "shared.ts", "workers.ts"],
};

/** What the demo of the queue prints, whole; `PORT` stands for the port. */
const QUEUE_TRANSCRIPT = `
1. Tokens
  stranger: WebSocketError (3001)
  connected
2. Progress
  one: 25%, 1.png resized
  one: 50%, 2.png resized
  one: 75%, 3.png resized
  one: 100%, 4.png resized
  one: resized 4
3. Five jobs for two workers, at most four of one client, one canceled
  a: 33%, 1.png resized
  b: 33%, 1.png resized
  c: 0%, queued at place 1
  d: 0%, queued at place 2
  e: trying again after BusyError (REMOTE), may have run: no
  c: 50%, 1.png resized
  c: 100%, 2.png resized
  d: 50%, 1.png resized
  d: 100%, 2.png resized
  a: 67%, 2.png resized
  a: 100%, 3.png resized
  a: resized 3
  b: Error (No longer needed), may have run: unknown
  c: resized 2
  d: resized 2
  e: resized 1
  b: {"id":"b","state":"stopped","step":1}
4. A timeout
  late: DeadlineError (DEADLINE), may have run: unknown
  late: stopped
5. Invalid arguments, and errors with codes
  none: ValidationError (REMOTE), may have run: no
  none: undefined
  corrupt: JobError (CORRUPT_IMAGE), may have run: yes
  flaky: trying again after JobError (STORAGE_BUSY), may have run: yes
  flaky: 100%, flaky.png resized
  flaky: resized 1
6. SIGTERM, and a new server
  x: 50%, 1.png resized
  y: 50%, 1.png resized
  z: 0%, queued at place 1
  z: trying again after JobError (SHUTTING_DOWN), may have run: yes
  bob: WebSocketError (1006)
  x: 100%, 2.png resized
  x: resized 2
  y: 100%, 2.png resized
  y: resized 2
  disconnected: 1001 The server is closing
  connected
  z: 50%, 1.png resized
  z: 100%, 2.png resized
  z: resized 2
The first server's log:
  listening on ws://127.0.0.1:PORT
  ada connected
  ada: one started
  ada: one done
  ada: a started
  ada: b started
  ada: run failed: BusyError: Cannot call "run": too many calls are running
  ada: b stopped, because its caller no longer waits
  ada: c started
  ada: c done
  ada: d started
  ada: d done
  ada: e started
  ada: e done
  ada: a done
  ada: late started
  ada: late stopped, because its caller no longer waits
  ada: run failed: ValidationError: Cannot call "run": its arguments are invalid
  ada: corrupt started
  ada: run failed: JobError: Cannot read corrupt.png
  ada: flaky started
  ada: run failed: JobError: Cannot store flaky.png now
  ada: flaky started
  ada: flaky done
  ada: x started
  ada: y started
  SIGTERM: shutting down
  ada: run failed: JobError: The server starts no more jobs
  ada: x done
  ada: y done
  ada disconnected
  closed
  exit code 0
The second server's log:
  listening on ws://127.0.0.1:PORT
  ada connected
  ada: z started
  ada: z done
  ada disconnected
  SIGINT: shutting down
  closed
  exit code 0
`;

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

Deno.test("examples/queue prints its transcript when its demo runs in Node with tsx", async () => {
  await (project ??= build());
  await using demo = new Child(["node", "--import", "tsx", "queue/demo.ts"], { cwd: folder });
  const { code, lines, errors } = await demo.rest();
  const printed = lines.join("\n").replaceAll(/(?<=127\.0\.0\.1:)\d+/g, "PORT");
  assertEquals(
    { code, printed, errors },
    { code: 0, printed: QUEUE_TRANSCRIPT.trim(), errors: "" },
  );
});

/** The examples in a project of their own, installed and compiled; the first who asks makes it. */
async function build(): Promise<void> {
  const manifest = { type: "module", dependencies: DEPENDENCIES };
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(manifest));
  await succeed(["npm", "install", "--no-audit", "--no-fund"], { cwd: folder });
  await succeed(["cp", "-R", await published(), `${folder}/node_modules/sheetbend`]);
  const files: string[] = [];
  for (const [example, names] of Object.entries(EXAMPLES)) {
    await Deno.mkdir(`${folder}/${example}`);
    files.push(...names.map((name) => `${example}/${name}`));
  }
  for (const file of files) await Deno.copyFile(`${ROOT}/examples/${file}`, `${folder}/${file}`);
  const config = { compilerOptions: COMPILER_OPTIONS, files };
  await Deno.writeTextFile(`${folder}/tsconfig.json`, JSON.stringify(config));
  await succeed(["node", "node_modules/typescript/bin/tsc"], { cwd: folder });
}
