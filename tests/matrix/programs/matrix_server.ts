import { argumentOf, mortalProcess } from "../../contract/programs/process.ts";
import { serveScenarios } from "../../contract/programs/serving.ts";
import { type MatrixLibrary, type ModeName, MODES } from "../modes.ts";

/** The argument of the server's program. */
export interface MatrixServerArgument {
  readonly mode: ModeName;
}

/** Serves the scenarios with the package, which the program's head has loaded in its way. */
export async function main(lib: MatrixLibrary): Promise<void> {
  const process = mortalProcess();
  const { mode } = argumentOf<MatrixServerArgument>(process);
  await serveScenarios(process, { lib: MODES[mode].around(lib), make: "ours" });
}
