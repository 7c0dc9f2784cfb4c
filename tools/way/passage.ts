/** What a call or a close passes, as functions of the sources. */

/** The global function that an instrumented copy calls with a place's index. */
export const ENTER = "__sheetbendEnter";

/** One function of the sources. */
export interface Place {
  /** From the library's folder: `src/rpc/driver.ts`. */
  readonly file: string;
  readonly line: number;
  /** `PendingCalls.add`; an arrow without a name has that of the function around it. */
  readonly name: string;
}

/** The functions that were entered, in that order, each as often as it was. */
export type Passage = readonly Place[];

/** How many entries, of how many functions, in how many files. */
export interface Counts {
  readonly entries: number;
  readonly functions: number;
  readonly files: number;
}

/** Counts a passage. */
export function countsOf(passage: Passage): Counts {
  return {
    entries: passage.length,
    functions: new Set(passage).size,
    files: new Set(passage.map(({ file }) => file)).size,
  };
}

/** Of several passages the one in the middle by its entries: work that comes now and then is left out. */
export function medianOf(passages: readonly Passage[]): Passage {
  const sorted = passages.toSorted((a, b) => a.length - b.length);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new TypeError("Cannot choose a passage: there are none");
  return middle;
}
