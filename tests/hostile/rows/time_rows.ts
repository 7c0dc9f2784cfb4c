import { bytes, type Gets, pauses, resets, type Row, says, sends, type Step } from "../row.ts";
import { OPCODE } from "../wire/frames.ts";
import { HEARTBEAT } from "../victims/settings.ts";
import { upgradeRequest } from "../wire/tcp.ts";

const NO_HEADER: Gets = {
  end: 1008,
  says: "No header arrived in time",
  events: ["limit headerTimeout"],
};

function silent(reason: string, ...does: readonly Step[]): Row {
  return { reason, server: "hasty", does, gets: { upgraded: NO_HEADER } };
}

/** An answer to the close would be taken for the rest of the frame: TCP stands until they leave. */
function stuck(reason: string, ...does: readonly Step[]): Row {
  return {
    reason,
    server: "hasty",
    does,
    gets: { upgraded: { ...NO_HEADER, isUnanswered: true } },
  };
}

const NUDGE = '{"uid":0,"listener":"$","parameters":[]}';

/** Lost after it was asked twice in vain: nobody is there to answer a close, but it may come back. */
const lost = (nudge: string, end: number): Gets => ({
  texts: [nudge, nudge],
  end,
  says: "The heartbeat wasn't answered in time",
  closed: 1006,
  isUnanswered: true,
});

function gone(reason: string, ...does: readonly Step[]): Row {
  return {
    reason,
    server: "listening",
    heartbeat: HEARTBEAT,
    does,
    gets: {
      accepted: lost(NUDGE, 1013),
      linked: lost("[64]", 1013),
      taken: lost(NUDGE, 3013),
      "taken linked": lost("[64]", 3013),
    },
  };
}

/** It is asked now and then, and goes on. */
const ASKED: Gets = { isFlooded: true };

/** How long a turn of `drips` takes, in ms. */
const TURN = 20;

/** Longer than it takes to lose a peer that answers nothing. */
const TURNS = 3.5 * HEARTBEAT / TURN;

/** Goes on with something, until it is ended or for a second. */
function drips(what: (peer: Parameters<Step>[0]) => void, turns = 50): Step {
  return async (peer) => {
    for (let turn = 0; turn < turns && peer.reader.close === undefined; turn++) {
      what(peer);
      await new Promise((resolve) => setTimeout(resolve, TURN));
    }
  };
}

const left: Gets = { end: "broken" };

/** Silence at every place, and those who leave without a word. */
export const timeRows: readonly Row[] = [
  silent("Silence after the upgrade", pauses(0)),
  stuck("Half a head of a frame after the upgrade", bytes(Uint8Array.of(0x81))),
  stuck("Half a first frame, then silence", sends({ payload: "{", claims: 100 })),
  silent(
    "A first frame in pieces, the last of which never comes",
    sends({ payload: "{", fin: false }),
  ),
  silent("Pings in place of a header", drips((peer) => peer.frame({ opcode: OPCODE.ping }))),
  silent(
    "Pieces of a first frame, for ever",
    sends({ payload: "", fin: false }),
    drips((peer) => {
      peer.frame({ opcode: OPCODE.continuation, fin: false, payload: " " });
    }),
  ),
  {
    reason: "A header, and a handler that never decides",
    server: "hasty",
    handler: "never",
    does: [says('{"header":null}')],
    gets: {
      upgraded: {
        end: 1008,
        says: "The server didn't accept or reject in time",
        events: ["limit decisionTimeout"],
      },
    },
  },
  {
    reason: "A header, a handler that never decides, and a peer that goes on to talk",
    server: "hasty",
    handler: "never",
    does: [says('{"header":null}'), drips((peer) => peer.text("{}"))],
    gets: { upgraded: { end: 1008, events: ["limit decisionTimeout"] } },
  },
  {
    reason: "A header in ten pieces, each of which comes in time, and the whole too late",
    server: "hasty",
    does: [
      sends({ fin: false, payload: '{"header":"' }),
      drips((peer) => peer.frame({ opcode: 0, fin: false, payload: "x" })),
      sends({ opcode: 0, payload: '"}' }),
    ],
    gets: { upgraded: NO_HEADER },
  },
  {
    reason: "Silence after TCP, then all at once: nobody minds",
    server: "hasty",
    does: [
      pauses(800),
      (peer) => peer.write(upgradeRequest(`${peer.path}?token=hunter2`)),
      says("no"),
    ],
    gets: { tcp: { end: 1002 } },
  },
  {
    reason: "Half an upgrade, silence, then the other half: nobody minds",
    server: "hasty",
    does: [
      (peer) => peer.write(upgradeRequest(`${peer.path}?token=hunter2`).slice(0, 50)),
      pauses(800),
      (peer) => peer.write(upgradeRequest(`${peer.path}?token=hunter2`).slice(50)),
      says("no"),
    ],
    gets: { tcp: { end: 1002 } },
  },
  gone("A peer that is frozen: it neither speaks nor leaves", pauses(0)),
  gone(
    "A peer that pings and says nothing: it answers no question",
    drips((peer) => {
      peer.frame({ opcode: OPCODE.ping });
    }),
  ),
  gone("A peer that begins a frame and is frozen", sends({ payload: "x", claims: 100 })),
  {
    reason: "A peer that is slow, and answers each question in time",
    server: "listening",
    heartbeat: HEARTBEAT,
    does: [drips((peer) => peer.text('{"uid":0,"success":true}'), TURNS)],
    gets: { accepted: ASKED, taken: ASKED },
  },
  {
    reason: "A peer that is slow in linked mode, and answers each question in time",
    server: "listening",
    heartbeat: HEARTBEAT,
    does: [drips((peer) => peer.text("[65]"), TURNS)],
    gets: { linked: ASKED, "taken linked": ASKED },
  },
  {
    reason: "A reset while the handler has not decided",
    does: [pauses(5), resets],
    gets: { undecided: left },
  },
  {
    reason: "A reset while a call of the peer runs: its result is dropped",
    does: [
      says('{"uid":5,"listener":"later","parameters":[{"value":30},{"value":1}]}'),
      pauses(5),
      resets,
      pauses(50),
    ],
    gets: { accepted: left, taken: left },
  },
  {
    reason: "A reset in linked mode",
    does: [pauses(5), resets],
    gets: { linked: left, "taken linked": left },
  },
  {
    reason: "A reset in the middle of a hundred answers",
    does: [
      says(...Array(100).fill('{"uid":5,"listener":"text","parameters":[{"value":100000}]}')),
      resets,
    ],
    gets: { accepted: left, taken: left },
  },
  {
    reason: "A reset while answers wait because nobody reads them",
    server: "slow",
    does: [
      (peer) => peer.pause(),
      says(...Array(4).fill('{"uid":5,"listener":"text","parameters":[{"value":8000000}]}')),
      pauses(50),
      resets,
    ],
    gets: { accepted: { ...left, isFlooded: true } },
  },
  {
    reason: "A close while answers wait because nobody reads them",
    server: "slow",
    does: [
      (peer) => peer.pause(),
      says(...Array(4).fill('{"uid":5,"listener":"text","parameters":[{"value":8000000}]}')),
      sends({ opcode: OPCODE.close }),
      pauses(50),
      (peer) => peer.resume(),
    ],
    gets: { accepted: { end: 1005, isFlooded: true } },
  },
];
