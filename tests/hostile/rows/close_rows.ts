import { floods, type Gets, type Outcome, type Row, says, sends, type Step } from "../row.ts";
import { closePayload, OPCODE } from "../wire/frames.ts";

function closes(code: number, reason: Uint8Array | string = ""): Step {
  return sends({ opcode: OPCODE.close, payload: closePayload(code, reason) });
}

const CALL = '{"uid":5,"listener":"echo","parameters":[{"value":1}]}';
const bothFail = (error: string): readonly [Outcome, Outcome] => [{ error }, { error }];

/** A close that is one: answered with the same code, and told word for word. */
function proper(code: number, why: string, reason = "so it is"): Row {
  const isNormal = code === 1000;
  const error = `${isNormal ? "ConnectionClosedError" : "WebSocketError"}: ${reason}`;
  const gets: Gets = { end: code, says: reason };
  return {
    reason: `A close with ${code}, ${why}`,
    handler: "calls",
    does: [closes(code, reason)],
    gets: {
      accepted: { ...gets, calls: bothFail(error) },
      greeted: { refused: [code, reason] },
      taken: { ...gets, calls: bothFail(error) },
    },
  };
}

/** A code that must not stand in a frame: taken for a broken connection. */
function forbidden(code: number, why: string): Row {
  const gets: Gets = { end: 1002, closed: 1006 };
  return {
    reason: `A close with ${code}, ${why}`,
    does: [closes(code, "so it is")],
    gets: {
      upgraded: gets,
      undecided: gets,
      accepted: gets,
      greeted: { refused: [1006] },
      taken: gets,
    },
  };
}

function broken(reason: string, ...does: readonly Step[]): Row {
  const end: Gets = { end: "broken" };
  return {
    reason,
    does,
    gets: { upgraded: end, accepted: end, greeted: { refused: [1006] }, taken: end },
  };
}

function ended(reason: string, code: number, ...does: readonly Step[]): Row {
  return {
    reason,
    does,
    gets: {
      upgraded: { end: code },
      accepted: { end: code },
      greeted: { refused: [code] },
      taken: { end: code },
    },
  };
}

/** The end of a connection: every code there is a rule about, and every way to get it wrong. */
export const closeRows: readonly Row[] = [
  proper(1000, "the normal end"),
  proper(1001, "by a page that is left or a server that stops"),
  proper(1002, "by a peer that finds fault with our frames"),
  proper(1003, "by a peer that takes no text"),
  proper(1007, "by a peer that finds our text no text"),
  proper(1008, "by a peer that turns us away"),
  proper(1009, "by a peer for whom a frame was too long"),
  proper(1011, "by a peer that failed"),
  proper(1012, "by a server that begins anew"),
  proper(1013, "by a server that has too much to do"),
  proper(3000, "the first that libraries may give a meaning to"),
  proper(4999, "the last that there is"),
  proper(3001, "with a reason as long as it may be", "r".repeat(123)),
  proper(3002, "with a reason that is JSON", '{"uid":1,"success":true}'),
  proper(3003, "with a reason in other letters", "縄 и 🪢"),
  forbidden(0, "which is no code"),
  forbidden(1, "far below the first"),
  forbidden(999, "one below the first"),
  forbidden(1004, "which was never given a meaning"),
  forbidden(1005, "which stands for there being none"),
  forbidden(1006, "which stands for a broken connection"),
  forbidden(1015, "which stands for a failure of TLS"),
  forbidden(1016, "one beyond those that have a meaning"),
  forbidden(2999, "the last that is kept for the standard"),
  forbidden(5000, "one beyond the last"),
  forbidden(65_535, "the largest that fits"),
  ended("A close without a code", 1005, sends({ opcode: OPCODE.close })),
  ended(
    "A close that comes twice",
    1000,
    closes(1000),
    closes(1000),
  ),
  ended("A close, then another code", 3000, closes(3000), closes(3001)),
  ended(
    "A thousand closes",
    1000,
    floods(1_000, { opcode: OPCODE.close, payload: closePayload(1000) }),
  ),
  {
    reason: "A call behind the close, which nobody may answer any more",
    does: [closes(1000), says(CALL)],
    gets: { accepted: { end: 1000 }, taken: { end: 1000 } },
  },
  {
    reason: "A call in the same write as the close, which may have run: its answer may come or not",
    does: [says(CALL), closes(1000)],
    gets: {
      accepted: { end: 1000, texts: [/^\{"uid":5,"success":true,"value":1\}$/] },
      taken: { end: 1000, texts: [/^\{"uid":5,"success":true,"value":1\}$/] },
    },
  },
  {
    reason: "A close while the handler has not decided, which it must not wait for",
    does: [closes(3005, "bored")],
    gets: { undecided: { end: 3005, says: "bored" } },
  },
  broken(
    "A close of one byte, half a code",
    sends({ opcode: OPCODE.close, payload: Uint8Array.of(3) }),
  ),
  broken("A close whose reason is no UTF-8", closes(3000, Uint8Array.of(0xff, 0xfe))),
  broken(
    "A close in two pieces",
    sends({ opcode: OPCODE.close, fin: false, payload: closePayload(1000) }),
  ),
  {
    reason: "A close with a reason of 200 bytes, more than a frame of its kind may hold",
    does: [closes(3000, "r".repeat(198))],
    gets: {
      upgraded: { end: 3000 },
      accepted: { end: 3000 },
      greeted: { refused: [3000] },
      taken: { end: 3000 },
    },
  },
  {
    reason: "A close without the mask that a client owes, which the platform takes all the same",
    does: [sends({ opcode: OPCODE.close, masked: false, payload: closePayload(3000) })],
    gets: { upgraded: { end: 3000 }, accepted: { end: 3000 } },
  },
  {
    reason: "A close by a peer that never answers ours: the handler's own close is over in time",
    server: "hasty",
    handler: "close",
    does: [],
    gets: { accepted: { end: 3005, says: "enough", isUnanswered: true } },
  },
];
