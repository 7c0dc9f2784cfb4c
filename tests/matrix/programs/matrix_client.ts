import { printCases } from "../../contract/programs/client.ts";
import { argumentOf, mortalProcess } from "../../contract/programs/process.ts";
import { runSuite } from "../../contract/suite.ts";
import type { Pairing } from "../../contract/world.ts";
import { type MatrixLibrary, type ModeName, MODES } from "../modes.ts";

/** The argument of the client's program. */
export interface MatrixClientArgument {
  readonly mode: ModeName;
  readonly pairing: Pairing;
  /** The scenarios' server, `ws://host:port`. */
  readonly base: string;
}

/** Runs the cases of a mode with the package, which the program's head has loaded in its way. */
export async function main(lib: MatrixLibrary): Promise<void> {
  const process = mortalProcess();
  const { mode, pairing, base } = argumentOf<MatrixClientArgument>(process);
  const { around, cases } = MODES[mode];
  const run = { lib: around(lib), pairing, base, cases };
  await printCases(process, (report) => runSuite({ ...run, report }));
}
