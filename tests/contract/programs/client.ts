import type { Library } from "../library.ts";
import { type Run, runSuite } from "../suite.ts";
import type { Case, Pairing } from "../world.ts";
import { argumentOf, mortalProcess, print, type Process } from "./process.ts";

/** The argument of a client's program. */
export interface ClientArgument {
  /** What the library under test is imported by. */
  readonly library: string;
  readonly pairing: Pairing;
  /** The scenarios' server, `ws://host:port`. */
  readonly base: string;
}

/** Runs cases in a process of its own, as the client, with the library that its argument names. */
export async function runClient(cases: readonly Case[]): Promise<void> {
  const process = mortalProcess();
  const { library, pairing, base } = argumentOf<ClientArgument>(process);
  const lib: Library = await import(library);
  await reportCases(process, { lib, pairing, base, cases });
}

/**
 * Runs cases, and ends the process. It prints a line for each, `{"case":"…","ok":true}` or
 * `{"case":"…","ok":false,"error":"…"}`, and at the end `{"end":n}`.
 */
export async function reportCases(process: Process, run: Omit<Run, "report">): Promise<void> {
  let count = 0;
  await runSuite({
    ...run,
    report(result) {
      count++;
      print(process, result);
    },
  });
  print(process, { end: count });
  process.exit(0);
}
