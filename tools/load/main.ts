/**
 * Load and soak, with a report in docs/LOAD.md: memory before, during and after, and what the
 * limits cost. Its last line counts what was as it should be.
 *
 *     deno run -A tools/load/main.ts            all of it, some minutes
 *     deno run -A tools/load/main.ts --short    a tenth, and no report
 *     … --reconnection                          that part alone, which replaces its own in the report
 */
import { sectionIn, withSection } from "../section.ts";
import type { Outcome, Sample, Wire } from "./lab.ts";
import { type Cost, costOfLimits } from "./limits_cost.ts";
import { restart } from "./restart.ts";
import { away, unacknowledged } from "./reconnection.ts";
import { bursts, calls, format, hold, stop } from "./scenarios.ts";

const REPORT = new URL("../../docs/LOAD.md", import.meta.url);
const WIRES: readonly Wire[] = ["linked", "plain"];

/** The limits may cost so much of the calls per second. */
const MAY_COST = 0.05;

async function told(scenario: Promise<Outcome>): Promise<Outcome> {
  const outcome = await scenario;
  console.log(`${outcome.faults.length === 0 ? "ok  " : "FAIL"} ${outcome.title}`);
  for (const line of [...outcome.facts, ...outcome.faults]) console.log(`     ${line}`);
  return outcome;
}

/** A few more connections than a server keeps sessions. */
async function runReconnection(part: number): Promise<Outcome[]> {
  return [
    await told(away({ connections: 10_400 * part, processes: 2 })),
    await told(unacknowledged({ megabytes: 640 })),
  ];
}

async function runAll(part: number): Promise<{ outcomes: Outcome[]; costs: Cost[] }> {
  const outcomes: Outcome[] = [];
  const run = async (scenario: Promise<Outcome>): Promise<void> => {
    outcomes.push(await told(scenario));
  };
  for (const wire of WIRES) {
    await run(hold({ wire, connections: 5_000 * part, processes: 2, isPatient: part === 1 }));
    await run(bursts({ wire, count: 1_000 * part, bursts: 10, every: 1_000, within: 1_000 }));
    await run(calls({ wire, calls: 1_000_000 * part, atOnce: 256 }));
    await run(stop({ wire, megabytes: 640 }));
  }
  await run(restart(500));
  const costs: Cost[] = [];
  for (const wire of WIRES) {
    for (const [atOnce, count] of [[1, 1_500], [64, 12_000]] as const) {
      const cost = await costOfLimits({ wire, atOnce, calls: count, pairs: part === 1 ? 101 : 5 });
      costs.push(cost);
      console.log(costRow(cost));
    }
  }
  return { outcomes, costs };
}

/** The page, before `deno fmt` has aligned its tables. */
export function reportOf(
  outcomes: readonly Outcome[],
  costs: readonly Cost[],
  where: string,
): string {
  return `# Load test

How much memory a server needs for many connections and many calls, whether it releases the memory
afterwards, and how much the [limits](API.md#limits) slow calls down. \`deno task load\` runs the test
and writes this page.

Measured on ${where}. The server and each client run in separate processes and connect over the
loopback interface.

Each scenario runs once with the linked and once with the plain
[wire format](TRANSPORTS.md#wire-formats), except the restart, which needs the linked one. The memory figures are the server's: "process" is its
resident memory (VmRSS), and "heap" is the memory that objects use after garbage collection. 1 MiB is
1,048,576 bytes. A scenario passes
if, at the end, the heap is at most 25% and the process at most 50% larger than after the first
round.

When a connection ends without a close, Deno itself keeps about 4,000 bytes for 120 s, with or without
Sheetbend. Until then, the test allows 6,000 bytes for each of these connections.

${outcomes.map(section).join("\n")}
## Cost of the limits

The table compares the calls per second with the default limits ("on") and with the limits on each
frame and call set to \`Infinity\` ("off"). One client measures both over two connections, in short
windows of time that alternate. The ratio is the median of all pairs of windows, and the spread is the
middle half of them.

| wire format | calls at once | limits on | limits off | ratio | spread |
| --- | ---: | ---: | ---: | ---: | --- |
${costs.map(costRow).join("\n")}
`;
}

/** Measured together, maybe at another time than the rest. */
export function reconnectionPart(outcomes: readonly Outcome[], where: string): string {
  return `<!-- reconnection: made by tools/load/main.ts -->

${outcomes.map(section).join("\n")}
Both were measured on ${where}, with the default limits of \`reconnection()\` and a \`window\` of 30 s.
\`deno task load --reconnection\` measures only these. A client that is away isn't connected, but its
session counts as a connection.

<!-- /reconnection -->
`;
}

function section({ title, facts, samples, faults }: Outcome): string {
  return `## ${title}

${
    [...facts, ...faults.map((fault) => `**Failed:** ${fault}`)].map((fact) => `- ${fact}`).join(
      "\n",
    )
  }
${samples.length === 0 ? "" : tableOf(samples)}`;
}

function tableOf(samples: readonly Sample[]): string {
  return `
| when | connections | process, MiB | heap, MiB |
| --- | ---: | ---: | ---: |
${samples.map(sampleRow).join("\n")}
`;
}

function sampleRow({ moment, connections, resident, heap }: Sample): string {
  const mb = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  return `| ${moment} | ${format(connections)} | ${mb(resident)} | ${mb(heap)} |`;
}

function costRow({ wire, atOnce, on, off, ratio, spread }: Cost): string {
  const [least, most] = spread.map((each) => each.toFixed(2));
  return `| ${wire} | ${atOnce} | ${format(on)} | ${format(off)} | ${ratio.toFixed(3)} ` +
    `| ${least} to ${most} |`;
}

/** When and where it was measured. */
function machine(): string {
  const cpu = /model name\s*:\s*(.*)/.exec(read("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  const gigabytes = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  const date = new Date().toISOString().slice(0, 10);
  return `${date} on ${navigator.hardwareConcurrency} cores (${cpu}), ${gigabytes} GB, ` +
    `${Deno.build.os} ${Deno.osRelease()}, Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return ""; // not on this system
  }
}

if (import.meta.main) {
  const isShort = Deno.args.includes("--short");
  const part = isShort ? 0.1 : 1;
  const { outcomes, costs } = Deno.args.includes("--reconnection")
    ? { outcomes: [], costs: [] }
    : await runAll(part);
  const others = await runReconnection(part);
  if (!isShort) {
    const before = await Deno.readTextFile(REPORT);
    const page = outcomes.length > 0 ? reportOf(outcomes, costs, machine()) : before;
    const whole = withSection(page, "reconnection", reconnectionPart(others, machine()));
    await Deno.writeTextFile(REPORT, withSection(whole, "streams", sectionIn(before, "streams")));
    await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", REPORT.pathname] }).output();
  }
  outcomes.push(...others);
  const dear = isShort ? [] : costs.filter(({ ratio }) => ratio < 1 - MAY_COST);
  const failed = outcomes.filter(({ faults }) => faults.length > 0).length + dear.length;
  console.log(`${outcomes.length + costs.length - failed} passed, ${failed} failed`);
  if (failed > 0) Deno.exitCode = 1;
}
