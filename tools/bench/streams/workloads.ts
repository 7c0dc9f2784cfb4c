import { spreadOf } from "../statistics.ts";
import { CHUNK, type StreamClient } from "./subject.ts";

/** One kind of work. */
export interface StreamWorkload {
  readonly title: string;
  readonly unit: string;
  /** Whether a smaller value is better. */
  readonly isTime: boolean;
  fits(client: StreamClient): boolean;
  /** Works for about so many ms, and returns a value in the unit. */
  window(client: StreamClient, ms: number): Promise<number>;
}

/** How many of each in a stream, or at once. */
const ITEMS = 2_000;
const CALLS = 1_000;
const FLOOD = 10;

/** In the order in which they are reported. */
export const STREAM_WORKLOADS = {
  bytes: {
    title: "64 kB chunks from the server",
    unit: "MB/s",
    isTime: false,
    fits: () => true,
    window: (client, ms) => megabytes((time) => client.bytes(time), ms),
  },
  upload: {
    title: "64 kB chunks to the server",
    unit: "MB/s",
    isTime: false,
    fits: () => true,
    window: (client, ms) => megabytes((time) => client.upload(time), ms),
  },
  items: {
    title: "small objects from the server",
    unit: "items/s",
    isTime: false,
    fits: () => true,
    window: (client, ms) =>
      perSecond(ms, async () => {
        check(await client.items(ITEMS) === ITEMS * (ITEMS - 1) / 2);
        return ITEMS;
      }),
  },
  callbacks: {
    title: "calls of a callback, 1,000 at once",
    unit: "calls/s",
    isTime: false,
    fits: ({ callbacks }) => callbacks !== undefined,
    window: (client, ms) =>
      perSecond(ms, async () => {
        check(await client.callbacks!(CALLS) === CALLS);
        return CALLS;
      }),
  },
  beside: {
    title: "a small call beside ten streams of chunks",
    unit: "ms",
    isTime: true,
    fits: ({ flood }) => flood !== undefined,
    window: besideFlood,
  },
} satisfies Record<string, StreamWorkload>;

export type StreamWorkloadName = keyof typeof STREAM_WORKLOADS;

async function perSecond(ms: number, work: () => Promise<number>): Promise<number> {
  const begun = performance.now();
  let done = 0;
  let now = begun;
  while (now - begun < ms) {
    done += await work();
    now = performance.now();
  }
  return done / (now - begun) * 1_000;
}

/** In a second, of one stream. */
async function megabytes(stream: (ms: number) => Promise<number>, ms: number): Promise<number> {
  const begun = performance.now();
  const bytes = await stream(ms);
  check(bytes > 0 && bytes % CHUNK.length === 0);
  return bytes / 1_000 / (performance.now() - begun);
}

/** The median of the calls made one at a time. */
async function besideFlood(client: StreamClient, ms: number): Promise<number> {
  const end = client.flood!(FLOOD);
  const begun = performance.now();
  const times: number[] = [];
  for (let now = begun; now - begun < ms;) {
    const before = performance.now();
    check(await client.plus!(times.length, 1) === times.length + 1);
    now = performance.now();
    times.push(now - before);
  }
  await end();
  return spreadOf(times).median;
}

function check(isRight: boolean): void {
  if (!isRight) throw new Error("Cannot measure: a wrong answer");
}
