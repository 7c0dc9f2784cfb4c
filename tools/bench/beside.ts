/**
 * The speed of this checkout's library beside another checkout's: both in one run, turn by turn, and
 * the other one a second time, since only what is more than that differs by is a difference.
 *
 *   deno task bench:beside --base=DIR          Deno on both ends, all workloads, and idle memory
 *   deno task bench:beside --base=DIR --node   Node on both ends, with the packages that
 *                                              `deno task build:npm` has built in both checkouts
 *   … --wire=structured                        "linked" if it is not said; bytes are structured's
 *   … --only=sequential,burst1000 --rounds=31 --window=150
 *   … --memory                                 idle memory alone
 */
import { resolve } from "node:path";
import type { Wire } from "./beside_library.ts";
import {
  type Beside,
  type BesideOptions,
  type IdleBeside,
  measureBeside,
  measureIdleBeside,
} from "./beside_measure.ts";
import { givenOptions } from "./given.ts";
import { readMachine } from "./machine.ts";
import { table } from "./table.ts";
import { type WorkloadName, WORKLOADS } from "./workloads.ts";

const OPTIONS = ["base", "node", "wire", "only", "rounds", "window", "memory"];
const WIRES: readonly string[] = ["linked", "plain", "structured"] satisfies Wire[];
const BYTES: WorkloadName = "bytes1m";

const given = givenOptions(OPTIONS, "compare");
const wire = given.get("wire") ?? "linked";
const names = Object.keys(WORKLOADS) as WorkloadName[];
const workloads = (given.get("only")?.split(",") ?? names) as WorkloadName[];
const wrong = [
  ...workloads.filter((name) => !names.includes(name)),
  ...WIRES.includes(wire) ? [] : [wire],
];
if (wrong.length > 0) fail(`"${wrong}" is none of ${names}, ${WIRES}`);
const options: BesideOptions = {
  roots: {
    new: resolve(import.meta.dirname!, "../.."),
    base: resolve(given.get("base") || fail("--base=DIR is missing")),
  },
  runtime: given.has("node") ? "node" : "deno",
  wire: wire as Wire,
  workloads: workloads.filter((name) => name !== BYTES || wire === "structured"),
  rounds: Number(given.get("rounds") ?? 15),
  windowMs: Number(given.get("window") ?? 300),
};

const { versions, load } = readMachine();
console.log(
  `${versions}; ${options.runtime} on both ends; load before the run ${load.toFixed(2)}\n`,
);
if (!given.has("memory")) {
  const speeds = await measureBeside(options);
  const withBytes = workloads.includes(BYTES) && wire !== "structured";
  if (withBytes) {
    speeds.push(...await measureBeside({ ...options, wire: "structured", workloads: [BYTES] }));
  }
  console.log(speedTable(speeds));
}
if (given.has("memory") || !given.has("only")) {
  console.log(`\n${idleTable(await measureIdleBeside(options))}`);
}

function speedTable(all: readonly Beside[]): string {
  const share = ({ median, least, most }: Beside["ratio"]): string =>
    `${median.toFixed(3)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
  return table(
    [
      `${options.wire}, ${options.rounds} rounds`,
      "new / base",
      "base again / base",
      "Client's CPU a call, new / base",
      "base again / base",
      "In a second",
    ],
    all.map(({ workload, ratio, noise, cpu, perSecond }) => [
      WORKLOADS[workload].title,
      share(ratio),
      share(noise),
      cpu.ratio.median.toFixed(3),
      cpu.noise.median.toFixed(3),
      Math.round(perSecond).toLocaleString("en"),
    ]),
  );
}

function idleTable(all: readonly IdleBeside[]): string {
  const echo = all.find(({ side }) => side === "echo")!;
  return table(
    ["An idle connection at its server", "Heap, kB", "RSS, kB", "RSS, against the echo's"],
    all.map(({ side, heap, rss }) => [
      side,
      (heap / 1_000).toFixed(1),
      (rss / 1_000).toFixed(1),
      (rss / echo.rss).toFixed(3),
    ]),
  );
}

function fail(why: string): never {
  throw new TypeError(`Cannot compare: ${why}`);
}
