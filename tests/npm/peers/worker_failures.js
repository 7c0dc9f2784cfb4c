// The ways in which workers of Node fail. KIND is "process" or "thread". `lib` is the package.
// Prints, for each: the error, the state, and what was left.
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";

const { KIND } = process.env;
const isProcess = KIND === "process";
const isV8 = process.versions.bun === undefined;
const FAILING = fileURLToPath(new URL("worker_failing.cjs", import.meta.url));
const nothing = [];
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => nothing.push(`${event}: ${error}`));
}

const timeout = 500;
const late = { options: { timeout } };
const control = new AbortController();
const starts = (way, more = {}) => ({ way, ...more });
const acts = (way, more = {}) => ({ act: (one) => one.getDriver().act(way), ...more });

const WAYS = {
  "its file is missing": starts("", { file: `${FAILING}.missing.cjs` }),
  "its file isn't JavaScript": { code: "const = 5;" },
  "what it imports is missing": { code: 'require("./nowhere.cjs");' },
  "it throws at its start": starts("throws"),
  "it rejects at its start": starts("rejects"),
  "it exits with 0 at its start": starts("exits with 0"),
  "it exits with 3 at its start": starts("exits with 3"),
  "it is over at once": starts("is over at once"),
  "it closes its channel at its start": starts("closes its channel", isProcess ? {} : late),
  "it never opens": starts("never opens", late),
  "it only reads the header": starts("only reads the header", late),
  "it opens too late": starts("opens too late", late),
  "it is busy at its start": starts("is busy", late),
  "it posts a text first": starts("posts a text"),
  "it posts a number first": starts("posts a number"),
  "it posts 2 first": starts("posts 2"),
  "it answers with garbage": starts("answers with garbage"),
  "the header can't be encoded": starts("", { header: 7n }),
  "the signal aborts while it starts": starts("never opens", {
    options: { signal: control.signal },
    during: () => control.abort(),
  }),
  "close() is called while it starts": starts("never opens", { during: (one) => one.close() }),
  "it throws in a call": acts("throws"),
  "it rejects in a call": acts("rejects"),
  "it exits with 0 in a call": acts("exits with 0"),
  "it exits with 3 in a call": acts("exits with 3"),
  "it closes its channel in a call": acts("closes its channel"),
  "it is busy, and its heartbeat is missing": acts("is busy", { options: { heartbeat: 200 } }),
  "it is busy, and is closed": {
    act(one) {
      const call = one.getDriver().act("is busy");
      return one.close().then(() => call);
    },
    options: { limits: { closeTimeout: timeout } },
  },
  "its result can't be encoded": acts("returns a cycle"),
  "it posts objects in a call": {
    async act(one) {
      const call = one.getDriver().act("posts objects");
      await one.getDriver().echo(1);
      await one.close();
      return call;
    },
  },
  "it posts text in a call": acts("posts text"),
  "it posts 2 in a call": acts("posts 2"),
  ...(isV8 && {
    "a flag doesn't exist": starts("", { options: { execArgv: ["--no-such-flag"] } }),
  }),
  ...(isV8 && isProcess && {
    "it runs out of memory": acts("runs out of memory", {
      options: { execArgv: ["--max-old-space-size=40"] },
    }),
  }),
  ...(isProcess && {
    "it is killed at its start": starts("is killed"),
    "its folder is missing": starts("", { options: { cwd: "/no/such/folder" } }),
    "its stdio doesn't exist": starts("", { options: { stdio: "nothing" } }),
    "it is killed in a call": acts("is killed"),
    "it is stopped, and is closed": {
      async act(one) {
        const call = one.getDriver().act("is stopped");
        await Promise.race([call.catch(() => {}), new Promise((done) => setTimeout(done, 100))]);
        await one.close();
        return await call;
      },
      options: { limits: { closeTimeout: timeout } },
    },
  }),
};

const temporary = () => readdirSync(tmpdir()).filter((name) => name.startsWith("sheetbend-"));
const before = temporary();

/** Processes, threads and timers. */
function running() {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim();
  const resources = process.getActiveResourcesInfo();
  const own = resources.filter((one) => /Timeout|Process|Worker|MessagePort/.test(one));
  return [children, ...own].join();
}
const atFirst = running();

async function untilGone(what) {
  for (let tries = 0; tries < 6_000; tries++) {
    if (running() === atFirst) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`There is "${running()}" after "${what}"`);
}

async function failureOf(connector, { way = "", file = FAILING, code, options, during, act }) {
  process.env.WAY = way;
  try {
    const more = { onEvent() {}, ...(isProcess && { stdio: "ignore" }), ...options };
    const connecting = code === undefined
      ? connector.connect(file, more)
      : connector.compile(code, more);
    during?.(connector);
    await connecting;
    await act?.(connector);
    return "nothing failed";
  } catch (error) {
    return `${error}`.replaceAll(/".*worker\w*\.\w+"/g, "FILE").split("\n")[0];
  }
}

const seen = {};
async function main() {
  for (const [name, way] of Object.entries(WAYS)) {
    const header = { value: way.header ?? null };
    const connector = new lib.WorkerConnector({ toJSON: () => header.value }, null, KIND);
    const failure = await failureOf(connector, way);
    if (connector.state === 2) await connector.join();
    seen[name] = [failure, connector.state];
    if (connector.state === 1) await connector.close();
    await untilGone(name);
    process.env.WAY = "";
    header.value = null;
    await connector.connect(FAILING);
    if (await connector.getDriver().echo("again") !== "again") throw new Error(name);
    await connector.close();
    await untilGone(`another worker after ${name}`);
  }
}
await main().catch((error) => nothing.push(`${error}`));
const left = {
  uncaught: nothing,
  files: temporary().filter((name) => !before.includes(name)),
};
console.log(JSON.stringify({ seen, left }));
