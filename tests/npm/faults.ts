/**
 * The faults that public reports showed, where they showed: with the built package in Node and Bun.
 * `tests/faults/` has them in Deno. What a missing `ws` says is in `without_websocket.ts`.
 */
import { assertEquals } from "@std/assert";
import { folderWith, HEADS, programOf, run, type Runtime, RUNTIMES, textOf } from "./workshop.ts";

/** What a program of `peers/` prints, once it has ended by itself. */
async function printedBy(runtime: Runtime, peer: string, first = ""): Promise<unknown> {
  const folder = await folderWith({
    packages: { ws: "ws8" },
    files: {
      "main.mjs": first + HEADS.mjs + await textOf(`peers/${peer}.js`),
      "fault_pair.mjs": HEADS.mjs + await textOf("peers/fault_pair.mjs"),
      "older_platform.mjs": await textOf("peers/older_platform.mjs"),
    },
  });
  const { code, stdout, stderr } = await run([await programOf(runtime), `${folder}/main.mjs`]);
  assertEquals([code, stderr], [0, ""], stdout);
  return JSON.parse(stdout);
}

/** What comes of errors on plain wires, linked ones, and those with `structured`. */
function errorsOn(mode: "linked" | "plain" | "structured"): unknown {
  const [yes, no] = mode === "plain" ? ["unknown", "unknown"] : ["yes", "no"];
  const isRich = mode === "structured";
  const axios = ["AxiosError", "failed", "ERR_BAD_REQUEST", 400, "/pay", "*"];
  const one = ["TypeError: one", "E1", "two"];
  return {
    ran: {
      RefusedError: ["RefusedError", yes],
      BusyError: ["BusyError", yes],
      absent: ["RefusedError", no],
      busy: ["BusyError", no],
      "not sent": ["EncodeError", "no"],
      running: ["ConnectionClosedError", "unknown"],
    },
    hidden: [...axios, []],
    exposed: [...axios, ["Bearer secret", "at secret", "the cause"]],
    fields: [
      ...["RangeError", "failed", "E", 3],
      isRich ? ["big", "circular", "code", "max"] : ["code", "max"],
      [isRich, isRich],
    ],
    foreign: [false, "RangeError", "elsewhere", "ENOENT"],
    aggregate: ["AggregateError: all", true, ...one, "AggregateError: deep", "URIError: deepest"],
    suppressed: ["SuppressedError: both", true, "TypeError: second", "RangeError: first"],
  };
}

/** What says that a value has no field to send, as a parameter and as a result. */
function refused(kind: string): string[] {
  const why = `${kind} objects can't be serialized. Send their contents.`;
  return [
    `Cannot call "echo": cannot encode "parameters[0].body": ${why}`,
    `Cannot encode "result.body": ${why}`,
  ];
}

/** What comes of a value that is too deep, beside others. */
function depthsOn(yes: "yes" | "unknown"): unknown {
  const why = "it is nested too deeply";
  return [
    ["EncodeError", `Cannot call "levelsOf": cannot encode "parameters[1].in…": ${why}`],
    ["EncodeError", `Cannot encode "result.in…": ${why}`],
    ["no", yes],
    [900, 900],
    3,
  ];
}

const NOT_SENT = ([path, name]: string[]): unknown => [
  "NotSentError",
  `Cannot call "${path}": the name "${name}" is empty or has a dot`,
  "no",
];

const LOOKED_AT = (name: string): unknown => [
  [],
  "Driver",
  ["TypeError", `Cannot set "note" of ${name}: it is read-only`],
  true,
  [],
];

const HERE = [true, true];

const VALUES = {
  names: [
    ...[["a.b", "a.b"], ["", ""], ["rooms.7.admin.post", "7.admin"], ["rooms..post", ""]]
      .map(NOT_SENT),
    ["post"],
  ],
  foreign: {
    'new Map([["a", new Set([1])]])': HERE,
    "new Set([1, 2])": HERE,
    "new Date(7)": HERE,
    "/a+/gi": HERE,
    "new Uint16Array([1, 2])": HERE,
    "new DataView(new ArrayBuffer(3), 1)": HERE,
    "new Uint8Array([7]).buffer": HERE,
    "({ a: [1, { b: new Date(0) }] })": HERE,
    error: [...HERE, "AggregateError: all", "TypeError: one", []],
  },
  nearest: Array(2).fill(["Animal a", "Dog d", "Dog p"]),
  twice: [true, 5, ["at"]],
  depths: { linked: depthsOn("yes"), plain: depthsOn("unknown"), structured: depthsOn("yes") },
  looks: [
    ...["a driver", 'the driver of "ns"', 'the driver of "ns.f"'].map(LOOKED_AT),
    ...[1, "called", ["f", "ns.name"]],
  ],
  texts: [
    ["TypeError", 'Cannot connect: there is no option "timeOut". Did you mean "timeout"?'],
    ["TypeError", 'Cannot connect: there is no wire "Plain". Did you mean "plain"?'],
    [
      "TypeError",
      'Cannot set the limits: there is no limit "frameByte". Did you mean "frameBytes"?',
    ],
    [
      "TypeError",
      'Cannot open the server: there is no option "hostName". Did you mean "hostname"?',
    ],
    ["TypeError", 'Cannot close the server: there is no option "Grace". Did you mean "grace"?'],
    ["TypeError", 'Cannot create a driver: there is no option "timout". Did you mean "timeout"?'],
    ["TypeError", 'Cannot create a driver: there is no option "dedline". Did you mean "deadline"?'],
    [
      "TypeError",
      'Cannot create the feature "structured": there is no option "type". Did you mean "types"?',
    ],
    ["DeadlineError", 'Cannot wait any longer for "never": its timeout of 20 ms has passed'],
    ["DeadlineError", 'Cannot call "never": its deadline, 1970-01-01T00:00:00.000Z, has passed'],
  ],
};

const OLDER = {
  lacks: ["any", "timeout", "throwIfAborted"],
  join: false,
  settles: false,
  within: ["DeadlineError", "Cannot wait any longer for it: the timeout of 5 ms has passed"],
  inTime: 7,
  timeout: "DeadlineError",
  aborted: [Array(3).fill("AbortError"), Array(3).fill("enough")],
  connect: ["WebSocketError", 1008, "DeadlineError", "AbortError"],
};

for (const runtime of RUNTIMES) {
  const isBun = runtime === "bun";

  Deno.test(`the package keeps its calls from listeners, fake timers and its other form when run by ${runtime}`, async () => {
    assertEquals(await printedBy(runtime, "faults"), {
      frozen: Array(11).fill("x"),
      absent: "RefusedError",
      method: ["method"],
      late: [true, true],
      aborted: Array(11).fill("enough"),
      faked: ["y", "y"],
    });
  });

  Deno.test(`errors tell whether the function ran, what they hold, and no secret when run by ${runtime}`, async () => {
    assertEquals(await printedBy(runtime, "fault_errors"), {
      hasSuppressedError: isBun || runtime === "node24", // elsewhere one is made by hand
      linked: errorsOn("linked"),
      plain: errorsOn("plain"),
      structured: errorsOn("structured"),
    });
  });

  Deno.test(`names, values and texts are what they are in Deno when run by ${runtime}`, async () => {
    const given = [{ a: "b" }, { a: "b" }]; // Bun has a toJSON() for these two
    assertEquals(await printedBy(runtime, "fault_values"), {
      ...VALUES,
      fieldless: {
        Promise: refused("Promise"),
        Blob: refused("Blob"),
        Headers: isBun ? given : refused("Headers"),
        FormData: isBun ? given : refused("FormData"),
        Generator: refused("Generator"),
      },
    });
  });

  Deno.test(`who is given up reads why, and no clock that is set ends a call when run by ${runtime}`, async () => {
    const more = isBun || runtime === "node20" ? 0 : 2_000; // `ws` and Bun let clients send any code
    const unanswered = "The heartbeat wasn't answered in time";
    assertEquals(await printedBy(runtime, "fault_ends"), {
      silentClient: [2, 1013, unanswered],
      late: [1008 + more, "not accepted within 1000 ms"],
      aborted: [1000, "The client canceled connect()"],
      lost: [1013 + more, unanswered],
      broken: [1011 + more, "the socket failed to send"],
      heartbeats: [2, true, true, 1006],
      clocks: { back: "DeadlineError", forward: false },
    });
  });

  Deno.test(`limits and aborts hold when signals lack the younger methods and it is run by ${runtime}`, async () => {
    const first = 'import "./older_platform.mjs";\n';
    assertEquals(await printedBy(runtime, "fault_older", first), OLDER);
  });
}
