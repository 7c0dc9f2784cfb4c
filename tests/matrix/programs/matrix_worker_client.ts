import { printCases } from "../../contract/programs/client.ts";
import { argumentOf, mortalProcess } from "../../contract/programs/process.ts";
import {
  runOverWorkers,
  type WorkerLibrary,
  type WorkerRun,
} from "../../workers/contract/client.ts";

/** The argument of the program that starts workers. */
export type MatrixWorkerArgument = Pick<WorkerRun, "mode" | "kind" | "file">;

/** Runs the cases of a mode over workers, with the package that the program's head has loaded. */
export async function main(lib: WorkerLibrary): Promise<void> {
  const process = mortalProcess();
  const argument = argumentOf<MatrixWorkerArgument>(process);
  await printCases(process, (report) => runOverWorkers({ ...argument, lib, report }));
}
