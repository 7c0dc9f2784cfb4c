import {
  bytes,
  finishes,
  floods,
  type Gets,
  hears,
  pauses,
  resets,
  type Row,
  sends,
  type Step,
} from "../row.ts";
import { bytesOf, frame, OPCODE } from "../wire/frames.ts";

const CALL = '{"uid":5,"listener":"echo","parameters":[{"value":1}]}';
const ANSWER = '{"uid":5,"success":true,"value":1}';

/** Whatever carries it, it is a message like others: a header of `undefined`, a call, no answer. */
function carried(reason: string, ...does: readonly Step[]): Row {
  return {
    reason,
    does,
    gets: {
      upgraded: { texts: ["1"] },
      accepted: { texts: [ANSWER] },
      greeted: { refused: [1008, "the server doesn't speak this protocol"] },
      taken: { texts: [ANSWER] },
    },
  };
}

/** No frame of WebSocket: TCP ends, whatever is said. */
function broken(reason: string, ...does: readonly Step[]): Row {
  const end: Gets = { end: "broken" };
  return {
    reason,
    does,
    gets: { upgraded: end, accepted: end, greeted: { refused: [1006] }, taken: end },
  };
}

/** Of no meaning. */
function ignored(reason: string, ...does: readonly Step[]): Row {
  return { reason, does, gets: { upgraded: {}, accepted: {}, taken: {} } };
}

const reserved = (bits: number, reason: string): Row =>
  broken(reason, sends({ reserved: bits, payload: CALL }));

const unknown = (opcode: number, why: string): Row =>
  broken(`A frame of kind ${opcode}, ${why}`, sends({ opcode, payload: CALL }));

/** UTF-8 that is none, inside a text that were JSON otherwise. */
const badText = (reason: string, ...data: readonly number[]): Row =>
  broken(reason, sends({ payload: Uint8Array.of(0x22, ...data, 0x22) }));

const half = CALL.length >> 1;
const euro = bytesOf('{"uid":5,"listener":"echo","parameters":[{"value":"€"}]}');
const inEuro = euro.indexOf(0xe2) + 1;

function pongs(count: number): Pick<Gets, "also"> {
  return {
    also({ reader }) {
      const got = reader.frames.filter(({ opcode }) => opcode === OPCODE.pong).length;
      return got === count ? undefined : `${got} pongs came back, not ${count}`;
    },
  };
}

function pinged(reason: string, payload: string): Row {
  const gets = pongs(1);
  return {
    reason,
    does: [sends({ opcode: OPCODE.ping, payload })],
    gets: { upgraded: gets, accepted: gets, taken: gets },
  };
}

/** The frames themselves: every rule that RFC 6455 has about them, broken. */
export const frameRows: readonly Row[] = [
  carried("A mask of zeros, which is one", sends({ payload: CALL, mask: [0, 0, 0, 0] })),
  carried(
    "A length told in two bytes where one would do",
    sends({ payload: CALL, lengthBytes: 2 }),
  ),
  carried(
    "A length told in eight bytes where one would do",
    sends({ payload: CALL, lengthBytes: 8 }),
  ),
  carried(
    "A message in two pieces",
    sends(
      { payload: CALL.slice(0, half), fin: false },
      { opcode: 0, payload: CALL.slice(half) },
    ),
  ),
  carried(
    "A message in pieces of one byte",
    sends(
      ...[...CALL].map((payload, at) => ({
        opcode: at === 0 ? 1 : 0,
        fin: at === CALL.length - 1,
        payload,
      })),
    ),
  ),
  carried(
    "A thousand empty pieces before a message comes to its end",
    sends({ fin: false }),
    floods(1_000, { opcode: 0, fin: false }),
    sends({ opcode: 0, payload: CALL }),
  ),
  carried(
    "A ping between the two pieces of a message",
    sends(
      { payload: CALL.slice(0, half), fin: false },
      { opcode: OPCODE.ping, payload: "between" },
      { opcode: 0, payload: CALL.slice(half) },
    ),
  ),
  carried("Bytes that drip in one by one", async (peer) => {
    for (const byte of frame({ masked: peer.side === "client", payload: CALL })) {
      peer.write(Uint8Array.of(byte));
      await null;
    }
  }),
  {
    reason: "A character that is cut by the end of a piece",
    does: [
      sends({ payload: euro.slice(0, inEuro), fin: false }, {
        opcode: 0,
        payload: euro.slice(inEuro),
      }),
    ],
    gets: {
      accepted: { texts: ['{"uid":5,"success":true,"value":"€"}'] },
      taken: { texts: ['{"uid":5,"success":true,"value":"€"}'] },
    },
  },
  reserved(4, "The reserved bit for compression, which was not negotiated"),
  reserved(2, "The second reserved bit, which has no meaning"),
  reserved(1, "The third reserved bit, which has no meaning"),
  reserved(7, "All three reserved bits at once"),
  unknown(3, "kept for what carries data"),
  unknown(7, "the last that is kept for data"),
  unknown(11, "kept for what controls"),
  unknown(15, "the last there can be"),
  badText("A text with a byte that UTF-8 never has", 0xff),
  badText("A text that ends in the middle of a character", 0xe2, 0x82),
  badText("A text with one half of a surrogate pair as bytes", 0xed, 0xa0, 0x80),
  badText("A slash written longer than it must be, to slip past a filter", 0xc0, 0xaf),
  badText("A character beyond the last that there is", 0xf4, 0x90, 0x80, 0x80),
  broken("The rest of a message that was never begun", sends({ opcode: 0, payload: CALL })),
  broken(
    "The middle of a message that was never begun",
    sends({ opcode: 0, fin: false, payload: CALL }),
  ),
  broken(
    "A second message inside the first",
    sends(
      { payload: CALL.slice(0, half), fin: false },
      { payload: CALL },
    ),
  ),
  broken(
    "A ping of 126 bytes, one more than it may have",
    sends({
      opcode: OPCODE.ping,
      payload: "p".repeat(126),
    }),
  ),
  broken("A ping in pieces", sends({ opcode: OPCODE.ping, fin: false })),
  broken(
    "A length with its highest bit set, negative to some",
    sends({
      payload: "x",
      lengthBytes: 8,
      claims: 1n << 63n,
    }),
  ),
  broken(
    "A length that no memory holds",
    sends({ payload: "x", lengthBytes: 8, claims: 1n << 62n }),
  ),
  broken(
    "A length of a gigabyte, claimed and not sent",
    sends({
      payload: "x",
      lengthBytes: 8,
      claims: 1n << 30n,
    }),
  ),
  {
    ...broken(
      "A length just above what the platform takes",
      sends({ payload: "x", lengthBytes: 8, claims: (64n << 20n) + 1n }),
    ),
    isOurs: true,
  },
  broken("HTTP in the place of frames", bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n")),
  broken("Nonsense in the place of frames", bytes(new Uint8Array(64).fill(0xff))),
  broken("An end in the middle of a frame's head", bytes(Uint8Array.of(0x81)), finishes),
  broken(
    "An end in the middle of a frame's payload",
    sends({ payload: "x", claims: 100 }),
    finishes,
  ),
  broken("An end between the pieces of a message", sends({ payload: "x", fin: false }), finishes),
  broken("An end of TCP without a close", finishes),
  broken(
    "A reset in the middle of a frame",
    sends({ payload: "x", claims: 100 }),
    pauses(5),
    resets,
  ),
  broken("A reset between two frames", pauses(5), resets),
  ignored("A pong that nobody asked for", sends({ opcode: OPCODE.pong, payload: "hello" })),
  ignored(
    "A thousand pongs that nobody asked for",
    floods(1_000, { opcode: OPCODE.pong, payload: "x" }),
  ),
  pinged("A ping without a payload", ""),
  pinged("A ping with as much as it may have", "p".repeat(125)),
  {
    reason: "A flood of 2,000 pings, each of which is answered",
    does: [
      floods(2_000, { opcode: OPCODE.ping, payload: "x" }),
      (peer) =>
        void peer.until(
          ({ frames }) => frames.filter(({ opcode }) => opcode === OPCODE.pong).length === 2_000,
          4_000,
        ),
    ],
    gets: { upgraded: pongs(2_000), accepted: pongs(2_000), taken: pongs(2_000) },
  },
  {
    reason: "A binary frame, which plain messages have none of",
    does: [sends({ opcode: OPCODE.binary, payload: CALL })],
    gets: {
      upgraded: { end: 1002, says: "The first frame isn't a header" },
      undecided: {},
      accepted: {},
      linked: {},
      greeted: { refused: [1008, "the server doesn't speak this protocol"] },
      taken: {},
      "taken linked": {},
    },
  },
  {
    reason: "A binary message in pieces",
    does: [sends(
      { opcode: OPCODE.binary, fin: false, payload: "a" },
      { opcode: OPCODE.continuation, payload: "b" },
    )],
    gets: { upgraded: { end: 1002 }, accepted: {}, greeted: { refused: [1008] }, taken: {} },
  },
  {
    reason: "A client's frame without a mask, which the platform takes all the same",
    does: [sends({ payload: CALL, masked: false })],
    gets: { upgraded: { texts: ["1"] }, accepted: { texts: [ANSWER] } },
  },
  {
    reason: "A server's frame with a mask, which the platform does not take off",
    does: [sends({ payload: CALL, masked: true })],
    gets: { greeted: { refused: [1008] }, taken: { events: ["error"] } },
  },
  {
    reason: "A pong of 126 bytes, one more than it may have: nobody answers it",
    does: [sends({ opcode: OPCODE.pong, payload: "p".repeat(126) })],
    gets: { upgraded: {}, accepted: {}, taken: {} },
  },
  {
    reason: "A message that never ends, while pings go on",
    does: [
      sends({ payload: "x", fin: false }, { opcode: OPCODE.ping }),
      hears(0),
      sends({ opcode: OPCODE.close }),
    ],
    gets: { upgraded: { end: 1005, closed: 1005 }, accepted: { end: 1005 }, taken: { end: 1005 } },
  },
];
