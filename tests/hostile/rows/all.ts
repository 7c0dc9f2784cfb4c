import type { Row } from "../row.ts";
import { frameRows } from "./frame_rows.ts";
import { upgradeRows } from "./upgrade_rows.ts";

/** All that is tried, by what it is about. */
export const groups: Readonly<Record<string, readonly Row[]>> = {
  "requests for an upgrade": upgradeRows,
  frames: frameRows,
};
