import type { Ran } from "../contract/pairings.ts";
import { MODE_NAMES, type ModeName } from "./modes.ts";

/** What became of one pairing in one mode. */
export interface Cell {
  readonly client: string;
  readonly server: string;
  readonly mode: ModeName;
  /** What it ran, or why it could not be run. */
  readonly ran: Ran | string;
}

/** A row a pairing, a column a mode: how many cases held, and of how many where some did not. */
export function tableOf(cells: readonly Cell[]): string {
  const rows = new Map<string, string[]>();
  for (const { client, server, mode, ran } of cells) {
    const key = `${client}\n${server}`;
    const row = rows.get(key) ?? [client, server, ...MODE_NAMES.map(() => "–")];
    row[2 + MODE_NAMES.indexOf(mode)] = told(ran);
    rows.set(key, row);
  }
  return aligned([["client", "server", ...MODE_NAMES], ...rows.values()]);
}

function told(ran: Ran | string): string {
  if (typeof ran === "string") return "not run";
  const held = ran.results.filter(({ ok }) => ok).length;
  return held === ran.results.length ? String(held) : `${held} of ${ran.results.length}`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((text, i) => text.padEnd(widths[i]!)).join("  ").trimEnd())
    .join("\n");
}
