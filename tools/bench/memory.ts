/** What connections and calls leave in memory. */
import type { MemoryPlan } from "./memory_client.ts";
import type { Memory } from "./memory_now.ts";
import { type Bench, CLIENT_CORE, linesOf } from "./processes.ts";
import type { SubjectName } from "./subjects/mod.ts";

/** What a server holds for one connection that does nothing, in bytes. */
export interface Idle extends Memory {
  readonly subject: string;
}

/** Both ends after so many calls. */
export interface Kept {
  readonly subject: string;
  readonly calls: number;
  readonly client: Memory;
  readonly server: Memory;
}

/** V8's young generation is of its full size from the start: what grows then is kept. */
export const MEMORY_FLAGS = ["--min-semi-space-size=16", "--max-semi-space-size=16"] as const;

const FIRST = 2_000;
const CONNECTIONS = 2_000;
/** The least of several looks counts, because what follows a call takes a while. In ms. */
const LOOKS = 4;
const LOOKS_EVERY = 2_500;
const CALLS = 1_000_000;
const STEP = 100_000;
const IN_CLIENT = { runtime: "deno", core: CLIENT_CORE } as const;

/** Of idle connections; not of the first, with which code is loaded and the young generation is filled. */
export async function measureIdle(
  bench: Bench,
  subject: readonly [server: SubjectName, name: string],
): Promise<Idle> {
  const [server, name] = subject;
  const served = await bench.serve(server);
  const plan = { server, name, port: served.port, calls: 0, step: STEP };
  await using _warm = await started(bench, { ...plan, connections: FIRST });
  const before = await served.memory();
  await using _held = await started(bench, { ...plan, connections: CONNECTIONS });
  const after = await served.memory();
  return {
    subject: name,
    heap: (after.heap - before.heap) / CONNECTIONS,
    rss: (after.rss - before.rss) / CONNECTIONS,
  };
}

/** What one connection that does nothing takes at each end, in bytes. */
export interface IdleEnds {
  readonly client: Memory;
  readonly server: Memory;
}

/** Of idle connections at both ends, once what follows their call is over. */
export async function measureIdleEnds(
  bench: Bench,
  subject: readonly [server: SubjectName, name: string],
): Promise<IdleEnds> {
  const [server, name] = subject;
  const served = await bench.serve(server);
  const plan = { server, name, port: served.port, calls: 0, step: STEP, connections: FIRST };
  await using client = await started(bench, plan);
  const ends = async (): Promise<IdleEnds> => {
    const all: IdleEnds[] = [];
    for (let look = 0; look < LOOKS; look++) {
      await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY));
      all.push({ client: await client.ask("memory"), server: await served.memory() });
    }
    const least = (end: keyof IdleEnds): Memory => ({
      heap: Math.min(...all.map((one) => one[end].heap)),
      rss: Math.min(...all.map((one) => one[end].rss)),
    });
    return { client: least("client"), server: least("server") };
  };
  const before = await ends();
  await client.ask("open");
  const after = await ends();
  const each = (end: keyof IdleEnds): Memory => ({
    heap: (after[end].heap - before[end].heap) / FIRST,
    rss: (after[end].rss - before[end].rss) / FIRST,
  });
  return { client: each("client"), server: each("server") };
}

/** Of many calls over one connection. */
export async function measureKept(
  bench: Bench,
  subject: readonly [server: SubjectName, name: string],
): Promise<Kept[]> {
  const [server, name] = subject;
  const served = await bench.serve(server);
  const plan = { server, name, port: served.port, connections: 1, calls: CALLS, step: STEP };
  await using client = await started(bench, plan);
  const kept: Kept[] = [];
  for (let calls = STEP; calls <= CALLS; calls += STEP) {
    const told = await client.next() as Memory;
    kept.push({ subject: name, calls, client: told, server: await served.memory() });
  }
  return kept;
}

interface Started extends AsyncDisposable {
  next(): Promise<unknown>;
  /** Asks for its memory, or has it open as many connections more first. */
  ask(what: "memory" | "open"): Promise<Memory>;
}

/** Starts a client, and waits until its connections are open. */
async function started(bench: Bench, plan: MemoryPlan): Promise<Started> {
  const process = await bench.start("memory_client.ts", [JSON.stringify(plan)], IN_CLIENT);
  const lines = linesOf(process);
  const next = async (): Promise<unknown> => {
    for (let i = 0; i < 1_000; i++) { // what a package prints of its own is passed over
      const { value, done } = await lines.next();
      if (done === true) break;
      if (value.startsWith("{")) return JSON.parse(value);
    }
    throw new Error("Cannot measure: a client has ended");
  };
  await next();
  return {
    next,
    async ask(what) {
      const writer = process.stdin.getWriter();
      await writer.write(new TextEncoder().encode(`${what}\n`));
      writer.releaseLock();
      return await next() as Memory;
    },
    async [Symbol.asyncDispose]() {
      await process.stdin.close();
      await lines.return(undefined);
      await process.status;
    },
  };
}
