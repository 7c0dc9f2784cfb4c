import { detach, resume } from "../../../src/features/reconnection/transitions.ts";
import { assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import { type Parts, Reader } from "../../../src/features/structured/reader.ts";
import { BrokenValue, type PluggedFeature } from "../../../src/session/feature.ts";
import { FrameError } from "../../../src/session/parse_json.ts";
import { type OpenSession, openSession, type SessionParts } from "../../helpers/sessions.ts";

/** A message of a kind of its own, `[40, value, [frames, ...marks]]`, and what was made of it. */
interface Read extends OpenSession {
  readonly reader: Reader;
  /** The values that were taken, in order. */
  readonly taken: unknown[];
}

/** A session whose values are what `decode` makes of them: by default the lengths of their bytes. */
function reading(
  limits: SessionParts["limits"] = {},
  decode: (parts: Parts) => unknown = ({ bytes }) => bytes.map(({ length }) => length),
): Read {
  const taken: unknown[] = [];
  let reader!: Reader;
  const feature: PluggedFeature = {
    name: "bytes",
    isEncoding: true,
    kinds: { 40: { value: 1, take: ([, value]) => void taken.push(value) }, 41: { take() {} } },
    begin(session) {
      reader = new Reader(session, (_at, _message, parts) => decode(parts));
      const encode = () => ({ text: "null", marks: undefined, bytes: [] });
      return { values: Object.assign(reader, { encode }) };
    },
  };
  const ends = openSession({ use: [feature], limits });
  return { ...ends, reader, taken };
}

/** A message with so many frames of bytes behind it. */
function withBytes(frames: number): unknown[] {
  return [40, null, [frames, ...Array.from({ length: frames }, (_, at) => [[], "b", "A", at])]];
}

function bytes(...values: number[]): ArrayBuffer {
  return new Uint8Array(values).buffer;
}

Deno.test("binary() completes the message when all its frames have come, in order", () => {
  const got: Parts[] = [];
  const { socket, taken } = reading({}, (parts) => {
    got.push(parts);
    return "made";
  });
  socket.receives(withBytes(2));
  socket.receivesBinary(bytes(1, 2));
  assertEquals([taken, got], [[], []]);
  socket.receivesBinary(bytes(3));
  assertEquals(taken, ["made"]);
  assertEquals(got, [{
    marks: [[[], "b", "A", 0], [[], "b", "A", 1]],
    bytes: [new Uint8Array([1, 2]), new Uint8Array([3])],
  }]);
  socket.closed(1000);
});

Deno.test("binary() drops bytes that no message waits for, and what is none", () => {
  const { socket, session, taken } = reading();
  socket.receivesBinary(bytes(1));
  socket.receives(withBytes(1));
  for (const other of [new Blob(["a"]), 7, null, {}, new Uint8Array(2)]) {
    socket.receivesBinary(other);
  }
  assertEquals([taken, session.phase], [[], "open"]);
  socket.receivesBinary(bytes(1, 2, 3));
  assertEquals(taken, [[3]]);
  socket.closed(1000);
});

Deno.test("binary() counts a message's bytes anew, and ends the session where they are too many", () => {
  const { socket, taken, events } = reading({ frameBytes: 100 });
  for (let round = 0; round < 3; round++) {
    socket.receivesBinary(bytes(...Array(60).fill(0))); // of nobody
    socket.receives(withBytes(2));
    socket.receivesBinary(bytes(...Array(60).fill(0)));
    socket.receivesBinary(bytes(...Array(40).fill(0)));
  }
  assertEquals([taken, socket.closes], [Array(3).fill([60, 40]), []]);
  socket.receives(withBytes(2));
  socket.receivesBinary(bytes(...Array(60).fill(0)));
  socket.receivesBinary(bytes(...Array(41).fill(0)));
  assertEquals([taken.length, socket.closes], [3, [[1009, "Too many bytes"]]]);
  assertEquals(events, [{ type: "limit", limit: "frameBytes" }]);
  socket.closed(1009);
});

for (const [what, message] of [["of the same kind", withBytes(1)], ["without a value", [41]]]) {
  Deno.test(`read() throws when a message ${what} comes in place of bytes`, () => {
    const { socket, taken } = reading();
    socket.receives(withBytes(1));
    socket.receives(message);
    assertEquals([taken, socket.closes[0]?.[0]], [[], 1002]);
    socket.closed(1002);
  });
}

Deno.test("read() throws when a message in a batch has bytes", () => {
  const { socket, taken } = reading();
  socket.receives([withBytes(1), [41]]);
  assertEquals([taken, socket.closes[0]?.[0]], [[], 1002]);
  socket.closed(1002);
});

for (const frames of [0, 2, 1_000_000_000, "1", null, {}]) {
  Deno.test(`read() refuses the value alone when ${Deno.inspect(frames)} frames are said for one mark`, () => {
    const { socket, taken, session } = reading();
    socket.receives([40, null, [frames, [[], "b", "A", 0]]]);
    assertInstanceOf(taken[0], BrokenValue);
    socket.receives([40, 7]);
    assertEquals([taken[1], session.phase], [7, "open"]);
    socket.closed(1000);
  });
}

Deno.test("read() makes the value at once when no bytes belong to it", () => {
  const { socket, taken } = reading({}, ({ marks }) => marks);
  socket.receives([40, null, [0, [[], "d"]]]);
  socket.receives([40, "as it is"]);
  socket.receives([40, "as it is", []]);
  assertEquals(taken, [[[[], "d"]], "as it is", "as it is"]);
  socket.closed(1000);
});

for (const frames of [0, 1]) {
  Deno.test(`a value that can't be made is a BrokenValue with its cause when it has ${frames} frames`, () => {
    const cause = new RangeError("no such date");
    const { socket, taken } = reading({}, () => {
      throw cause;
    });
    socket.receives(frames === 0 ? [40, null, [0, [[], "d"]]] : withBytes(1));
    if (frames === 1) socket.receivesBinary(bytes(1));
    const [broken] = taken;
    assertInstanceOf(broken, BrokenValue);
    assertStrictEquals(broken.cause, cause);
    socket.closed(1000);
  });
}

Deno.test("reset() forgets a message of which bytes are missing, and their size", () => {
  const { socket, reader, taken } = reading({ frameBytes: 100 });
  socket.receives(withBytes(2));
  socket.receivesBinary(bytes(...Array(60).fill(0)));
  reader.reset();
  socket.receives([40, 7]);
  socket.receives(withBytes(1));
  socket.receivesBinary(bytes(...Array(60).fill(0)));
  assertEquals([taken, socket.closes], [[7, [60]], []]);
  socket.closed(1000);
});

Deno.test("reset() is called when the link is gone, so that the next one begins a message anew", () => {
  const { socket, session, newLink, taken } = reading();
  socket.receives(withBytes(2));
  socket.receivesBinary(bytes(1));
  detach(session);
  const next = newLink();
  resume(session, next.link);
  next.socket.receives(withBytes(1));
  next.socket.receivesBinary(bytes(1, 2));
  assertEquals(taken, [[2]]);
  for (const one of [socket, next.socket]) one.closed(1000);
});

Deno.test("read() throws a FrameError, which names no value, when bytes are due", () => {
  const { socket, reader } = reading();
  socket.receives(withBytes(1));
  const error = assertThrows(() => reader.read({ take() {} }, [], 0), FrameError);
  assertEquals(error.message, "Cannot read the frame: expected a binary frame");
  socket.closed(1000);
});
