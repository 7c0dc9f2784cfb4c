import type { ClientPlace, ServerPlace } from "./places.ts";
import type { Result } from "./suite.ts";
import { type Case, type Pairing, runsIn } from "./world.ts";

/** What a pairing ran. */
export interface Ran {
  /** For people: "TGrid in Node calls ours in Deno". */
  readonly name: string;
  readonly pairing: Pairing;
  readonly results: readonly Result[];
}

/** Two places, and how their ends are to speak. */
export interface Meeting {
  readonly client: ClientPlace;
  readonly server: ServerPlace;
  readonly codec: Pairing["codec"];
}

/** Runs the cases of one pairing. */
export async function runPairing(meeting: Meeting): Promise<Ran> {
  const { client, server, codec } = meeting;
  const pairing: Pairing = { client: client.make, server: server.make, codec };
  const started = await server.start();
  try {
    const results = await client.run(pairing, `ws://127.0.0.1:${started.port}`);
    return { name: nameOf(meeting), pairing, results };
  } finally {
    await started.stop();
  }
}

/** How a pairing is called. */
export function nameOf({ client, server, codec }: Meeting): string {
  return `${client.name} calls ${server.name}, ${codec}`;
}

/** The cases that do not hold, each with its error. */
export function failuresOf({ results }: Ran): string[] {
  return results.filter(({ ok }) => !ok).map((one) => `${one.case}\n    ${one.error}`);
}

/**
 * What is wrong with what was run as a whole. Pairings of the same makes and codec must have run
 * the same cases, each of them every case that it can, once; and every case must have run
 * somewhere.
 */
export function faultsOf(runs: readonly Ran[], cases: readonly Case[]): string[] {
  const faults: string[] = [];
  const names = cases.map(({ name }) => name);
  for (const name of repeated(names)) faults.push(`"${name}" is the name of two cases`);
  for (const { name, pairing, results } of runs) {
    const wanted = cases.filter((one) => runsIn(one, pairing)).map((one) => one.name);
    const ran = results.map((result) => result.case);
    for (const one of without(wanted, ran)) faults.push(`${name}: "${one}" did not run`);
    for (const one of without(ran, wanted)) faults.push(`${name}: "${one}" ran, and is no case`);
    for (const one of repeated(ran)) faults.push(`${name}: "${one}" ran twice`);
  }
  const ranSomewhere = runs.flatMap(({ results }) => results.map((result) => result.case));
  for (const name of without(names, ranSomewhere)) faults.push(`"${name}" ran nowhere`);
  return [...faults, ...unlike(runs)];
}

/** Compared with each other as well: the list of cases that this process has may be another one. */
function unlike(runs: readonly Ran[]): string[] {
  const faults: string[] = [];
  const firstOf = new Map<string, Ran>();
  for (const run of runs) {
    const { client, server, codec } = run.pairing;
    const kind = `${client} ${server} ${codec}`;
    const first = firstOf.get(kind);
    if (first === undefined) firstOf.set(kind, run);
    else faults.push(...difference(first, run), ...difference(run, first));
  }
  return faults;
}

function difference(one: Ran, other: Ran): string[] {
  const [ran, otherRan] = [one, other].map(({ results }) => results.map((result) => result.case));
  return without(ran!, otherRan!).map((name) =>
    `"${name}" ran where ${one.name}, and not where ${other.name}`
  );
}

function without(list: readonly string[], other: readonly string[]): string[] {
  const there = new Set(other);
  return list.filter((one) => !there.has(one));
}

function repeated(list: readonly string[]): string[] {
  return list.filter((one, index) => list.indexOf(one) < index);
}
