import { FEATURES } from "../../helpers/handshake.ts";
import { type Gets, hears, pauses, type Row, says, type Step, tells } from "../row.ts";
import { OPCODE } from "../wire/frames.ts";

const NO_SERVER: Gets = { refused: [1008, "the server doesn't speak this protocol"] };

/** A call that shows what the handler read as the header. */
const ASK = '{"uid":5,"listener":"header","parameters":[]}';

/** What the handler reads of a first frame; `undefined` has no key on the wire. */
function read(reason: string, frame: string, header: string | undefined): Row {
  const value = header === undefined ? "" : `,"value":${header}`;
  return {
    reason,
    handler: "header",
    does: [says(frame), hears(1), says(ASK)],
    gets: { upgraded: { texts: ["1", `{"uid":5,"success":true${value}}`] } },
  };
}

/** An offer of linked mode that is none: plain messages, as with a peer of another make. */
function plain(reason: string, link: unknown): Row {
  return {
    reason,
    does: [tells({ header: null, link })],
    gets: { upgraded: { texts: ["1"] } },
  };
}

/** An answer that takes linked mode up in a way that it can't be. */
function foreign(reason: string, answer: unknown): Row {
  return { reason, does: [tells(answer)], gets: { greeted: NO_SERVER } };
}

const link = (changes: object): object => ({
  version: 1,
  features: FEATURES,
  values: "json",
  ...changes,
});

const leaves: Step = (peer) => peer.frame({ opcode: OPCODE.close });

/** The first frames of both ends. */
export const headerRows: readonly Row[] = [
  read("A header that is null", '{"header":null}', "null"),
  read("A header that is false, which is no missing one", '{"header":false}', "false"),
  read("A header that is an empty text", '{"header":""}', '""'),
  read("A header that is a list", '{"header":[1,[2]]}', "[1,[2]]"),
  read("No header in the first frame", "{}", undefined),
  read("A header beside fields that nobody knows", '{"a":1,"header":7,"b":2}', "7"),
  read(
    "A header twice in one frame: the last counts, as JSON has it",
    '{"header":1,"header":2}',
    "2",
  ),
  read("A header that would be a prototype", '{"__proto__":{"header":1}}', undefined),
  read(
    "A header with a prototype inside, which stays a field",
    '{"header":{"__proto__":{"isAdmin":true},"constructor":1}}',
    '{"__proto__":{"isAdmin":true},"constructor":1}',
  ),
  read("A header with half a surrogate pair", '{"header":"\\ud800"}', '"\\ud800"'),
  read("A header with a number beyond all numbers", '{"header":1e999}', "null"),
  read("A call in the place of the header, which is none and is not carried out", ASK, undefined),
  {
    reason: "A second header at once, which is for nobody",
    handler: "header",
    does: [says('{"header":1}', '{"header":2}'), hears(1), says(ASK)],
    gets: { upgraded: { texts: ["1", '{"uid":5,"success":true,"value":1}'] } },
  },
  {
    reason: "A second header after the acceptance, which is for nobody",
    handler: "header",
    header: '{"header":1}',
    does: [says('{"header":2}', ASK)],
    gets: { accepted: { texts: ['{"uid":5,"success":true,"value":1}'] } },
  },
  {
    reason: "A call between the header and the decision, which is dropped as it always was",
    handler: "late",
    does: [says('{"header":1}', ASK, ASK)],
    gets: { upgraded: { texts: ["1"] } },
  },
  {
    reason: "A hundred thousand characters of calls between the header and the decision",
    does: [says(...Array(1_000).fill(JSON.stringify({ uid: 1, listener: "echo".repeat(20) })))],
    gets: { undecided: {} },
  },
  {
    reason: "A return of a call that was never made, in the place of the header",
    does: [says('{"uid":1,"success":true,"value":1}')],
    gets: { upgraded: { texts: ["1"] }, greeted: NO_SERVER },
  },
  plain("An offer that is null", null),
  plain("An offer that is a text", "linked"),
  plain("An offer that is a list", [1, FEATURES]),
  plain("An offer of a version that is still to come", {
    version: 2,
    features: FEATURES,
    values: ["json"],
  }),
  plain("An offer whose version is a text", { version: "1", features: FEATURES, values: ["json"] }),
  plain("An offer without features", { version: 1 }),
  plain("An offer whose features are no list", {
    version: 1,
    features: { frames: true },
    values: ["json"],
  }),
  plain("An offer whose features are no texts", { version: 1, features: [1, null, ["frames"]] }),
  plain("An offer of features without the frames themselves", { version: 1, features: ["batch"] }),
  plain("An offer as a prototype", JSON.parse('{"__proto__":{"version":1}}')),
  {
    reason: "An offer of features that nobody knows, beside those that both know",
    does: [
      tells({
        header: null,
        link: link({ features: ["teleport", ...FEATURES], values: ["json"] }),
      }),
      hears(1),
      leaves,
    ],
    gets: {
      upgraded: { texts: [`{"accept":1,"link":${JSON.stringify(link({}))}}`], end: 1005 },
    },
  },
  {
    reason: "A name of a feature fifty thousand times, which comes back once",
    does: [
      tells({ header: null, link: { version: 1, features: Array(50_000).fill("frames") } }),
      hears(1),
      leaves,
    ],
    gets: {
      upgraded: { texts: [/^.{1,200}$/], end: 1005 },
    },
  },
  {
    reason: "An answer that is a header, as if two connectors spoke with each other",
    does: [says('{"header":1}')],
    gets: { greeted: NO_SERVER },
  },
  foreign("An answer that accepts with a text", { accept: "1", link: link({}) }),
  foreign("An answer that accepts with true", { accept: true, link: link({}) }),
  foreign("An answer that accepts with 2", { accept: 2, link: link({}) }),
  foreign("An answer that accepts without a link", { accept: 1 }),
  foreign("An answer with a link that is null", { accept: 1, link: null }),
  foreign("An answer with a version that was not offered", {
    accept: 1,
    link: link({ version: 2 }),
  }),
  foreign("An answer without the frames that it answers", {
    accept: 1,
    link: link({ features: ["batch"] }),
  }),
  foreign("An answer with an encoding that was not offered", {
    accept: 1,
    link: link({ values: "structured" }),
  }),
  foreign("An answer whose encoding is a list", { accept: 1, link: link({ values: ["json"] }) }),
  foreign("An answer as a prototype", JSON.parse('{"__proto__":{"accept":1}}')),
  {
    reason: "An acceptance with a space before it",
    does: [says(" 1")],
    gets: { greeted: NO_SERVER },
  },
  {
    reason: "An acceptance with a line behind it",
    does: [says("1\n")],
    gets: { greeted: NO_SERVER },
  },
  {
    reason: "A list of an acceptance",
    does: [says("[1]")],
    gets: { greeted: NO_SERVER },
  },
  {
    reason: "A call before the acceptance, from a server: it is no answer",
    does: [says('{"uid":1,"listener":"echo","parameters":[]}')],
    gets: { greeted: NO_SERVER },
  },
  {
    reason: "An acceptance, and at once a call: it is not lost",
    does: [says("1", '{"uid":5,"listener":"echo","parameters":[{"value":1}]}')],
    gets: { greeted: { texts: ['{"uid":5,"success":true,"value":1}'] } },
  },
  {
    reason: "An acceptance, and at once a close",
    does: [says("1"), leaves, pauses(20)],
    gets: { greeted: { end: 1005 } },
  },
];
