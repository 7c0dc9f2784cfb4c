/** A table in Markdown: numbers to the right, their heads too. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const isNumber = head.map((_, column) =>
    column > 0 && rows.every((row) => /^[\d.,]|^—$/.test(row[column] ?? ""))
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = isNumber.map((yes) => yes ? "---:" : "---");
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
