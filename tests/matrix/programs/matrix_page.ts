import { type Result, runSuite } from "../../contract/suite.ts";
import { type MatrixLibrary, MODES } from "../modes.ts";
import type { MatrixClientArgument } from "./matrix_client.ts";

/** What a page of the matrix has. */
export interface MatrixPage {
  /** Runs the cases of a mode; is there as soon as the page has loaded. */
  runMatrix(argument: MatrixClientArgument): Promise<readonly Result[]>;
}

/** Makes the cases callable from outside the page, with the package that it holds. */
export function main(lib: MatrixLibrary): void {
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
  };
  Object.assign(globalThis, page);
}
