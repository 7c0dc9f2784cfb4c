import { type SubjectName, SUBJECTS } from "./subjects/mod.ts";
import { givenOptions } from "./given.ts";
import { RECONNECTION } from "./reconnection.ts";
import { type WorkloadName, WORKLOADS } from "./workloads.ts";

/** What a run is asked for. */
export interface BenchOptions {
  readonly isCheck: boolean;
  /** Speeds on the console, no memory, no sizes, no other runtimes, no page. */
  readonly isDry: boolean;
  /** Only what reconnection costs. */
  readonly isReconnection: boolean;
  readonly rounds: number;
  readonly windowMs: number;
  readonly workloads: readonly WorkloadName[];
  readonly servers: readonly SubjectName[];
  /** As it was typed, for the report. */
  readonly command: string;
}

const OPTIONS = ["check", "dry", "reconnection", "rounds", "window", "only", "servers"];

/** @throws {TypeError} If there is no such option or name. */
export function readOptions(args: readonly string[]): BenchOptions {
  const given = givenOptions(OPTIONS, "run the benchmark", args);
  return {
    isCheck: given.has("check"),
    isDry: given.has("dry"),
    isReconnection: given.has("reconnection"),
    rounds: Number(given.get("rounds") ?? 15),
    windowMs: Number(given.get("window") ?? 300),
    workloads: namesOf(given.get("only"), WORKLOADS),
    servers: namesOf(given.get("servers"), SUBJECTS)
      .filter((name) => given.has("servers") || !RECONNECTION.includes(name)),
    command: ["deno task bench", ...args].join(" "),
  };
}

function namesOf<Name extends string>(
  list: string | undefined,
  all: Readonly<Record<Name, unknown>>,
): Name[] {
  const names = Object.keys(all) as Name[];
  if (list === undefined) return names;
  const wanted = list.split(",");
  const unknown = wanted.find((name) => !names.includes(name as Name));
  if (unknown === undefined) return wanted as Name[];
  throw new TypeError(`Cannot measure "${unknown}": there are ${names.join(", ")}`);
}
