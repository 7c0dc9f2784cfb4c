// Calls workers over each library in turn, in windows of one run, and prints what each did as JSON.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

const require = createRequire(import.meta.url);
const FILE = fileURLToPath(new URL("worker.cjs", import.meta.url));
const PORT_FILE = fileURLToPath(new URL("port.cjs", import.meta.url));
const { rounds, windowMs } = JSON.parse(process.argv[2]);

async function connected(library, kind, options = {}) {
  const { WorkerConnector } = require(library);
  const connector = new WorkerConnector(null, null, kind);
  process.env.LIBRARY = library;
  await connector.connect(FILE, options);
  const driver = connector.getDriver();
  return { plus: (x, y) => driver.plus(x, y), close: () => connector.close() };
}

function comlink() {
  process.env.LIBRARY = "comlink";
  const thread = new Worker(FILE);
  const endpoint = require("comlink/dist/umd/node-adapter.js");
  const { plus } = require("comlink").wrap(endpoint(thread));
  return { plus, close: () => thread.terminate() };
}

const SUBJECTS = {
  "Sheetbend, linked": { thread: () => connected("sheetbend", "thread") },
  "Sheetbend, plain": { thread: () => connected("sheetbend", "thread", { wire: "plain" }) },
  tgrid: { thread: () => connected("tgrid", "thread") },
  comlink: { thread: comlink },
};
for (const name of ["Sheetbend, linked", "Sheetbend, plain", "tgrid"]) {
  const wire = name.endsWith("plain") ? { wire: "plain" } : {};
  const library = name === "tgrid" ? "tgrid" : "sheetbend";
  SUBJECTS[name].process = () => connected(library, "process", wire);
}

function moving(library) {
  process.env.LIBRARY = library;
  const thread = new Worker(PORT_FILE);
  if (library === "comlink") {
    const { transfer, wrap } = require("comlink");
    const { back } = wrap(require("comlink/dist/umd/node-adapter.js")(thread));
    const move = (bytes) => back(transfer(bytes, [bytes.buffer]));
    return { move, close: () => thread.terminate() };
  }
  const { PortCommunicator, transfer } = require("sheetbend");
  const { back } = new PortCommunicator(thread, null).getDriver();
  const move = (bytes) => back(transfer(bytes, [bytes.buffer]));
  return { move, close: () => thread.terminate() };
}

/** Moves 10 MB there and back, again and again; round trips in a second. */
async function movesPerSecond({ move }) {
  let bytes = new Uint8Array(10_000_000).fill(7);
  const start = performance.now();
  let moves = 0;
  while (performance.now() - start < windowMs) {
    bytes = await move(bytes);
    moves++;
  }
  const perSecond = moves / (performance.now() - start) * 1_000;
  if (bytes.length !== 10_000_000 || bytes.at(-1) !== 7) throw new Error("Cannot trust a worker");
  return perSecond;
}

async function burst({ plus }, count) {
  const sums = [];
  for (let i = 0; i < count; i++) sums.push(plus(i, 1));
  for (const [i, sum] of (await Promise.all(sums)).entries()) {
    if (sum !== i + 1) throw new Error(`Cannot trust a worker: ${i} + 1 is ${sum}`);
  }
  return count;
}

/** Calls in a second. */
async function perSecond(client, count) {
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < windowMs) calls += await burst(client, count);
  return calls / (performance.now() - start) * 1_000;
}

const windows = [];
for (const kind of ["thread", "process"]) {
  const clients = [];
  for (const [subject, { [kind]: open }] of Object.entries(SUBJECTS)) {
    if (open !== undefined) clients.push([subject, await open()]);
  }
  for (const count of [1, 16, 1_000]) {
    for (let round = -1; round < rounds; round++) { // the first one warms up
      for (const [subject, client] of round % 2 === 0 ? clients : [...clients].reverse()) {
        const calls = await perSecond(client, count);
        if (round >= 0) windows.push({ kind, count, round, subject, calls });
      }
    }
  }
  for (const [, { close }] of clients) await close();
}
const movers = [["Sheetbend, port", moving("sheetbend")], ["comlink", moving("comlink")]];
for (let round = -1; round < rounds; round++) {
  for (const [subject, mover] of round % 2 === 0 ? movers : [...movers].reverse()) {
    const calls = await movesPerSecond(mover);
    if (round >= 0) windows.push({ kind: "transfer", count: 1, round, subject, calls });
  }
}
for (const [, { close }] of movers) await close();
console.log(JSON.stringify(windows));
