import { type Client, Lab, type Outcome, type Sample, type Wire } from "./lab.ts";

const MB = 2 ** 20;

/** What objects use, and the process's memory, may be larger at the end by these parts. */
const MAY_GROW = { heap: 1.25, resident: 1.5 } as const;

/**
 * Deno keeps so many bytes of each connection that ended without a close, for as long as it would
 * have let it be silent: 120 s. A server without this library keeps as many.
 */
const KEPT_OF_KILLED = 6_000;
const KEPT_FOR = 125_000;

/** How large a scenario is. */
export interface HoldOptions {
  readonly wire: Wire;
  readonly connections: number;
  /** Waits, at the end, until Deno has let go of the connections whose clients were killed. */
  readonly isPatient: boolean;
  /** Over how many client processes they are spread. */
  readonly processes: number;
}

/** Connections held on one process with calls on each; the second time the clients are killed. */
export async function hold(options: HoldOptions): Promise<Outcome> {
  const { wire, connections } = options;
  await using lab = await Lab.open(wire);
  await warmUp(lab);
  const before = await lab.sample("before");
  const first = await connectAll(lab, options);
  const held = await lab.sample(`${format(connections)} connections open`);
  lab.expect(held.connections === connections, `${held.connections} connections are held`);
  const ms = await Promise.all(first.map((client) => client.order({ kind: "call", each: 4 })));
  const calls = Math.round(4 * connections / Math.max(...ms) * 1_000);
  lab.facts.push(`4 concurrent calls on each connection: ${format(calls)} calls/s`);
  await lab.sample("after 4 calls on each");
  await Promise.all(first.map((client) => client.order({ kind: "close" })));
  await lab.untilConnections(0);
  const closed = await lab.sample("after closing all of them");

  const second = await connectAll(lab, options);
  await Promise.all(second.map((client) => client.order({ kind: "leave", each: 4, ms: 1_500 })));
  await lab.sample(`${format(connections)} open again, 4 calls pending on each`);
  noteKills(lab, [await killAll(lab, second)]);
  await new Promise((resolve) => setTimeout(resolve, 1_500)); // functions that ran return to nobody
  const after = await lab.sample("after killing the clients");
  await isHonest(lab);
  expectFlat(lab, { before: closed, after, killed: connections });
  if (options.isPatient) {
    await new Promise((resolve) => setTimeout(resolve, KEPT_FOR));
    expectFlat(lab, { before: closed, after: await lab.sample("two minutes later"), killed: 0 });
  }
  lab.facts.push(
    `memory per open connection: ${
      format((held.resident - before.resident) / connections)
    } bytes ` +
      `of the process, ${format((held.heap - before.heap) / connections)} bytes of the heap`,
  );
  return lab.outcome(`${format(connections)} open connections in one process`);
}

/** Until then the process grows to what a burst needs. */
const WARM_UP_BURSTS = 4;

/** How large it is. */
export interface BurstOptions {
  readonly wire: Wire;
  /** Connects of a burst, all at once. */
  readonly count: number;
  readonly bursts: number;
  /** From the beginning of a burst to that of the next, in ms. */
  readonly every: number;
  /** The connects of half of the bursts must not take longer, in ms; asked of a quiet machine alone. */
  readonly within?: number;
}

/** Bursts of connects, each closed again; then the same with clients that are killed. */
export async function bursts(options: BurstOptions): Promise<Outcome> {
  const { wire, count, bursts, every, within = Infinity } = options;
  await using lab = await Lab.open(wire);
  await warmUp(lab);
  const client = lab.client();
  const took: number[] = [];
  const burst = async (): Promise<void> => {
    const begun = performance.now();
    const ms = await client.order({ kind: "connect", count, atOnce: count });
    took.push(ms);
    await client.order({ kind: "call", each: 1 });
    await client.order({ kind: "close" });
    const left = every - (performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)));
  };
  for (let warming = 0; warming < WARM_UP_BURSTS; warming++) await burst();
  await lab.untilConnections(0);
  const before = await lab.sample(`after ${WARM_UP_BURSTS} warm-up bursts`);
  for (let made = 0; made < bursts; made++) await burst();
  await lab.untilConnections(0);
  await lab.sample(`after ${bursts} more bursts of ${format(count)}`);
  took.sort((a, b) => a - b);
  lab.facts.push(
    `opening ${format(count)} connections at once took ${format(took[0]!)} to ` +
      `${format(took.at(-1)!)} ms, until the server had accepted the last one`,
  );
  lab.expect(took[took.length >> 1]! <= within, `half of the bursts took more than ${within} ms`);
  const kills: number[] = [];
  for (let kill = 0; kill < 3; kill++) {
    const victim = lab.client();
    await victim.order({ kind: "connect", count, atOnce: count });
    kills.push(await killAll(lab, [victim]));
  }
  noteKills(lab, kills);
  const after = await lab.sample(`after 3 bursts of ${format(count)} with killed clients`);
  await isHonest(lab);
  expectFlat(lab, { before, after, killed: 3 * count });
  return lab.outcome(`Bursts of ${format(count)} connections, every ${format(every)} ms`);
}

/** How large it is. */
export interface CallsOptions {
  readonly wire: Wire;
  readonly calls: number;
  readonly atOnce: number;
}

/** Calls on one connection, sampled ten times; then its client is killed in the midst of more. */
export async function calls({ wire, calls, atOnce }: CallsOptions): Promise<Outcome> {
  await using lab = await Lab.open(wire);
  await warmUp(lab);
  const client = lab.client();
  await client.order({ kind: "connect", count: 1, atOnce: 1 });
  const count = calls / 10;
  let ms = 0;
  let before: Sample | undefined;
  for (let tenth = 1; tenth <= 10; tenth++) {
    ms += await client.order({ kind: "stream", count, atOnce });
    const sample = await lab.sample(`after ${format(tenth * count)} calls`);
    before ??= sample;
  }
  lab.facts.push(
    `${format(calls)} calls, ${atOnce} at a time: ${
      format(Math.round(calls / ms * 1_000))
    } calls/s`,
  );
  await client.order({ kind: "leave", each: atOnce, ms: 1_000 });
  noteKills(lab, [await killAll(lab, [client])]);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const after = await lab.sample("after its client was killed with calls pending");
  await isHonest(lab);
  expectFlat(lab, { before: before!, after, killed: 1 });
  return lab.outcome(`${format(calls)} calls on one connection`);
}

/** How large it is. */
export interface StopOptions {
  readonly wire: Wire;
  /** Texts of a megabyte that are asked for and not read. */
  readonly megabytes: number;
}

/** A reader that stops costs a bounded amount, is ended, and nobody else is kept waiting. */
export async function stop({ wire, megabytes }: StopOptions): Promise<Outcome> {
  await using lab = await Lab.open(wire);
  await warmUp(lab);
  const honest = lab.client();
  await honest.order({ kind: "connect", count: 1, atOnce: 1 });
  const alone = await honest.order({ kind: "stream", count: 2_000, atOnce: 1 });
  const before = await lab.sample("before");
  const stopped = lab.client();
  await stopped.order({ kind: "connect", count: 1, atOnce: 1 });
  await stopped.order({ kind: "stop", count: megabytes, bytes: MB });
  let most = before.resident;
  for (let look = 1; look <= 4; look++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    most = Math.max(most, (await lab.sample(`${format(look * 500)} ms later`)).resident);
  }
  const beside = await honest.order({ kind: "stream", count: 2_000, atOnce: 1 });
  lab.facts.push(
    `${megabytes} MiB requested and not read: the process grew by ` +
      `${format((most - before.resident) / MB)} MiB`,
    `2,000 sequential calls by another client: ${Math.round(alone)} ms before, ` +
      `${Math.round(beside)} ms while the first client isn't reading`,
  );
  lab.expect(
    most - before.resident <= megabytes * MB / 10,
    "the server kept more than a tenth of it",
  );
  await lab.untilConnections(1); // after 10 s without progress, and 5 s for an answer to the close
  await stopped.kill();
  await lab.sample("after its connection was closed");
  return lab.outcome("A client that stops reading");
}

/** Whole thousands apart. */
export function format(count: number): string {
  return Math.round(count).toLocaleString("en");
}

/** What every process has to load once is not counted. */
export async function warmUp(lab: Lab): Promise<void> {
  await using client = lab.client();
  await client.order({ kind: "connect", count: 20, atOnce: 20 });
  await client.order({ kind: "call", each: 100 });
  await client.order({ kind: "close" });
}

async function connectAll(lab: Lab, options: HoldOptions): Promise<Client[]> {
  const clients = Array.from({ length: options.processes }, () => lab.client());
  const count = options.connections / options.processes;
  await Promise.all(clients.map((client) => client.order({ kind: "connect", count, atOnce: 100 })));
  return clients;
}

/** Gives how long the server took to drop their connections, in ms. */
async function killAll(lab: Lab, clients: readonly Client[]): Promise<number> {
  const begun = performance.now();
  await Promise.all(clients.map((client) => client.kill()));
  await lab.untilConnections(0);
  return performance.now() - begun;
}

function noteKills(lab: Lab, times: readonly number[]): void {
  const list = new Intl.ListFormat("en-GB").format(times.map(format));
  lab.facts.push(
    `clients killed with SIGKILL: the server dropped their connections within ${list} ms`,
  );
}

/** Serves another client. */
export async function isHonest(lab: Lab): Promise<void> {
  await using client = lab.client();
  await client.order({ kind: "connect", count: 1, atOnce: 1 });
  await client.order({ kind: "call", each: 100 });
}

interface Flat {
  readonly before: Sample;
  readonly after: Sample;
  /** How many connections ended without a close shortly before. */
  readonly killed: number;
}

function expectFlat(lab: Lab, { before, after, killed }: Flat): void {
  for (const [what, factor] of Object.entries(MAY_GROW)) {
    const [was, is] = [before, after].map((sample) => sample[what as keyof typeof MAY_GROW]);
    lab.expect(
      is! <= was! * factor + killed * KEPT_OF_KILLED,
      `${what}: ${format(was!)} bytes "${before.moment}", ${format(is!)} "${after.moment}"`,
    );
  }
}
