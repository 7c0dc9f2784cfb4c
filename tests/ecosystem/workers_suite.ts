/**
 * The library in Cloudflare Workers: `examples/cloudflare` and a Worker for the tests, bundled with
 * the built package as Wrangler does, run by Miniflare. The clients run in Deno.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ConnectionClosedError,
  RemoteError,
  structured,
  type WebSocketAcceptor,
  WebSocketConnector,
  WebSocketError,
  WebSocketServer,
} from "../../mod.ts";
import { rawClient } from "../contract/raw.ts";
import { protocolAt } from "../helpers/protocol.ts";
import { statusOf, urlOf } from "../helpers/servers.ts";
import { PATIENCE, soon, until } from "../helpers/waiting.ts";
import { published, succeed } from "../npm/workshop.ts";
import { tryOut } from "./client.ts";
import { type Example, ROOT, start } from "./example.ts";
import type { Account, Desk, Header, Member, Seen } from "./workers/shared.ts";

const DEPENDENCIES = {
  "@cloudflare/workers-types": "4.20260420.1",
  esbuild: "0.28.0",
  miniflare: "4.20260420.0", // the last that runs in Node 20
  tgrid: "1.2.1",
  typescript: "5.9.3",
};

const BUNDLE = ["--bundle", "--format=esm", "--target=es2024", "--external:node:*"];

/** The Workers, and how they're bundled: as by Wrangler, and without the field `browser`. */
const WORKERS = {
  tested: ["--platform=browser", "--conditions=workerd,worker,browser"],
  example: ["--platform=neutral", "--conditions=workerd,worker", "--main-fields=module,main"],
};

const COMPILER_OPTIONS = {
  target: "es2024",
  module: "esnext",
  moduleResolution: "bundler",
  lib: ["es2024"],
  types: ["@cloudflare/workers-types"],
  allowImportingTsExtensions: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
};

const EXAMPLE = "examples/cloudflare";

/** The Workers of the tests have the behavior of two dates, which differ in how a socket closes. */
interface Mode {
  readonly date: string;
  readonly flags: string;
}
const MODES: readonly Mode[] = [
  { date: "2024-01-01", flags: "" },
  { date: "2026-04-07", flags: "nodejs_compat" },
];

const folder = Deno.makeTempDirSync({ prefix: "sheetbend-workers-" });
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
let project: Promise<void> | undefined;

/** A project in which both Workers are checked and bundled; the first who asks makes it. */
async function build(): Promise<void> {
  const manifest = { type: "module", dependencies: DEPENDENCIES };
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(manifest));
  await succeed(["npm", "install", "--no-audit", "--no-fund"], { cwd: folder });
  await succeed(["cp", "-R", await published(), `${folder}/node_modules/sheetbend`]);
  await succeed(["cp", "-R", `${ROOT}/${EXAMPLE}`, `${folder}/example`]);
  await succeed(["cp", "-R", `${import.meta.dirname}/workers`, `${folder}/tested`]);
  const config = { compilerOptions: COMPILER_OPTIONS, include: ["example", "tested"] };
  await Deno.writeTextFile(`${folder}/tsconfig.json`, JSON.stringify(config));
  await succeed(["node", "node_modules/typescript/bin/tsc"], { cwd: folder });
  for (const [name, flags] of Object.entries(WORKERS)) {
    const files = [`${name}/worker.ts`, `--outfile=${name}/bundle.js`];
    await succeed(["node_modules/.bin/esbuild", ...BUNDLE, ...flags, ...files], { cwd: folder });
  }
}

async function startWorker(name: keyof typeof WORKERS, { date, flags }: Mode): Promise<Example> {
  await (project ??= build());
  return await start(["node", "tested/run.mjs", `${name}/bundle.js`, date, flags], { cwd: folder });
}

function connectorOf(name: string, log: string[] = []) {
  const show = (text: string): string => {
    log.push(text);
    return `${text} at ${name}`;
  };
  return new WebSocketConnector<Header, Desk, Account>({ name }, { show });
}

/** Asks the Worker what it has seen until it's enough. */
async function untilSeen(
  connector: ReturnType<typeof connectorOf>,
  isEnough: (seen: Seen) => boolean,
): Promise<Seen> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const seen = await connector.getDriver().seen();
    if (isEnough(seen)) return seen;
    if (performance.now() > end) throw new Error(`Cannot wait longer: ${JSON.stringify(seen)}`);
  }
}

type Act = (url: string, port: number) => Promise<void>;

/** The tests, which run in one Worker per mode. */
const acts: (readonly [name: string, act: Act])[] = [];

function test(name: string, act: Act): void {
  acts.push([name, act]);
}

Deno.test(`${EXAMPLE} serves pages and calls when it runs in workerd`, async () => {
  const config = await Deno.readTextFile(`${ROOT}/${EXAMPLE}/wrangler.toml`);
  const date = /^compatibility_date = "(.*)"$/m.exec(config)![1]!;
  await using worker = await startWorker("example", { date, flags: "" });
  await tryOut(worker);
});

test("both ends call each other when the header is accepted", async (url) => {
  await using connector = connectorOf("Ada");
  await connector.connect(url, { use: [structured] });
  const account = connector.getDriver();
  assertEquals(await account.name(), "Ada 127.0.0.1");
  assertEquals(await account.show("hello"), "hello at Ada");
  const value = new Map([["bytes", crypto.getRandomValues(new Uint8Array(40_000))]]);
  assertEquals(await account.echo(value), value);
});

test("reject() sends its code and reason", async (url) => {
  const error = await assertRejects(() => connectorOf("stranger").connect(url), WebSocketError);
  assertEquals([error.status, error.message], [3001, "Unknown name"]);
});

test("headerTimeout closes a silent client after others have left", async (url) => {
  // a timer that the first request has set ends with that request
  const first = await rawClient(`${url}/?headerTimeout=1200`);
  const silent = await rawClient(`${url}/?headerTimeout=1500`);
  await first.close();
  await using other = connectorOf("other");
  await other.connect(url);
  const closed = await silent.untilClosed();
  assertEquals(closed, { code: 1008, reason: "No header arrived in time" });
  assertEquals(await other.getDriver().name(), "other 127.0.0.1");
});

test("calls are canceled, and time out", async (url) => {
  await using connector = connectorOf("Ada");
  await connector.connect(url);
  const control = new AbortController();
  const canceled = connector.getDriver({ signal: control.signal }).wait(100_000);
  setTimeout(() => control.abort(new Error("enough")), 50);
  await assertRejects(() => canceled, Error, "enough");
  await assertRejects(() => connector.getDriver({ timeout: 50 }).wait(100_000), Error, "50 ms");
  await untilSeen(connector, ({ aborted }) => aborted === 2);
});

test("closes arrive at the other end, with their codes and reasons", async (url) => {
  await using connector = connectorOf("Ada");
  await connector.connect(url);
  let expected = (await connector.getDriver().seen()).closes;
  for (const [code, reason] of [[3005, "bye"], [1000, ""], [undefined, ""]] as const) {
    const raw = await rawClient(url);
    raw.send(JSON.stringify({ header: { name: "raw" } }));
    assertEquals(await raw.next(), "1");
    const shown = { code: code ?? 1005, reason };
    assertEquals(await raw.close(code, reason), shown);
    const other = connectorOf("Bob");
    await other.connect(url);
    const call = other.getDriver().close(code, reason);
    const error = await assertRejects(() => call, Error);
    if (reason === "") assert(error instanceof ConnectionClosedError);
    else assertEquals([(error as WebSocketError).status, error.message], [code, reason]);
    expected = [...expected, `${shown.code} ${reason}`, `${shown.code} ${reason}`];
    const seen = await untilSeen(connector, ({ closes }) => closes.length >= expected.length);
    assertEquals(seen.closes, expected);
  }
  const silent = await rawClient(url);
  assertEquals(await silent.close(4001, "no header"), { code: 4001, reason: "no header" });
});

test("a call from another request fails, and ends that connection alone", async (url) => {
  const one = connectorOf("one");
  await one.connect(`${url}/?heartbeat=200`);
  await one.getDriver().remember();
  await using two = connectorOf("two");
  await two.connect(url);
  const error = await assertRejects(() => two.getDriver().showRemembered("hi"), RemoteError);
  assertEquals(error.name, "NotSentError");
  assertEquals(error.message, 'Cannot call "show": the connection closed before the call was sent');
  assertEquals(await two.getDriver().show("hi"), "hi at two");
  await soon(one.join(), "the client has been closed");
});

test("a connection lives after its request, until its client has left", async (url) => {
  const log: string[] = [];
  await using connector = connectorOf("Ada", log);
  await connector.connect(`${url}/?heartbeat=200`, { heartbeat: 200 });
  await connector.getDriver().later(1_200);
  await until(() => log.length > 0, "the Worker's timer has fired");
  for (const name of ["dropped", "kept"]) {
    const client = connectorOf(name);
    await client.connect(url);
    await client.close();
  }
  const { left } = await untilSeen(connector, ({ left }) => left.includes("kept"));
  assert(!left.includes("dropped")); // its request has no waitUntil
});

test("fifty clients are served at once", async (url) => {
  const clients = Array.from({ length: 50 }, (_, i) => connectorOf(`client ${i}`));
  await Promise.all(clients.map((client) => client.connect(url)));
  const shown = await Promise.all(clients.map((client) => client.getDriver().show("hi")));
  assertEquals(shown, clients.map((_, i) => `hi at client ${i}`));
  await Promise.all(clients.map((client) => client.close()));
});

test("origins and requests that aren't upgrades are refused", async (url, port) => {
  const server = { address: { port } } as never;
  assertEquals(await statusOf(server, "https://example.org"), 403);
  assertEquals(await statusOf(server, "https://example.com"), 101);
  const plain = await fetch(url);
  await plain.body?.cancel();
  assertEquals(plain.status, 426);
  assertEquals(await protocolAt(port, "other, calls"), "calls");
  assertEquals(await protocolAt(port, "other"), undefined);
});

test("TGrid's clients and the plain format work", async (url) => {
  await using connector = connectorOf("Ada");
  await connector.connect(url, { wire: "plain" });
  assertEquals(await connector.getDriver().show("hello"), "hello at Ada");
  const client = ["node", "tested/tgrid_client.mjs", url.replace("http", "ws")];
  assertEquals(await succeed(client, { cwd: folder }), "Tim 127.0.0.1 | hello at Tim\n");
});

test("the clients of a Durable Object call each other", async (url) => {
  const heard: string[] = [];
  const members = await Promise.all(["Ada", "Bob"].map(async (name) => {
    const member: Member = { heard: (from, text) => void heard.push(`${name}: ${from} ${text}`) };
    const connector = new WebSocketConnector<Header, Member, { say(text: string): void }>(
      { name },
      member,
    );
    await connector.connect(`${url}/room`);
    return connector;
  }));
  await members[0]!.getDriver().say("hi");
  assertEquals(heard.sort(), ["Ada: Ada hi", "Bob: Ada hi"]);
  await members[1]!.close();
  await members[0]!.getDriver().say("bye"); // to members who are still there
  assertEquals(heard.slice(2), ["Ada: Ada bye"]);
  await members[0]!.close();
});

test("the Worker connects to a server, and to a Worker", async (url) => {
  await using server = new WebSocketServer<Header, object, Desk>();
  const closed: unknown[] = [];
  const done = Promise.withResolvers<void>();
  await server.open({
    port: 0,
    hostname: "127.0.0.1",
    use: [structured],
    onEvent: (event) => event.type === "close" && closed.push(event.code),
  }, async (acceptor: WebSocketAcceptor<Header, object, Desk>) => {
    await acceptor.accept({
      show: (text: string) => acceptor.getDriver().show(text),
      echo: (value: unknown) => value,
      close: (code?: number, reason?: string) => acceptor.close(code, reason),
    });
    await acceptor.join();
    done.resolve();
  });
  await using connector = connectorOf("Ada");
  await connector.connect(url);
  const account = connector.getDriver();
  const expected = ["hello in a Worker", "bytes 1,2", "3009 enough"];
  assertEquals(await account.dial(urlOf(server)), expected);
  await soon(done.promise, "the server has closed");
  assertEquals(await account.dialSelf(), expected);
});

for (const mode of MODES) {
  Deno.test(`clients of a Worker of ${mode.date}`, async (t) => {
    await using worker = await startWorker("tested", mode);
    for (const [name, act] of acts) await t.step(name, () => act(worker.url, worker.port));
  });
}
