/** What of a bundle is whose, by its source map. */
/** What one source file has in a bundle. */
export interface Part {
  readonly path: string;
  /** Bytes of the minified text. */
  readonly minified: number;
  /** By how much the compressed bundle shrinks if the file's text is cut out of it, in bytes. */
  readonly gzipped: number;
}

/** What of a source map is read. */
export interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** A stretch of the bundle: up to the next one's start it is of that source. */
interface Stretch {
  readonly start: number;
  /** -1: of none, as the bundler's own helpers are. */
  readonly source: number;
}

/**
 * The source files of a bundle, the heaviest first.
 *
 * @param gzippedLength How many bytes a text takes when it is compressed.
 */
export async function partsOf(
  code: string,
  map: SourceMap,
  gzippedLength: (text: string) => Promise<number>,
): Promise<Part[]> {
  const pieces = piecesOf(code, stretchesOf(code, map.mappings));
  const whole = await gzippedLength(code);
  const parts: Part[] = [];
  for (const [source, path] of map.sources.entries()) {
    const textOf = (isOwn: boolean): string =>
      pieces.filter((piece) => (piece.source === source) === isOwn).map(({ text }) => text).join(
        "",
      );
    const minified = new TextEncoder().encode(textOf(true)).length;
    if (minified === 0) continue;
    parts.push({ path, minified, gzipped: whole - await gzippedLength(textOf(false)) });
  }
  return parts.sort((a, b) => b.gzipped - a.gzipped);
}

function piecesOf(
  code: string,
  stretches: readonly Stretch[],
): { readonly source: number; readonly text: string }[] {
  return [{ start: 0, source: -1 }, ...stretches].map(({ start, source }, i) => ({
    source,
    text: code.slice(start, stretches[i]?.start ?? code.length),
  }));
}

/** Of each line the segments follow each other by commas; only the line begins at column 0 anew. */
function stretchesOf(code: string, mappings: string): Stretch[] {
  const stretches: Stretch[] = [];
  let lineStart = 0;
  let source = 0;
  for (const line of mappings.split(";")) {
    let column = 0;
    for (const segment of line.split(",").filter(Boolean)) {
      const [columns, sources] = numbersOf(segment);
      column += columns!;
      source += sources ?? 0;
      stretches.push({ start: lineStart + column, source: sources === undefined ? -1 : source });
    }
    lineStart = code.indexOf("\n", lineStart) + 1;
  }
  return stretches;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Of a segment, as source maps write numbers: five bits a digit, the lowest first, the sign last. */
function numbersOf(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const letter of segment) {
    const digit = DIGITS.indexOf(letter);
    value += (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}
