import { type Result, runSuite } from "../../contract/suite.ts";
import { runOverWorkers, type WorkerLibrary } from "../../workers/contract/client.ts";
import { type MatrixLibrary, type ModeName, MODES } from "../modes.ts";
import type { MatrixClientArgument } from "./matrix_client.ts";

/** What a page of the matrix has. */
export interface MatrixPage {
  /** Runs the cases of a mode; is there as soon as the page has loaded. */
  runMatrix(argument: MatrixClientArgument): Promise<readonly Result[]>;
  /** Runs the cases of a mode over workers of the page. */
  runWorkers(mode: ModeName): Promise<readonly Result[]>;
}

/** Makes the cases callable from outside the page, with the package that it holds. */
export function main(lib: MatrixLibrary & WorkerLibrary): void {
  const page: MatrixPage = {
    async runMatrix({ mode, pairing, base }) {
      const { around, cases } = MODES[mode];
      const results: Result[] = [];
      await runSuite({
        lib: around(lib),
        pairing,
        base,
        cases,
        report: (result) => results.push(result),
      });
      return results;
    },
    async runWorkers(mode) {
      const results: Result[] = [];
      const report = (result: Result): void => void results.push(result);
      await runOverWorkers({ lib, mode, kind: "worker", file: "worker.js", report });
      return results;
    },
  };
  Object.assign(globalThis, page);
}
