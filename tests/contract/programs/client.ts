import type { Library } from "../library.ts";
import { runSuite } from "../suite.ts";
import type { Case, Pairing } from "../world.ts";
import { argumentOf, mortalProcess, print } from "./process.ts";

/** The argument of a client's program. */
export interface ClientArgument {
  /** What the library under test is imported by. */
  readonly library: string;
  readonly pairing: Pairing;
  /** The scenarios' server, `ws://host:port`. */
  readonly base: string;
}

/**
 * Runs cases in a process of its own, as the client. It prints a line for each,
 * `{"case":"…","ok":true}` or `{"case":"…","ok":false,"error":"…"}`, and at the end `{"end":n}`.
 */
export async function runClient(cases: readonly Case[]): Promise<void> {
  const process = mortalProcess();
  const { library, pairing, base } = argumentOf<ClientArgument>(process);
  const lib: Library = await import(library);
  let count = 0;
  await runSuite({
    lib,
    pairing,
    base,
    cases,
    report(result) {
      count++;
      print(process, result);
    },
  });
  print(process, { end: count });
  process.exit(0);
}
