/** Node 20, which has no `WebSocket`, with and without the `ws` package; TLS. */
import { assertEquals } from "@std/assert";
import { WebSocketServer } from "../../mod.ts";
import {
  folderWith,
  HEADS,
  KINDS,
  programOf,
  run,
  type Runtime,
  RUNTIMES,
  succeed,
  tools,
} from "./workshop.ts";

/** Connects to PORT, opens a server, and prints what became of either. */
const PROGRAM = `
const told = (promise) => promise.then(() => "fine", (error) => error.message);
async function main() {
  const connector = new lib.WebSocketConnector(null, null);
  const url = "ws://127.0.0.1:" + process.env.PORT;
  console.log(await told(connector.connect(url, { timeout: 60_000 })).then((text) => text.replace(url, "URL")));
  if (connector.state === 1) await connector.close();
  const server = new lib.WebSocketServer();
  console.log(await told(server.open({ port: 0, hostname: "127.0.0.1" }, () => {})));
  if (server.state === 1) await server.close();
}
main();
`;

/** As a bundler for browsers has it in place of the real one. */
const STAND_IN = {
  "package.json": '{ "name": "ws", "version": "8.0.0", "main": "browser.js" }',
  "browser.js": "module.exports = function () { throw new Error('not in a browser'); };\n",
};

const MISSING =
  'the "ws" package is missing. Run "npm install ws" where the program runs. Bundles don\'t include it.';
/** Shorter, because every web page loads it. */
const MISSING_IN_BUNDLE = 'the "ws" package is missing. Run "npm install ws".';
const OLD = 'the "ws" package is too old. Install version 7.1 or later.';
const BROWSER = 'the "ws" package is a stub for browsers. Bundle the program for Node.';

const both = (why: string): string[] => [
  `Cannot connect to "URL": ${why}`,
  `Cannot open a server: ${why}`,
];

for (const kind of KINDS) {
  const cases: readonly [
    string,
    Runtime,
    Parameters<typeof folderWith>[0]["packages"],
    string[],
  ][] = [
    ["ws is not installed", "node20", {}, both(MISSING)],
    ["ws is of version 6", "node20", { ws: "ws6", "async-limiter": "async-limiter" }, both(OLD)],
    ["ws is a stub for browsers", "node20", { ws: STAND_IN }, both(BROWSER)],
    ["ws is of version 7", "node20", { ws: "ws7" }, ["fine", "fine"]],
    ["ws is of version 8", "node20", { ws: "ws8" }, ["fine", "fine"]],
    ["the runtime has a WebSocket", "node22", {}, ["fine", both(MISSING)[1]!]],
    ["the runtime has a server, too", "bun", {}, ["fine", "fine"]],
  ];
  for (const [when, runtime, packages, expected] of cases) {
    Deno.test(`connect() and open() of npm say what is wrong when ${when}, as ${kind}`, async () => {
      const folder = await folderWith({
        packages: packages ?? {},
        files: { [`main.${kind}`]: HEADS[kind] + PROGRAM },
      });
      assertEquals(await printedBy([await programOf(runtime), `${folder}/main.${kind}`]), expected);
    });
  }
}

Deno.test("connect() of npm works in Node 20 when it was bundled for browsers, with its polyfills", async () => {
  assertEquals(await bundledWith({ ws: "ws8" }), ["fine"]);
});

Deno.test("connect() of npm says what is wrong when it was bundled for browsers and runs in Node 20", async () => {
  assertEquals(await bundledWith({}), [both(MISSING_IN_BUNDLE)[0]]);
});

async function bundledWith(packages: Record<string, string>): Promise<string[]> {
  const program = PROGRAM.replace(/ {2}const server = [^]*server\.close\(\);\n/, "");
  const text =
    `import { WebSocketConnector } from "sheetbend";\nconst lib = { WebSocketConnector };\n`;
  const folder = await folderWith({ packages, files: { "main.mjs": text + program } });
  const options = ["--bundle", "--minify", "--format=esm", "--platform=browser"];
  const files = [`${folder}/main.mjs`, `--outfile=${folder}/out/main.mjs`];
  await succeed([`${await tools()}/.bin/esbuild`, ...files, ...options]);
  return await printedBy([await programOf("node20"), `${folder}/out/main.mjs`]);
}

async function printedBy(command: readonly string[]): Promise<string[]> {
  await using server = new WebSocketServer<null, null, null>();
  await server.open({ port: 0, hostname: "127.0.0.1" }, (acceptor) => acceptor.accept(null));
  const { code, stdout, stderr } = await run(command, {
    env: { PORT: String(server.address!.port) },
  });
  assertEquals([code, stderr], [0, ""]);
  return stdout.trimEnd().split("\n");
}

const TLS = `
async function main() {
  const { readFileSync } = await import("node:fs");
  const [key, cert] = ["key", "cert"].map((name) => readFileSync(process.argv[2] + "/" + name + ".pem", "utf8"));
  const server = new lib.WebSocketServer(key, cert);
  await server.open(0, (acceptor) => acceptor.accept({ path: () => acceptor.path }));
  const connector = new lib.WebSocketConnector(null, null);
  await connector.connect("https://localhost:" + server.address.port + "/secret");
  console.log(await connector.getDriver().path());
  await connector.close();
  await server.close();
}
main();
`;

for (const runtime of RUNTIMES) {
  Deno.test(`WebSocketServer of npm serves TLS when run by ${runtime}`, async () => {
    const folder = await folderWith({
      packages: { ws: "ws8" },
      files: { "main.mjs": HEADS.mjs + TLS },
    });
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const files = ["-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`];
    await succeed([
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      ...files,
      ...subject,
    ]);
    const env = { NODE_EXTRA_CA_CERTS: `${folder}/cert.pem` };
    const printed = await succeed([await programOf(runtime), `${folder}/main.mjs`, folder], {
      env,
    });
    assertEquals(printed, "/secret\n");
  });
}
