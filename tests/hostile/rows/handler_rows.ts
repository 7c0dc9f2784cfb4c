import { type Gets, type Row, says, sends } from "../row.ts";
import { closePayload, OPCODE } from "../wire/frames.ts";

const HEADER = '{"header":{"token":"hunter2"}}';
const FAILED: Gets = { end: 1011, says: "Internal server error", events: ["error"] };

function decided(reason: string, handler: string, upgraded: Gets): Row {
  return { reason, handler, does: [says(HEADER)], gets: { upgraded } };
}

/** What a server's own handler does, and what its peer sees of it. */
export const handlerRows: readonly Row[] = [
  decided("A handler that throws: its peer hears that, and nothing more", "throw", FAILED),
  decided("A handler that throws later", "throw-later", FAILED),
  decided("A handler that throws when it has accepted", "throw-after", { ...FAILED, texts: ["1"] }),
  decided("A handler that turns its peer away", "reject", { end: 3001, says: "not you" }),
  decided("A handler that turns its peer away with a code that may not be sent", "reject-badly", {
    end: 1008,
    says: "not you",
    events: ["error"],
  }),
  decided("A handler that closes as soon as it has accepted", "close", {
    end: 3005,
    says: "enough",
    texts: ["1"],
  }),
  {
    reason: "A peer that closes with another code while it is turned away",
    handler: "reject",
    does: [says(HEADER), sends({ opcode: OPCODE.close, payload: closePayload(3999) })],
    gets: { upgraded: { end: [3001, 3999], closed: 3001 } },
  },
  {
    reason: "A peer that goes on to call while it is turned away",
    handler: "reject",
    does: [says(HEADER, '{"uid":1,"listener":"echo","parameters":[]}')],
    gets: { upgraded: { end: 3001 } },
  },
];
