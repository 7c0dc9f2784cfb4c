/**
 * The memory of large streams beside that of streams of 10 MB in the same processes, into its part of
 * docs/LOAD.md:
 *
 *     deno task load:streams            1 GB of bytes and 10,000,000 items in each direction
 *     deno task load:streams --short    50 MB and 200,000 items, and no report
 */
import { withSection } from "../section.ts";
import { Program } from "./program.ts";
import { CHUNK, type StreamOrder, type StreamProgress } from "./stream_programs.ts";

const PROGRAM = "tools/load/stream_programs.ts";
const REPORT = new URL("../../docs/LOAD.md", import.meta.url);
const LOOK_EVERY_MS = 20;
/** How many streams of 10 MB run first: V8 lets some 20 MB of garbage gather before it collects. */
const SMALL = 5;
/** The most that a large stream may hold, as a share of the small one. */
export const MOST_SHARE = 1.3;

/** The most that the processes held, in bytes, while a stream ran. */
interface Peak {
  readonly client: number;
  readonly server: number;
  readonly ms: number;
  readonly isRight: boolean;
}

/** A large stream beside a small one. */
export interface StreamMemory {
  readonly order: StreamOrder;
  readonly small: Peak;
  readonly large: Peak;
}

/** How much of bytes and how many items. */
export interface StreamSizes {
  readonly megabytes: number;
  readonly items: number;
}

/** Runs each in a new pair of processes: first streams of 10 MB, then the large one. */
export async function streamMemory({ megabytes, items }: StreamSizes): Promise<StreamMemory[]> {
  const all: StreamMemory[] = [];
  for (const way of ["down", "up"] as const) {
    const chunks = Math.ceil(megabytes * 1e6 / CHUNK);
    for (
      const order of [{ kind: "bytes", way, count: chunks }, {
        kind: "items",
        way,
        count: items,
      }] as const
    ) {
      await using server = new Program(PROGRAM);
      const port = await server.hear<number>();
      await using client = new Program(PROGRAM, [`${port}`]);
      const small = { kind: "bytes", way, count: Math.ceil(1e7 / CHUNK) } as const;
      const before = await peakOf(client, server, Array(SMALL).fill(small));
      all.push({ order, small: before, large: await peakOf(client, server, [order]) });
    }
  }
  return all;
}

async function peakOf(
  client: Program,
  server: Program,
  orders: readonly StreamOrder[],
): Promise<Peak> {
  const peak = { client: 0, server: 0 };
  const look = (): void => {
    peak.client = Math.max(peak.client, client.residentBytes);
    peak.server = Math.max(peak.server, server.residentBytes);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  const begun = performance.now();
  try {
    let isRight = true;
    for (const order of orders) {
      let progress = await client.ask<StreamProgress>(order);
      while (!progress.isDone) progress = await client.hear<StreamProgress>();
      isRight &&= progress.isRight;
      look();
    }
    return { ...peak, ms: performance.now() - begun, isRight };
  } finally {
    clearInterval(timer);
  }
}

/** What a large stream held as shares of the small one. */
export function sharesOf({ small, large }: StreamMemory): { client: number; server: number } {
  return { client: large.client / small.client, server: large.server / small.server };
}

function rowOf(memory: StreamMemory): string {
  const { order: { kind, way, count }, small, large } = memory;
  const shares = sharesOf(memory);
  const mb = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
  const what = kind === "bytes"
    ? `${Math.round(count * CHUNK / 1e6).toLocaleString("en-US")} MB`
    : `${count.toLocaleString("en-US")} items`;
  const cells = [
    `${what} ${way === "down" ? "to the client" : "to the server"}`,
    mb(small.client),
    mb(large.client),
    shares.client.toFixed(2),
    mb(small.server),
    mb(large.server),
    shares.server.toFixed(2),
    (large.ms / 1_000).toFixed(1),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** The table of a run. */
export function streamRows(all: readonly StreamMemory[]): string {
  return `| a stream of | client, 10 MB | client | ratio | server, 10 MB | server | ratio | seconds |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${all.map(rowOf).join("\n")}`;
}

function partOf(all: readonly StreamMemory[]): string {
  const cpu = /model name\s*:\s*(.*)/.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1];
  return `<!-- streams: made by tools/load/streams.ts -->

## Large streams

The memory of both processes while a large stream runs, beside that of streams of 10 MB in the same
processes before it: ${SMALL} of them, one after the other, because V8 lets garbage gather before it
collects any. The figures are the highest VmRSS, in MiB. The bytes are sent in chunks of 64 kB,
and an item is a small object. Each row has its own pair of processes. A row passes if both ratios are
at most ${MOST_SHARE}. \`deno task load:streams\` measures only these.

${streamRows(all)}

Measured on ${
    new Date().toISOString().slice(0, 10)
  } on ${navigator.hardwareConcurrency} cores (${cpu}),
Deno ${Deno.version.deno}, V8 ${Deno.version.v8}.

<!-- /streams -->
`;
}

if (import.meta.main) {
  const isShort = Deno.args.includes("--short");
  const all = await streamMemory(
    isShort ? { megabytes: 50, items: 200_000 } : { megabytes: 1_000, items: 10_000_000 },
  );
  console.log(streamRows(all));
  const passed = all.filter((one) => {
    const { client, server } = sharesOf(one);
    return one.large.isRight && client <= MOST_SHARE && server <= MOST_SHARE;
  });
  console.log(`${passed.length} passed, ${all.length - passed.length} failed`);
  if (!isShort) {
    await Deno.writeTextFile(
      REPORT,
      withSection(await Deno.readTextFile(REPORT), "streams", partOf(all)),
    );
    await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", REPORT.pathname] }).output();
  }
  if (passed.length < all.length) Deno.exitCode = 1;
}
