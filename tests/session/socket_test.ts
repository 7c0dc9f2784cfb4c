import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Socket } from "../../src/session/socket.ts";
import { ScriptedSocket, type SocketScript } from "../helpers/scripted_socket.ts";

/** A socket with an owner that notes what it is told. */
function owned(script: SocketScript = {}): {
  readonly raw: ScriptedSocket;
  readonly socket: Socket;
  readonly log: unknown[][];
} {
  const raw = new ScriptedSocket(script);
  const log: unknown[][] = [];
  const socket = new Socket(raw, {
    opened: () => log.push(["opened"]),
    text: (text) => log.push(["text", text]),
    binary: (data) => log.push(["binary", data]),
    broken: (error) => log.push(["broken", error]),
    closed: (code, reason, detail) => log.push(["closed", code, reason, detail]),
  });
  return { raw, socket, log };
}

Deno.test("Socket() tells its owner of what happens, in order, when the socket says so", () => {
  const { raw, log } = owned();
  raw.opens();
  raw.receives("a");
  raw.receives("");
  raw.receivesBinary();
  raw.closed(3001, "enough");
  assertEquals(log, [
    ["opened"],
    ["text", "a"],
    ["text", ""],
    ["binary", new ArrayBuffer(1)],
    ["closed", 3001, "enough", ""],
  ]);
});

for (
  const [code, reason, told] of [
    [1000, "", [1000, ""]],
    [1005, "", [1005, ""]],
    [4999, "ä€😀", [4999, "ä€😀"]],
    [0, "", [1006, ""]],
    [undefined, undefined, [1006, ""]],
    [1006, undefined, [1006, ""]],
  ] as const
) {
  Deno.test(`Socket() tells ${told[0]} when the platform closes with ${code}`, () => {
    const { raw, log } = owned({ readyState: 1 });
    raw.closed(code, reason);
    assertEquals(log, [["closed", ...told, ""]]);
  });
}

Deno.test("Socket() hands the platform's own text on when an error came before the close", () => {
  const { raw, log } = owned();
  raw.fails("Connection refused");
  raw.closed(0, "");
  assertEquals(log, [["closed", 1006, "", "Connection refused"]]);
});

Deno.test("Socket() has no text when the error has none", () => {
  const { raw, log } = owned();
  raw.fails();
  raw.closed(1006, "");
  assertEquals(log, [["closed", 1006, "", ""]]);
});

for (
  const [readyState, isOpen, isGone] of [
    [0, false, false],
    [1, true, false],
    [2, false, true],
    [3, false, true],
  ] as const
) {
  Deno.test(`isOpen is ${isOpen} and isGone ${isGone} when the socket's state is ${readyState}`, () => {
    const { socket } = owned({ readyState });
    assertEquals([socket.isOpen, socket.isGone], [isOpen, isGone]);
  });

  Deno.test(`send() tells whether the frame was handed over when the state is ${readyState}`, () => {
    const { raw, socket } = owned({ readyState });
    assertEquals(socket.send("a"), isOpen);
    assertEquals(raw.sent, isOpen ? ["a"] : []);
  });
}

Deno.test("send() tells its owner, in a later turn, when an open socket does not take the frame", async () => {
  const cause = new TypeError("out of order");
  const { socket, log } = owned({
    readyState: 1,
    send: () => {
      throw cause;
    },
  });
  assertEquals([socket.send("a"), log], [false, []]);
  await Promise.resolve();
  assertEquals(log, [["broken", cause]]);
});

Deno.test("buffered is 0 when the platform can't tell", () => {
  const { raw, socket } = owned();
  raw.bufferedAmount = 7;
  assertEquals(socket.buffered, 7);
  Object.assign(raw, { bufferedAmount: undefined });
  assertEquals(socket.buffered, 0);
});

Deno.test("close() sends no code when none is given, with and without a reason", () => {
  const { raw, socket } = owned({ readyState: 1 });
  socket.close();
  socket.close(undefined, "lost");
  assertEquals(raw.closes, [[undefined, undefined], [undefined, undefined]]);
});

for (const code of [1000, 3000, 4999, 1001, 1003, 1007, 1014]) {
  Deno.test(`close() hands the code over when it is ${code} and the platform takes it`, () => {
    const { raw, socket } = owned({ readyState: 1, isServer: true });
    socket.close(code, "enough");
    socket.close(code);
    assertEquals(raw.closes, [[code, "enough"], [code, ""]]);
  });
}

for (
  const code of [...[0, 1, 401, 404, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, -1000, 1000.5]]
    .concat(NaN, Infinity)
) {
  Deno.test(`close() throws before it sends when the code is ${code}`, () => {
    const { raw, socket } = owned({ readyState: 1, isServer: true });
    const error = assertThrows(() => socket.close(code, "enough"), RangeError);
    assertEquals(
      error.message,
      `Cannot close with ${code}: this end may not send that code, 1000 and 3000 to 4999 are for either end`,
    );
    assertEquals([raw.closes, raw.readyState], [[], 1]);
  });
}

Deno.test("close() throws with the platform's error as its cause when a client may not send it", () => {
  const { raw, socket } = owned({ readyState: 1 });
  const error = assertThrows(() => socket.close(1001, "going"), RangeError);
  assertInstanceOf(error.cause, DOMException);
  assertEquals(raw.closes, []);
});

for (
  const [what, reason, sent] of [
    ["123 bytes of ASCII", "x".repeat(123), "x".repeat(123)],
    ["124 bytes of ASCII", "x".repeat(124), "x".repeat(123)],
    ["characters of 2 bytes", "ä".repeat(62), "ä".repeat(61)],
    ["characters of 3 bytes", "€".repeat(42), "€".repeat(41)],
    ["characters of 4 bytes", "😀".repeat(31), "😀".repeat(30)],
    ["one that would be cut in a character", `${"x".repeat(122)}€`, "x".repeat(122)],
    ["one that would be cut in a pair", `${"x".repeat(120)}😀`, "x".repeat(120)],
    ["42 characters of few bytes", "x".repeat(42), "x".repeat(42)],
    ["a megabyte", "€".repeat(2 ** 20), "€".repeat(41)],
  ] as const
) {
  Deno.test(`close() cuts the reason at a character when it is ${what}`, () => {
    const { raw, socket } = owned({ readyState: 1 });
    socket.close(3000, reason);
    assertEquals(raw.closes, [[3000, sent]]);
  });
}

Deno.test("a listener of the opening is there only until the socket is open", () => {
  const { raw, log } = owned({ readyState: 0 });
  assertEquals(raw.listenerCount, 4);
  raw.opens();
  assertEquals([raw.listenerCount, log.length], [3, 1]);
});

Deno.test("release() takes all listeners off when the socket is closed", () => {
  const { raw, socket, log } = owned({ readyState: 1 });
  assertEquals(raw.listenerCount, 3);
  raw.closed(1000, "");
  socket.release();
  assertEquals(raw.listenerCount, 0);
  raw.receives("late");
  assertEquals(log.length, 1);
});

Deno.test("release() swallows errors until the close, and then listens to nothing", () => {
  for (const readyState of [0, 1, 2]) {
    const { raw, socket, log } = owned({ readyState });
    socket.release();
    raw.receives("late");
    raw.fails("late");
    raw.fails("later");
    assertEquals(raw.listenerCount, 2);
    raw.closed(1006, "");
    assertEquals([raw.listenerCount, log], [0, []]);
  }
});
