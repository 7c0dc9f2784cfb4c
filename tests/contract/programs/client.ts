import type { Library } from "../library.ts";
import { type Result, runSuite } from "../suite.ts";
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
  await printCases(process, (report) => runSuite({ lib, pairing, base, cases, report }));
}

/**
 * Runs cases, and ends the process. It prints a line for each, `{"case":"…","ok":true}` or
 * `{"case":"…","ok":false,"error":"…"}`, and at the end `{"end":n}`.
 */
export async function printCases(
  process: Process,
  run: (report: (result: Result) => void) => Promise<void>,
): Promise<void> {
  let count = 0;
  await run((result) => {
    count++;
    print(process, result);
  });
  print(process, { end: count });
  process.exit(0);
}
