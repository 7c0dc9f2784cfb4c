/**
 * Load and soak, with a report in docs/LOAD.md: memory before, during and after, and what the
 * limits cost. Its last line counts what was as it should be.
 *
 *     deno run -A tools/load/main.ts            all of it, some minutes
 *     deno run -A tools/load/main.ts --short    a tenth, and no report
 */
import type { Outcome, Sample, Wire } from "./lab.ts";
import { type Cost, costOfLimits } from "./limits_cost.ts";
import { bursts, calls, format, hold, stop } from "./scenarios.ts";

const REPORT = new URL("../../docs/LOAD.md", import.meta.url);
const WIRES: readonly Wire[] = ["linked", "plain"];

/** The limits may cost so much of the calls per second. */
const MAY_COST = 0.05;

async function runAll(part: number): Promise<{ outcomes: Outcome[]; costs: Cost[] }> {
  const outcomes: Outcome[] = [];
  const run = async (scenario: Promise<Outcome>): Promise<void> => {
    const outcome = await scenario;
    outcomes.push(outcome);
    console.log(`${outcome.faults.length === 0 ? "ok  " : "FAIL"} ${outcome.title}`);
    for (const line of [...outcome.facts, ...outcome.faults]) console.log(`     ${line}`);
  };
  for (const wire of WIRES) {
    await run(hold({ wire, connections: 5_000 * part, processes: 2, isPatient: part === 1 }));
    await run(bursts({ wire, count: 1_000 * part, bursts: 10, every: 1_000, within: 1_000 }));
    await run(calls({ wire, calls: 1_000_000 * part, atOnce: 256 }));
    await run(stop({ wire, megabytes: 640 }));
  }
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

function reportOf(outcomes: readonly Outcome[], costs: readonly Cost[]): string {
  return `# Load

Measured with \`deno task load\` on ${machine()}; the server, and each client, in
a process of its own, over the loopback. Memory is the server's: "process" as the system counts it
(VmRSS), "heap" what objects use after a collection. Flat means: at the end the heap is at most a
quarter over what it was after the first round, and the process at most a half. Of a
connection that ends without a close Deno itself keeps about 4,000 bytes for 120 s, with this
library or without: 6,000 are allowed until then.

${outcomes.map(section).join("\n")}
## What the limits cost

Calls per second with all limits on, against all off (\`Infinity\`), over two connections of one
client, in short windows that take turns. The ratio is the median of the pairs; the middle half of
them lies in the spread.

| messages | calls at once | limits on | limits off | ratio | spread |
| --- | ---: | ---: | ---: | ---: | --- |
${costs.map(costRow).join("\n")}
`;
}

function section({ title, facts, samples, faults }: Outcome): string {
  return `## ${title}

${[...facts, ...faults.map((fault) => `**Fault:** ${fault}`)].map((fact) => `- ${fact}`).join("\n")}

| moment | connections | process, MB | heap, MB |
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

function machine(): string {
  const cpu = /model name\s*:\s*(.*)/.exec(read("/proc/cpuinfo"))?.[1] ?? Deno.build.arch;
  const gigabytes = Math.round(Deno.systemMemoryInfo().total / 2 ** 30);
  return `${navigator.hardwareConcurrency} cores (${cpu}), ${gigabytes} GB, ` +
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
  const { outcomes, costs } = await runAll(isShort ? 0.1 : 1);
  if (!isShort) await Deno.writeTextFile(REPORT, reportOf(outcomes, costs));
  const dear = isShort ? [] : costs.filter(({ ratio }) => ratio < 1 - MAY_COST);
  const failed = outcomes.filter(({ faults }) => faults.length > 0).length + dear.length;
  console.log(`${outcomes.length + costs.length - failed} passed, ${failed} failed`);
  if (failed > 0) Deno.exitCode = 1;
}
