import { PINNED } from "./entries.ts";
import { MOST_BYTES } from "./limit.ts";
import { FLAGS, type Size } from "./measure.ts";

/** The page, in Markdown as `deno fmt` has it. */
export function pageOf(sizes: readonly Size[], date: Date): string {
  const day = date.toISOString().slice(0, 10);
  return `# Bundle sizes

How many bytes a library adds to a web page. Each row is a program that contains only the named
imports, bundled, minified and compressed with \`gzip -9\`.

${tableOf(sizes)}

\`birpc\` doesn't include a transport: a program needs more code to open a socket and to notice when
it closes.

The tests of the npm package fail if \`WebSocketConnector\` exceeds ${
    grouped(MOST_BYTES)
  } bytes, gzipped.

## By file

This is what each source file adds to the bundle of \`WebSocketConnector\`. The first figure is the
size of the file's minified code. The second is how much smaller the compressed bundle is without
that code. The second column doesn't add up to the total, because code that is similar in two files
compresses well. A negative figure means that the bundle compresses better with the file than
without it.

${partsTable(sizes[0]!)}

Measured on ${day} with \`deno task build:npm && deno task sizes\`, using esbuild ${PINNED.esbuild}:

\`\`\`text
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
    rows.slice(1).every((row) => /^-?[\d,]+$/.test(row[column]!))
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
