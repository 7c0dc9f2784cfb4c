import type { Client } from "./subject.ts";

/** One kind of work: gives how many calls, or connections, it did. */
export interface Workload {
  readonly title: string;
  /** Can it be done with this client? */
  fits?(client: Client): boolean;
  run(client: Client, connect: () => Promise<Client>): Promise<number>;
}

const text = (length: number): string => "abcdefgh".repeat(length / 8);
const KB2 = text(2_000);
const KB9 = text(8_600);
const KB10 = text(10_000);
const MB1 = text(1_000_000);
const BYTES = new Uint8Array(1_000_000).map((_, i) => i % 251);

/** In the order in which they are reported. */
export const WORKLOADS = {
  sequential: { title: "small calls, one at a time", run: (client) => plus(client, 0) },
  burst16: { title: "16 small calls at once", run: (client) => burst(client, 16) },
  burst64: { title: "64 small calls at once", run: (client) => burst(client, 64) },
  burst1000: { title: "1,000 small calls at once", run: (client) => burst(client, 1_000) },
  callers64: {
    title: "64 callers, one call at a time each",
    run: (client) => callers(64, 8, (i) => plus(client, i)),
  },
  echo2k: { title: "2 kB echoed", run: (client) => same(client, KB2) },
  echo10k: { title: "10 kB echoed", run: (client) => same(client, KB10) },
  echo8k16: {
    title: "8.6 kB echoed, 16 callers",
    run: (client) => callers(16, 4, () => same(client, KB9)),
  },
  echo1m: { title: "1 MB of text echoed", run: (client) => same(client, MB1) },
  bytes1m: {
    title: "1 MB of bytes echoed",
    fits: (client) => client.bytes !== undefined,
    async run(client) {
      const back = await client.bytes!(BYTES) as Uint8Array | ArrayBuffer;
      check(back.byteLength === BYTES.length);
      return 1;
    },
  },
  back1000: {
    title: "server → client, 1,000 small calls at once",
    fits: (client) => client.back !== undefined,
    async run(client) {
      check(await client.back!(1_000) === 1_000);
      return 1_000;
    },
  },
  connect: {
    title: "connect, one call, close",
    async run(_client, connect) {
      const client = await connect();
      await plus(client, 1);
      await client.close();
      return 1;
    },
  },
} satisfies Record<string, Workload>;

export type WorkloadName = keyof typeof WORKLOADS;

async function plus(client: Client, x: number): Promise<number> {
  check(await client.plus(x, 1) === x + 1);
  return 1;
}

async function burst(client: Client, count: number): Promise<number> {
  const calls = Array.from({ length: count }, (_, i) => client.plus(i, 1));
  const sums = await Promise.all(calls);
  check(sums[count - 1] === count);
  return count;
}

async function callers(
  count: number,
  each: number,
  call: (i: number) => Promise<number>,
): Promise<number> {
  await Promise.all(Array.from({ length: count }, async () => {
    for (let i = 0; i < each; i++) await call(i);
  }));
  return count * each;
}

async function same(client: Client, value: string): Promise<number> {
  check((await client.echo(value) as string).length === value.length);
  return 1;
}

function check(isRight: boolean): void {
  if (!isRight) throw new Error("Cannot measure: a wrong answer");
}
