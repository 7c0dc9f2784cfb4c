import type { Row } from "../row.ts";
import { upgradeRows } from "./upgrade_rows.ts";

/** All that is tried, by what it is about. */
export const groups: Readonly<Record<string, readonly Row[]>> = {
  "requests for an upgrade": upgradeRows,
};
