import {
  type Gets,
  hears,
  type Outcome,
  pauses,
  readsAgain,
  type Row,
  says,
  type Step,
  stopsReading,
} from "../row.ts";
import { IMPATIENT, SLOW } from "../victims/settings.ts";
import { refusal } from "./call_rows.ts";
import { call } from "./limit_rows.ts";

/** Twice 8 MiB that nobody reads: from here on calls wait. */
const fill: Step = (peer) => {
  peer.pause();
  peer.text(call(1, "text", 2 ** 23));
  peer.text(call(2, "text", 2 ** 23));
};
const many = (count: number, value: unknown): Step =>
  says(...Array.from({ length: count }, (_, at) => call(at + 10, "echo", value)));

/** Out, with a close that may be lost behind all that was not read. */
function tooMuch(limit: string): Row["gets"] {
  const gets: Gets = {
    end: "broken",
    closed: 1013,
    isFlooded: true,
    isUnanswered: true,
    events: [`limit ${limit}`],
  };
  return { accepted: gets, taken: { ...gets, closed: 3013 } };
}

function unserved(reason: string, limit: string, calls: Step): Row {
  const does = [fill, pauses(100), calls, pauses(300), readsAgain];
  return { reason, server: "slow", limits: SLOW, does, gets: tooMuch(limit) };
}

const waiting: Outcome = {
  error: 'NotSentError: Cannot call "second": too many calls are pending',
};

/** How much may run, and how much may wait. */
export const flowRows: readonly Row[] = [
  {
    reason:
      "One call more than may run at once: it is told that this end is busy, and the others go on",
    server: "busy",
    limits: { servedCalls: 2 },
    does: [
      says(call(5, "later", 500, "a"), call(6, "later", 500, "b"), call(7, "echo", "c")),
      hears(3),
      says(call(8, "echo", "d")),
    ],
    gets: both({
      texts: [
        refusal(7, "echo", "too many calls are running", "BusyError"),
        '{"uid":5,"success":true,"value":"a"}',
        '{"uid":6,"success":true,"value":"b"}',
        '{"uid":8,"success":true,"value":"d"}',
      ],
      events: ["limit servedCalls"],
    }),
  },
  {
    reason: "A thousand calls more than may run at once: each is answered",
    server: "busy",
    limits: { servedCalls: 2 },
    does: [
      // far longer than it takes to refuse the others, on a machine that is busy
      says(call(5, "later", 10_000, "a"), call(6, "later", 10_000, "b")),
      says(...Array.from({ length: 1_000 }, (_, at) => call(at + 7, "never"))),
      hears(1_002),
    ],
    gets: both({
      isFlooded: true,
      events: Array(1_000).fill("limit servedCalls"),
      also: ({ reader }) => {
        const busy = reader.texts.filter((text) => text.includes("BusyError")).length;
        return busy === 1_000 ? undefined : `${busy} were told that this end is busy`;
      },
    }),
  },
  {
    reason: "A peer that returns nothing: no more calls of ours wait for it than may",
    server: "busy",
    handler: "calls",
    limits: { waitingCalls: 1 },
    does: [],
    gets: { accepted: { calls: ["waits", waiting], events: ["limit waitingCalls"] } },
  },
  {
    reason: "A peer that returns late: until then no more calls of ours wait for it than may",
    server: "busy",
    handler: "calls",
    limits: { waitingCalls: 1 },
    does: [says('{"uid":1,"success":true,"value":"v"}')],
    gets: both({ calls: [{ value: "v" }, waiting], events: ["limit waitingCalls"] }),
  },
  {
    reason: "A peer that asks for 16 MiB and reads nothing for longer than it may",
    server: "impatient",
    limits: IMPATIENT,
    does: [fill, pauses(5_000), readsAgain],
    gets: tooMuch("stallTimeout"),
  },
  {
    reason: "A peer that asks for 16 MiB and reads late, but in time: nothing is lost",
    server: "slow",
    limits: SLOW,
    does: [fill, pauses(150), readsAgain, hears(2)],
    gets: both({
      isFlooded: true,
      also: ({ reader }) => {
        const long = reader.texts.filter((text) => text.length > 2 ** 23).length;
        return long === 2 ? undefined : `${long} of 2 answers came`;
      },
    }),
  },
  unserved("More calls than may wait, of a peer that does not read", "unservedCalls", many(100, 1)),
  unserved(
    "More bytes of calls than may wait, of a peer that does not read",
    "unservedBytes",
    many(10, "x".repeat(10_000)),
  ),
  {
    reason: "More calls than may wait in a single frame: the limit is told of once",
    server: "slow",
    does: [
      stopsReading,
      says('[0,1,"text",[8388608]]', '[0,2,"text",[8388608]]'),
      pauses(30),
      says(`[${Array.from({ length: 200 }, (_, at) => `[0,${at + 10},"echo",[1]]`)}]`),
      pauses(30),
      readsAgain,
    ],
    gets: {
      linked: {
        end: "broken",
        closed: 1013,
        isFlooded: true,
        isUnanswered: true,
        events: ["limit unservedCalls"],
      },
    },
  },
  {
    reason: "A healthy peer whose forty calls share a frame, and wait until a long answer has left",
    server: "slow",
    does: [
      stopsReading,
      says('[0,1,"text",[8388608]]', '[0,2,"text",[8388608]]'),
      pauses(30),
      says(
        `[${Array.from({ length: 40 }, (_, at) => `[0,${at + 10},"echo",["${"x".repeat(50)}"]]`)}]`,
      ),
      pauses(30),
      readsAgain,
      hears(3),
    ],
    gets: {
      linked: {
        isFlooded: true,
        also: ({ reader }) => {
          const short = reader.texts.join().match(/\[1,\d+,"x{50}"\]/g)?.length;
          return short === 40 ? undefined : `${short} of 40 answers came`;
        },
      },
    },
  },
];

function both(gets: Gets): Row["gets"] {
  return { accepted: gets, taken: gets };
}
