/**
 * Calls to workers over this library, TGrid and Comlink, in Node and in turns of one run:
 *
 *   deno task build:npm && deno task bench:workers     writes its section of docs/BENCHMARKS.md
 *   deno task bench:workers --rounds=3 --dry           on the console alone
 */
import { type Machine, readMachine } from "./machine.ts";
import { withSection } from "../section.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import { table } from "./table.ts";

/** What one library did in one window. */
export interface WorkerWindow {
  readonly kind: "thread" | "process" | "transfer";
  /** How many calls are made at once. */
  readonly count: number;
  readonly round: number;
  readonly subject: string;
  /** In a second. */
  readonly calls: number;
}

const PACKAGES = { tgrid: "1.2.1", comlink: "4.4.2" };
/** What each kind is compared with. */
const BASELINES = { thread: "tgrid", process: "tgrid", transfer: "comlink" } as const;
const WINDOW_MS = 100;
const PAGE = new URL("../../docs/BENCHMARKS.md", import.meta.url);
const TITLES: Readonly<Record<number, string>> = {
  1: "small calls, one at a time",
  16: "16 small calls at once",
  1000: "1,000 small calls at once",
};

/** Windows as shares of the baseline's of the same round. */
export function ratiosOf(
  windows: readonly WorkerWindow[],
  { kind, count, subject }: Pick<WorkerWindow, "kind" | "count" | "subject">,
): Spread {
  const mine = windows.filter((one) => one.kind === kind && one.count === count);
  const base = new Map(
    mine.filter((one) => one.subject === BASELINES[kind])
      .map(({ round, calls }) => [round, calls]),
  );
  return spreadOf(
    mine.filter((one) => one.subject === subject).map((one) => one.calls / base.get(one.round)!),
  );
}

/** One table of a kind of workers. */
export function tableOf(windows: readonly WorkerWindow[], kind: WorkerWindow["kind"]): string {
  const mine = windows.filter((one) => one.kind === kind);
  const subjects = [...new Set(mine.map(({ subject }) => subject))];
  const counts = [...new Set(mine.map(({ count }) => count))];
  const cell = (count: number, subject: string): string => {
    const { median, least, most } = ratiosOf(mine, { kind, count, subject });
    return `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
  };
  const perSecond = (count: number): string => {
    const calls = mine.filter((one) => one.count === count && one.subject === BASELINES[kind]);
    return Math.round(spreadOf(calls.map((one) => one.calls)).median).toLocaleString("en-US");
  };
  return table(["", ...subjects, `calls per second, ${BASELINES[kind]}`], [
    ...counts.map((count) => [
      kind === "transfer" ? "10 MB moved there and back" : TITLES[count]!,
      ...subjects.map((subject) => cell(count, subject)),
      perSecond(count),
    ]),
  ]);
}

function sectionOf(windows: readonly WorkerWindow[], machine: Machine, rounds: number): string {
  const { cpu, cores, versions, load } = machine;
  const packages = Object.entries(PACKAGES).map((one) => one.join(" ")).join(", ");
  return [
    "<!-- workers: made by tools/bench/workers.ts -->\n## Workers",
    `Calls to a [worker](WORKERS.md) in Node, compared with TGrid's \`WorkerConnector\` and with
Comlink, which only has threads. \`deno task bench:workers\` measures them in turns of one run, and
writes this section. Each figure is the median of the ratios to TGrid's window in the same round,
with the minimum and maximum in parentheses. Higher is better.`,
    "Threads:",
    tableOf(windows, "thread"),
    "Processes:",
    tableOf(windows, "process"),
    "Bytes over a port to a thread, moved with `transfer()`, as ratios to Comlink's:",
    tableOf(windows, "transfer"),
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${cpu}, ${cores} cores, ${versions},
${packages}, ${rounds} rounds of ${WINDOW_MS} ms, load average before the run ${load.toFixed(2)}.`,
    "<!-- /workers -->",
  ].join("\n\n");
}

/** Runs a command to its end, and gives what it printed. */
async function printed(program: string, args: string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0) throw new Error(`"${program}" ended with ${code}\n${out}${err}`);
  return out!;
}

async function measure(rounds: number): Promise<WorkerWindow[]> {
  const folder = await Deno.makeTempDir({ prefix: "sheetbend-bench-" });
  try {
    const built = new URL("../../npm", import.meta.url).pathname;
    const dependencies = { ...PACKAGES, sheetbend: `file:${built}` };
    await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify({ dependencies }));
    const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--install-links"];
    await printed("npm", ["install", ...flags], folder);
    for (const file of ["client.mjs", "port.cjs", "worker.cjs"]) {
      await Deno.copyFile(new URL(`workers/${file}`, import.meta.url), `${folder}/${file}`);
    }
    const plan = JSON.stringify({ rounds, windowMs: WINDOW_MS });
    return JSON.parse(await printed("node", ["client.mjs", plan], folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const given = Deno.args.find((arg) => arg.startsWith("--rounds="));
  const rounds = Number(given?.split("=")[1] ?? 21);
  const machine = readMachine();
  const windows = await measure(rounds);
  for (const kind of ["thread", "process", "transfer"] as const) {
    console.log(`${tableOf(windows, kind)}\n`);
  }
  if (!Deno.args.includes("--dry")) {
    const page = await Deno.readTextFile(PAGE);
    await Deno.writeTextFile(
      PAGE,
      withSection(page, "workers", sectionOf(windows, machine, rounds)),
    );
    await printed(Deno.execPath(), ["fmt", "-q", PAGE.pathname], ".");
  }
}
