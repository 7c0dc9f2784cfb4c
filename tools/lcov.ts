/** How much of each file ran, out of an lcov report, and whether that is enough. */

/** The counts of one file, by its path from the project's folder. */
export interface FileCoverage {
  readonly path: string;
  readonly lines: Count;
  readonly functions: Count;
}

/** How many there are and how many of them ran. */
export interface Count {
  readonly found: number;
  readonly hit: number;
}

/** The least that has to run, in percent of all files together. */
export const LEAST = { lines: 97, functions: 90 } as const;

/**
 * Reads the records of an lcov report.
 *
 * @param root What the paths begin with, cut off from them.
 */
export function parseLcov(report: string, root: string): FileCoverage[] {
  return report.replaceAll("\r", "").split("end_of_record").flatMap((record) => {
    const path = record.match(/^SF:(.*)$/m)?.[1];
    if (path === undefined) return [];
    const number = (key: string) => Number(record.match(new RegExp(`^${key}:(\\d+)$`, "m"))?.[1]);
    return [{
      path: relativePath(path, root),
      lines: { found: number("LF"), hit: number("LH") },
      functions: { found: number("FNF"), hit: number("FNH") },
    }];
  });
}

/** All files' counts in one. */
export function total(files: readonly FileCoverage[], what: "lines" | "functions"): Count {
  return files.map((file) => file[what]).reduce(
    (sum, { found, hit }) => ({ found: sum.found + found, hit: sum.hit + hit }),
    { found: 0, hit: 0 },
  );
}

/** The share that ran, in percent; of nothing, all. */
export function percent({ found, hit }: Count): number {
  return found === 0 ? 100 : 100 * hit / found;
}

/** Says what is not enough; nothing where all is. A report on no file at all is never enough. */
export function coverageFaults(files: readonly FileCoverage[]): string[] {
  if (total(files, "lines").found === 0) return ["Cannot judge the coverage: no line was counted"];
  return (["lines", "functions"] as const).flatMap((what) => {
    const share = percent(total(files, what));
    if (share >= LEAST[what]) return [];
    return [`${share.toFixed(2)} % of ${what} ran, under ${LEAST[what]} %`];
  });
}

/** A table of the files of which the least ran, worst first, and of all together. */
export function coverageTable(files: readonly FileCoverage[], rows: number): string {
  const worst = files
    .filter(({ lines, functions }) => Math.min(percent(lines), percent(functions)) < 100)
    .sort((a, b) => percent(a.lines) - percent(b.lines) || a.path.localeCompare(b.path))
    .slice(0, rows);
  const all = { path: "all", lines: total(files, "lines"), functions: total(files, "functions") };
  const width = Math.max(...[...worst, all].map(({ path }) => path.length));
  const head = `${"".padEnd(width)}   lines  functions`;
  return [
    head,
    ...[...worst, all].map(({ path, lines, functions }) =>
      `${path.padEnd(width)}  ${cell(lines, 6)}  ${cell(functions, 9)}`
    ),
  ].join("\n");
}

function cell(count: Count, width: number): string {
  return percent(count).toFixed(1).padStart(width);
}

function relativePath(path: string, root: string): string {
  const plain = path.replaceAll("\\", "/");
  const start = root.replaceAll("\\", "/");
  return plain.startsWith(start) ? plain.slice(start.length).replace(/^\//, "") : plain;
}
