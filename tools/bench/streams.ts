/**
 * Streams and callbacks beside capnweb, kkrpc and hand-written streams with credit, turn by turn in
 * one run:
 *
 *   deno task bench:streams                         writes its section of docs/BENCHMARKS.md
 *   deno task bench:streams --dry --rounds=5        on the console alone
 *   … --only=bytes,items --subjects=byHand,ours --window=100 --node
 */
import { givenOptions } from "./given.ts";
import { readMachine } from "./machine.ts";
import { Bench, linesOf, type Runtime } from "./processes.ts";
import { Program } from "./program.ts";
import { streamsPage, streamTable } from "./streams/page.ts";
import { STREAM_SUBJECTS, type StreamSubjectName } from "./streams/subjects.ts";
import { STREAM_WORKLOADS, type StreamWorkloadName } from "./streams/workloads.ts";
import type { StreamPlan, StreamWindow } from "./streams_client.ts";

const OPTIONS = ["dry", "rounds", "only", "subjects", "window", "node"];
const RUNTIMES: readonly Runtime[] = ["deno", "node"];

interface Chosen extends Pick<StreamPlan, "rounds" | "windowMs" | "workloads"> {
  readonly subjects: readonly StreamSubjectName[];
}

async function measure(runtime: Runtime, chosen: Chosen): Promise<StreamWindow[]> {
  await using bench = new Bench();
  await bench.packages();
  await using stack = new AsyncDisposableStack();
  const where = { runtime, core: undefined };
  const server = stack.use(
    await Program.start(bench, ["streams_server.ts", chosen.subjects], where),
  );
  const ports = await server.next<Record<StreamSubjectName, number>>();
  const subjects = chosen.subjects.map((name) => ({ name, port: ports[name] }));
  const plan: StreamPlan = { ...chosen, subjects };
  const client = await bench.start("streams_client.ts", [JSON.stringify(plan)], where);
  const windows: StreamWindow[] = [];
  for await (const line of linesOf(client)) {
    if (line.startsWith("{")) windows.push(JSON.parse(line));
  }
  const { code } = await client.status;
  await client.stdin.close().catch(() => {}); // it has ended by itself
  if (code !== 0) throw new Error(`Cannot measure: the client ended with ${code}`);
  return windows;
}

function namesOf<Name extends string>(
  list: string | undefined,
  all: Record<Name, unknown>,
): Name[] {
  const names = Object.keys(all) as Name[];
  return list === undefined ? names : names.filter((name) => list.split(",").includes(name));
}

if (import.meta.main) {
  const options = givenOptions(OPTIONS, "measure");
  const chosen: Chosen = {
    rounds: Number(options.get("rounds") ?? 21),
    windowMs: Number(options.get("window") ?? 200),
    workloads: namesOf<StreamWorkloadName>(options.get("only"), STREAM_WORKLOADS),
    subjects: namesOf<StreamSubjectName>(options.get("subjects"), STREAM_SUBJECTS),
  };
  const machine = readMachine();
  const results = [];
  for (const runtime of options.has("node") ? ["node" as const] : RUNTIMES) {
    const windows = await measure(runtime, chosen);
    console.log(`${runtime}\n${streamTable(windows)}\n`);
    results.push({ runtime, windows });
  }
  if (!options.has("dry")) await streamsPage(results, { machine, ...chosen });
}
