import { PINNED } from "./entries.ts";
import { MOST_BYTES } from "./limit.ts";
import { FLAGS, type Size } from "./measure.ts";

/** The page, in Markdown as `deno fmt` has it. */
export function pageOf(sizes: readonly Size[], date: Date): string {
  const day = date.toISOString().slice(0, 10);
  return `# Sizes

What a web page loads: a program that imports this and nothing else, bundled, minified and
compressed (\`gzip -9\`).

${tableOf(sizes)}

A program of \`birpc\` brings its own socket, and code that opens it, and tells of its end.

The tests of the npm package hold \`WebSocketConnector\` to ${grouped(MOST_BYTES)} bytes.

## File by file

What each file has in the bundle of \`WebSocketConnector\`: bytes of the minified text, and by how
much the compressed bundle shrinks if that text is cut out of it. The second column does not add up
to the whole: what is alike in two files is compressed to little in either.

${partsTable(sizes[0]!)}

Measured on ${day} by \`deno task build:npm && deno task sizes\`, with esbuild ${PINNED.esbuild}:

\`\`\`
esbuild ${FLAGS.join(" ")}
\`\`\`
`;
}

function tableOf(sizes: readonly Size[]): string {
  return aligned([
    ["package", "version", "imported", "minified, bytes", "gzipped, bytes"],
    ...sizes.map(({ entry, version, minified, gzipped }) => [
      `\`${entry.of}\``,
      version,
      entry.what,
      grouped(minified),
      grouped(gzipped),
    ]),
  ]);
}

/** What each source file has in a bundle. */
function partsTable({ parts }: Size): string {
  return aligned([
    ["file", "minified, bytes", "gzipped, bytes"],
    ...parts.map(({ path, minified, gzipped }) => [
      path.replace("node_modules/sheetbend/esm/", ""),
      grouped(minified),
      grouped(gzipped),
    ]),
  ]);
}

/** A Markdown table; the columns of numbers, all that follow the first text ones, end alike. */
function aligned(rows: readonly (readonly string[])[]): string {
  const isNumber = rows[0]!.map((_, column) =>
    rows.slice(1).every((row) => /^[\d,]+$/.test(row[column]!))
  );
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${
      row.map((text, i) => isNumber[i] ? text.padStart(widths[i]!) : text.padEnd(widths[i]!))
        .join(" | ")
    } |`;
  const rule = `| ${
    widths.map((width, i) => isNumber[i] ? `${"-".repeat(width - 1)}:` : "-".repeat(width))
      .join(" | ")
  } |`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join("\n");
}

function grouped(bytes: number): string {
  return bytes.toLocaleString("en-GB");
}
