import type { Row } from "../row.ts";
import { answerRows } from "./answer_rows.ts";
import { callRows } from "./call_rows.ts";
import { closeRows } from "./close_rows.ts";
import { flowRows } from "./flow_rows.ts";
import { frameRows } from "./frame_rows.ts";
import { handlerRows } from "./handler_rows.ts";
import { headerRows } from "./header_rows.ts";
import { limitRows } from "./limit_rows.ts";
import { linkedRows } from "./linked_rows.ts";
import { originRows } from "./origin_rows.ts";
import { pathRows } from "./path_rows.ts";
import { returnRows } from "./return_rows.ts";
import { structuredRows } from "./structured_rows.ts";
import { textRows } from "./text_rows.ts";
import { timeRows } from "./time_rows.ts";
import { upgradeRows } from "./upgrade_rows.ts";
import { valueRows } from "./value_rows.ts";

/** All that is tried, by what it is about. */
export const groups: Readonly<Record<string, readonly Row[]>> = {
  "requests for an upgrade": upgradeRows,
  frames: frameRows,
  closes: closeRows,
  texts: textRows,
  "first frames": headerRows,
  "calls": callRows,
  "values": valueRows,
  paths: pathRows,
  returns: returnRows,
  "linked mode": linkedRows,
  "values beyond JSON": structuredRows,
  origins: originRows,
  handlers: handlerRows,
  limits: limitRows,
  "what runs and what waits": flowRows,
  "silence and resets": timeRows,
  "answers to an upgrade": answerRows,
};
