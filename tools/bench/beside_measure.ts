/** Runs a library beside another one: the processes, and what is made of their figures. */
import { dirname } from "node:path";
import { filesIn } from "../source.ts";
import type { Use, Wire } from "./beside_library.ts";
import type { Holding, Plan, Side, Window } from "./beside_program.ts";
import { MEMORY_FLAGS } from "./memory.ts";
import { Bench, CLIENT_CORE, linesOf, type Runtime, Server, SERVER_CORE } from "./processes.ts";
import { type Spread, spreadOf } from "./statistics.ts";
import type { WorkloadName } from "./workloads.ts";

/** The library that is measured, the one beside it, and that one again: the measure of noise. */
export const SIDES = ["new", "base", "base again"] as const;
/** One of them. */
export type SideName = typeof SIDES[number];

/** What is measured. */
export interface BesideOptions {
  /** The folders of both checkouts. */
  readonly roots: { readonly new: string; readonly base: string };
  /** On both ends. In Node the built packages are run, which lie in `npm/` of each. */
  readonly runtime: Runtime;
  readonly wire: Wire;
  readonly workloads: readonly WorkloadName[];
  readonly rounds: number;
  readonly windowMs: number;
}

/** Of one workload: windows as shares of the base's of the same rounds. */
export interface Beside {
  readonly workload: WorkloadName;
  readonly ratio: Spread;
  /** The base's second copy: what is no difference at all. */
  readonly noise: Spread;
  /** The same two of the client's work on a core for a call: below 1 is less of it. */
  readonly cpu: { readonly ratio: Spread; readonly noise: Spread };
  /** Calls, or connections, in a second: the median of the new one. */
  readonly perSecond: number;
}

/** What a server holds for one connection that does nothing, in bytes. */
export interface IdleBeside {
  readonly side: SideName | "echo";
  readonly heap: number;
  readonly rss: number;
}

/** Of the first ones no memory is told: with them code is loaded. */
const CONNECTIONS = 2_000;

/** Runs all windows of one pair of libraries. */
export async function measureBeside(options: BesideOptions): Promise<Beside[]> {
  const { runtime, workloads, rounds, windowMs } = options;
  await using lab = await Lab.with(options);
  const sides: Side[] = [];
  for (const side of SIDES) sides.push(await lab.serve(side));
  const plan: Plan = { sides, workloads, rounds, windowMs };
  const args = ["client", JSON.stringify(plan)];
  const client = await lab.bench.start(PROGRAM, args, { runtime, core: CLIENT_CORE });
  const windows: Window[] = [];
  for await (const line of linesOf(client)) {
    if (line.startsWith("{")) windows.push(JSON.parse(line));
  }
  const { code } = await client.status;
  await client.stdin.close().catch(() => {}); // it has ended by itself
  if (code !== 0) throw new Error(`Cannot compare: the client ended with ${code}`);
  return compare(windows);
}

/** Measures what idle connections hold, the echo's as well; each with a server of its own. */
export async function measureIdleBeside(options: BesideOptions): Promise<IdleBeside[]> {
  await using lab = await Lab.with(options, MEMORY_FLAGS);
  const all: IdleBeside[] = [];
  for (const side of ["echo", ...SIDES] as const) {
    const served = await lab.serve(side);
    const server = lab.servers.at(-1)!;
    await using _warm = await lab.hold(served);
    const before = await server.memory();
    await using _held = await lab.hold(served);
    const after = await server.memory();
    const each = (name: "heap" | "rss"): number => (after[name] - before[name]) / CONNECTIONS;
    all.push({ side, heap: each("heap"), rss: each("rss") });
  }
  return all;
}

const PROGRAM = "beside_program.ts";

/** Copies of the libraries, so that each is loaded by itself, and the processes that run them. */
class Lab implements AsyncDisposable {
  readonly bench: Bench;
  readonly servers: Server[] = [];
  readonly #options: BesideOptions;
  readonly #folder: string;

  private constructor(bench: Bench, folder: string, options: BesideOptions) {
    this.bench = bench;
    this.#folder = folder;
    this.#options = options;
  }

  static async with(options: BesideOptions, v8Flags: readonly string[] = []): Promise<Lab> {
    const bench = new Bench(v8Flags);
    // in Node they find the `ws` package beside them
    const dir = options.runtime === "node" ? await bench.packages() : undefined!;
    const folder = await Deno.makeTempDir({ prefix: "sheetbend-beside-", dir });
    const lab = new Lab(bench, folder, options);
    for (const side of SIDES) {
      const root = side === "new" ? options.roots.new : options.roots.base;
      if (options.runtime === "node") await copy(`${root}/npm/esm`, `${folder}/${side}`);
      else await copy(`${root}/src`, `${folder}/${side}/src`, `${root}/mod.ts`);
    }
    return lab;
  }

  async serve(name: SideName | "echo"): Promise<Side> {
    const use = name === "echo" ? undefined : this.#useOf(name);
    const where = { runtime: this.#options.runtime, core: SERVER_CORE };
    const args = ["server", JSON.stringify(use ?? null)];
    const server = await Server.listening(await this.bench.start(PROGRAM, args, where));
    this.servers.push(server);
    return { name, ...use && { use }, port: server.port };
  }

  /** Holds connections that do nothing until it is disposed of. */
  async hold(side: Side): Promise<AsyncDisposable> {
    const holding: Holding = { side, connections: CONNECTIONS };
    const where = { runtime: this.#options.runtime, core: CLIENT_CORE };
    const child = await this.bench.start(PROGRAM, ["hold", JSON.stringify(holding)], where);
    const lines = linesOf(child);
    const { done } = await lines.next();
    if (done === true) throw new Error("Cannot compare: a client has ended");
    return {
      async [Symbol.asyncDispose]() {
        await child.stdin.close();
        await lines.return(undefined);
        await child.status;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers) await server.stop();
    await Deno.remove(this.#folder, { recursive: true });
    await this.bench[Symbol.asyncDispose]();
  }

  #useOf(name: SideName): Use {
    const { runtime, wire } = this.#options;
    return { path: `${this.#folder}/${name}/mod.${runtime === "node" ? "js" : "ts"}`, wire };
  }
}

function compare(windows: readonly Window[]): Beside[] {
  return [...Map.groupBy(windows, ({ workload }) => workload)].map(([workload, group]) => {
    const of = (side: SideName, what: "perSecond" | "cpu"): number[] =>
      group.filter((window) => window.side === side).map((window) => window[what]);
    const share = (side: SideName, what: "perSecond" | "cpu"): Spread => {
      const base = of("base", what);
      return spreadOf(of(side, what).map((value, round) => value / base[round]!));
    };
    return {
      workload,
      ratio: share("new", "perSecond"),
      noise: share("base again", "perSecond"),
      cpu: { ratio: share("new", "cpu"), noise: share("base again", "cpu") },
      perSecond: spreadOf(of("new", "perSecond")).median,
    };
  });
}

/** Copies a folder, and files beside it. */
async function copy(from: string, to: string, ...beside: readonly string[]): Promise<void> {
  await Deno.stat(from).catch((cause) => {
    throw new Error(`Cannot compare: there is no "${from}"`, { cause });
  });
  for (const path of await filesIn(from, /\.(ts|js|json)$/)) {
    const target = `${to}/${path.slice(from.length + 1)}`;
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.copyFile(path, target);
  }
  for (const path of beside) {
    await Deno.copyFile(path, `${dirname(to)}/${path.split("/").at(-1)}`);
  }
}
