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
import { dialRaw, upgradeRequest } from "../wire/tcp.ts";
import { refusal } from "./call_rows.ts";

/** The limits of `narrow`, for a connector. */
const NARROW = {
  frameBytes: 65_536,
  headerBytes: 4_096,
  depth: 20,
  parameters: 3,
  pathLength: 40,
  pathSteps: 3,
};

/** Those of `slow`. */
const SLOW = {
  sendBytes: 2 ** 20,
  stallTimeout: 1_000,
  unservedBytes: 65_536,
  unservedCalls: 50,
  closeTimeout: 100,
};

const NONE = "there is no such function here, or it may not be called";

/** A frame of so many characters that asks for nothing back. */
function ofLength(length: number): string {
  const [begin, end] = ['{"uid":5,"listener":"typeOf","parameters":[{"value":"', '"}]}'];
  return begin + "x".repeat(length - begin.length - end.length) + end;
}
const TAKEN = '{"uid":5,"success":true,"value":"string"}';

/** A limit that ends the connection: with the code at a server, with 2,000 more at a connector. */
function ended(reason: string, text: string, [limit, code, says_]: [string, number, string]): Row {
  const gets: Gets = { end: code, says: says_, events: [`limit ${limit}`] };
  return {
    reason,
    server: "narrow",
    limits: NARROW,
    does: [says(text)],
    gets: { accepted: gets, taken: { ...gets, end: code + 2_000 } },
  };
}

function kept(reason: string, text: string, ...texts: readonly string[]): Row {
  return {
    reason,
    server: "narrow",
    limits: NARROW,
    does: [says(text)],
    gets: { accepted: { texts }, taken: { texts } },
  };
}

function refused(reason: string, call: string, [answer, event]: [string, string]): Row {
  const gets: Gets = { texts: [answer], events: [event] };
  return {
    reason,
    server: "narrow",
    limits: NARROW,
    does: [says(call)],
    gets: { accepted: gets, taken: gets },
  };
}

const TOO_LONG: [string, number, string] = ["frameBytes", 1009, "The frame is too long"];
const TOO_DEEP: [string, number, string] = ["depth", 1008, "A value is nested too deep"];
const DEEP: Gets = { end: 1008, says: "A value is nested too deep", events: ["limit depth"] };

function deepEverywhere(reason: string, text: string): Row {
  return {
    reason,
    does: [says(text)],
    gets: {
      upgraded: { ...DEEP, says: "The header is nested too deep" },
      accepted: DEEP,
      linked: DEEP,
      greeted: { refused: [1008, "nested too deep"], events: ["limit depth"] },
      taken: { ...DEEP, end: 3008 },
      "taken linked": { ...DEEP, end: 3008 },
    },
  };
}

function nested(depth: number, padding = 0): string {
  const value = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const spaces = " ".repeat(padding);
  return `{"uid":5,"listener":"typeOf","parameters":[{"value":${spaces}${value}}]}`;
}

const header = (length: number): string => `{"header":"${"h".repeat(length - 13)}"}`;
const call = (uid: number, path: string, ...values: readonly unknown[]): string =>
  JSON.stringify({ uid, listener: path, parameters: values.map((value) => ({ value })) });

/** Another one asks for an upgrade meanwhile: notes what it is answered. */
const another: Step = async (peer) => {
  const other = await dialRaw(peer.port);
  other.write(upgradeRequest("/another"));
  await other.until(({ head }) => head !== undefined, 3_000);
  await other.until(({ body }) => body !== "", 200);
  const { head, body } = other.reader;
  peer.notes.push(`${head?.first.split(" ")[1]} ${body.trim()}`);
  other.destroy();
};

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
  const does = [fill, pauses(30), calls, pauses(30), readsAgain];
  return { reason, server: "slow", limits: SLOW, does, gets: tooMuch(limit) };
}

const waiting: Outcome = {
  error: 'NotSentError: Cannot call "second": too many calls wait for their return',
};

/** Each limit, broken and just kept. */
export const limitRows: readonly Row[] = [
  kept("A frame of just as many bytes as it may have", ofLength(65_536), TAKEN),
  ended("A frame of one byte more than it may have", ofLength(65_537), TOO_LONG),
  ended(
    "A frame of fewer characters than it may have bytes, and more bytes",
    ofLength(30_000).replaceAll("x", "€"),
    TOO_LONG,
  ),
  ended("A frame far over the limit", ofLength(5_000_000), TOO_LONG),
  {
    reason: "A frame in linked mode of one byte more than it may have",
    server: "narrow",
    limits: NARROW,
    does: [says(`[0,5,"echo",["${"x".repeat(65_520)}"]]`)],
    gets: {
      linked: { end: 1009, says: "The frame is too long", events: ["limit frameBytes"] },
      "taken linked": { end: 3009, says: "The frame is too long", events: ["limit frameBytes"] },
    },
  },
  {
    reason: "A header of just as many bytes as it may have",
    server: "narrow",
    does: [says(header(4_096))],
    gets: { upgraded: { texts: ["1"] } },
  },
  {
    reason: "A first frame of one byte more than it may have",
    server: "narrow",
    limits: NARROW,
    does: [says(header(4_097))],
    gets: {
      upgraded: { end: 1009, says: "The header is too long", events: ["limit headerBytes"] },
      greeted: { refused: [1009, "The header is too long"], events: ["limit headerBytes"] },
    },
  },
  {
    reason: "A first frame of two megabytes, with the limits that everybody has",
    does: [says(header(2 ** 21))],
    gets: {
      upgraded: { end: 1009, events: ["limit headerBytes"] },
      greeted: { refused: [1009], events: ["limit headerBytes"] },
    },
  },
  deepEverywhere(
    "A hundred thousand lists inside each other",
    `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
  ),
  deepEverywhere("A hundred thousand lists that are never closed", "[".repeat(100_000)),
  deepEverywhere(
    "Fifty thousand objects inside each other",
    `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`,
  ),
  deepEverywhere("Lists and objects inside each other, by turns", '[{"a":'.repeat(20_000)),
  kept(
    "A value just as deep as it may be",
    nested(17, 2_000),
    '{"uid":5,"success":true,"value":"object"}',
  ),
  ended("A value one deeper than it may be", nested(18, 2_000), TOO_DEEP),
  ended("A short text, deeper than it may be", nested(18), TOO_DEEP),
  kept(
    "Brackets inside a text, which are no lists",
    call(5, "typeOf", `\\"[${"[{".repeat(2_000)}`),
    TAKEN,
  ),
  ended(
    "Lists behind a text that ends in an escaped quote",
    `${call(5, "typeOf", 'a"').slice(0, -3)},"b":${" ".repeat(2_000)}${"[".repeat(30)}`,
    TOO_DEEP,
  ),
  kept(
    "Just as many parameters as there may be",
    call(5, "count", 1, 2, 3),
    '{"uid":5,"success":true,"value":3}',
  ),
  refused("One parameter more than there may be", call(5, "count", 1, 2, 3, 4), [
    refusal(5, "count", "it has too many parameters"),
    "limit parameters",
  ]),
  refused("Five thousand parameters", call(5, "count", ...Array(5_000).fill(1)), [
    refusal(5, "count", "it has too many parameters"),
    "limit parameters",
  ]),
  kept(
    "A path of just as many steps as it may have",
    call(5, "nested.deep.plus", 1, 2),
    '{"uid":5,"success":true,"value":3}',
  ),
  refused("A path of one step more than it may have", call(5, "nested.deep.plus.x"), [
    refusal(5, "nested.deep.plus.x", NONE),
    "limit pathSteps,refused",
  ]),
  refused("A path of one character more than it may have", call(5, "n".repeat(41)), [
    refusal(5, "n".repeat(41), NONE),
    "limit pathLength,refused",
  ]),
  {
    reason:
      "One call more than may run at once: it is told that this end is busy, and the others go on",
    server: "busy",
    limits: { servedCalls: 2 },
    does: [
      says(call(5, "later", 80, "a"), call(6, "later", 80, "b"), call(7, "echo", "c")),
      hears(3),
      says(call(8, "echo", "d")),
    ],
    gets: both({
      texts: [
        refusal(7, "echo", "too many calls are under way", "BusyError"),
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
      says(call(5, "later", 80, "a"), call(6, "later", 80, "b")),
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
    reason: "One connection more than the server takes",
    server: "few",
    does: [another],
    gets: { accepted: { notes: ["503 This server is full"] } },
  },
  {
    reason: "One connection more than the server takes undecided",
    server: "crowded",
    does: [another],
    gets: { upgraded: { notes: ["503 This server is busy"] } },
  },
  {
    reason: "A peer that asks for 16 MiB and reads nothing for longer than it may",
    server: "slow",
    limits: SLOW,
    does: [fill, pauses(1_800), readsAgain],
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
