import { PATIENCE } from "../patience.ts";
import { type Gets, type Row, says, type Step } from "../row.ts";
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

const NONE = "the function doesn't exist, or peers can't call it";

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
const TOO_DEEP: [string, number, string] = ["depth", 1008, "A value is nested too deeply"];
const DEEP: Gets = { end: 1008, says: "A value is nested too deeply", events: ["limit depth"] };

function deepEverywhere(reason: string, text: string): Row {
  return {
    reason,
    does: [says(text)],
    gets: {
      upgraded: { ...DEEP, says: "The header is nested too deeply" },
      accepted: DEEP,
      linked: DEEP,
      greeted: { refused: [1008, "nested too deeply"], events: ["limit depth"] },
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
export const call = (uid: number, path: string, ...values: readonly unknown[]): string =>
  JSON.stringify({ uid, listener: path, parameters: values.map((value) => ({ value })) });

/** Another one asks for an upgrade meanwhile: notes what it is answered. */
const another: Step = async (peer) => {
  const other = await dialRaw(peer.port);
  other.write(upgradeRequest("/another"));
  await other.until(({ head }) => head !== undefined, PATIENCE);
  await other.until(({ body }) => body !== "", 200);
  const { head, body } = other.reader;
  peer.notes.push(`${head?.first.split(" ")[1]} ${body.trim()}`);
  other.destroy();
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
    refusal(5, "count", "it has too many arguments"),
    "limit parameters",
  ]),
  refused("Five thousand parameters", call(5, "count", ...Array(5_000).fill(1)), [
    refusal(5, "count", "it has too many arguments"),
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
];
