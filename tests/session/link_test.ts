import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { endingOf, ownedLink } from "../helpers/links.ts";
import { turn } from "../helpers/waiting.ts";

Deno.test("Link() tells its owner of what happens, in order, when the socket says so", () => {
  const { socket, log, events } = ownedLink({});
  socket.opens();
  socket.receives("a");
  socket.receives("");
  socket.receivesBinary();
  socket.closed(3001, "enough");
  assertEquals(log, [
    ["opened"],
    ["text", "a"],
    ["text", ""],
    ["binary", new ArrayBuffer(1)],
    ["closed", endingOf(3001, { reason: "enough" })],
  ]);
  assertEquals(events, [{ type: "close", code: 3001, reason: "enough" }]);
  assertEquals(socket.listenerCount, 0);
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
  Deno.test(`Link() tells ${told[0]} when the platform closes with ${code}`, () => {
    const { socket, link, log } = ownedLink();
    link.start();
    socket.closed(code, reason);
    assertEquals(log, [["opened"], ["closed", endingOf(told[0], { reason: told[1] })]]);
  });
}

Deno.test("Link() hands the platform's own text on when an error came before the close", () => {
  const { socket, link, log } = ownedLink();
  link.start();
  socket.fails("Unexpected EOF");
  socket.closed(0, "");
  assertEquals(log[1], ["closed", endingOf(1006, { detail: "Unexpected EOF" })]);
});

for (const detail of ["Connection refused", undefined]) {
  Deno.test(`Link() is over at the error, once, when it never was open and the text is ${detail}`, () => {
    const { socket, log } = ownedLink({});
    socket.fails(detail);
    socket.closed(0, "");
    const ending = endingOf(1006, { detail: detail ?? "", isRefused: true });
    assertEquals(log, [["closed", ending]]);
    assertEquals(socket.listenerCount, 0);
  });
}

Deno.test("Link() reports no close when what it carried goes on over another", () => {
  const { socket, events, log } = ownedLink({ readyState: 1 }, { goesOn: true });
  socket.closed(1006);
  assertEquals([log.length, events], [1, []]);
});

for (
  const [readyState, told] of [
    [0, []],
    [1, [["opened"]]],
    [2, [["closed", endingOf(1006, { isRefused: true })]]],
    [3, [["closed", endingOf(1006, { isRefused: true })]]],
  ] as [number, unknown[][]][]
) {
  Deno.test(`start() tells what the owner must know when the socket's state is ${readyState}`, async () => {
    const { socket, link, log } = ownedLink({ readyState });
    link.start();
    assertEquals(log, readyState === 1 ? [["opened"]] : []);
    await turn(); // no event may follow
    assertEquals(log, told);
    socket.closed(1000);
    assertEquals(log.filter(([what]) => what === "closed").length, 1);
  });

  const isOpen = readyState === 1;
  Deno.test(`give() tells whether the frame was handed over when the state is ${readyState}`, () => {
    const { socket, link } = ownedLink({ readyState });
    assertEquals(link.give("a"), isOpen);
    assertEquals(link.give(new Uint8Array([1])), isOpen);
    assertEquals(socket.frames, isOpen ? ["a", new Uint8Array([1])] : []);
    socket.closed(1000);
  });
}

Deno.test("opened() is told once when the socket was open at the start and says so again", () => {
  const { socket, link, log } = ownedLink({ readyState: 0 });
  socket.readyState = 1;
  link.start();
  socket.opens();
  assertEquals(log, [["opened"]]);
  socket.closed(1000);
});

Deno.test("give() ends the link with 1006, in a later turn, when an open socket takes no frame", async () => {
  const cause = new TypeError("out of order");
  const send = (): never => {
    throw cause;
  };
  const { socket, link, log, events } = ownedLink({ readyState: 1, send });
  link.start();
  assertEquals([link.give("a"), link.give("b"), log], [false, false, [["opened"]]]);
  await Promise.resolve();
  const ending = endingOf(1006, { detail: "the socket takes no frame" });
  assertEquals(log.slice(1), [["closed", ending]]);
  assertEquals(events, [
    { type: "error", error: cause },
    { type: "close", code: 1006, reason: "" },
  ]);
  assertEquals(socket.closes, [[undefined, undefined]]);
  socket.closed(1006);
  assertEquals([log.length, socket.listenerCount], [2, 0]);
});

Deno.test("expectBytes() asks the socket for bytes", () => {
  const { socket, link } = ownedLink();
  link.expectBytes();
  assertEquals((socket as { binaryType?: string }).binaryType, "arraybuffer");
  socket.closed(1000);
});

Deno.test("a listener of the opening is there only until the socket is open", () => {
  const { socket, log } = ownedLink({});
  assertEquals(socket.listenerCount, 4);
  socket.opens();
  assertEquals([socket.listenerCount, log.length], [3, 1]);
  socket.closed(1000);
});

for (const readyState of [0, 1, 2]) {
  Deno.test(`abandon() tells nobody, and swallows errors until the close, when the state is ${readyState}`, () => {
    const { socket, link, log, events } = ownedLink({ readyState });
    link.abandon();
    link.abandon();
    socket.receives("late");
    socket.fails("late");
    socket.fails("later");
    assertEquals([socket.listenerCount, socket.closes.length], [2, 1]);
    socket.closed(1006, "");
    assertEquals([socket.listenerCount, log, events], [0, [], []]);
  });
}

Deno.test("abandon() bears a socket that can't be closed", () => {
  const { socket, link } = ownedLink({ refusesClose: true });
  link.abandon();
  socket.closed(1006);
  assertEquals(socket.listenerCount, 0);
});

Deno.test("finish() is over at once, and listens to nothing when the socket is closed later", () => {
  const { socket, link, log } = ownedLink();
  link.start();
  link.finish();
  link.finish();
  assertEquals(log.slice(1), [["closed", endingOf(1006)]]);
  socket.receives("late");
  socket.fails("late");
  socket.closed(3001, "late");
  assertEquals([log.length, socket.listenerCount], [2, 0]);
});

Deno.test("lost() closes the socket without a code, and is over at once", () => {
  const { socket, link, log } = ownedLink();
  link.start();
  link.lost();
  const ending = endingOf(1006, { reason: "The other end no longer answers" });
  assertEquals([log[1], socket.closes], [["closed", ending], [[undefined, undefined]]]);
  socket.closed(1006);
});

for (
  const [args, sent] of [
    [[], [undefined, undefined]],
    [[undefined, "lost"], [1000, "lost"]],
    [[3000], [3000, ""]],
    [[3000, "enough"], [3000, "enough"]],
  ] as [[number?, string?], [number | undefined, string | undefined]][]
) {
  Deno.test(`close() sends ${Deno.inspect(sent)} when it is given ${Deno.inspect(args)}`, () => {
    const { socket, link } = ownedLink();
    link.close(...args);
    assertEquals([socket.closes, link.isClosing], [[sent], true]);
    socket.closed(1000);
  });
}

for (const code of [1000, 3000, 4999, 1001, 1003, 1007, 1014]) {
  Deno.test(`close() hands the code over when it is ${code} and the platform takes it`, () => {
    const { socket, link } = ownedLink({ readyState: 1, isServer: true });
    link.close(code, "enough");
    assertEquals(socket.closes, [[code, "enough"]]);
    socket.closed(code);
  });
}

for (
  const code of [...[0, 1, 401, 404, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, -1000, 1000.5]]
    .concat(NaN, Infinity)
) {
  Deno.test(`close() throws before it sends when the code is ${code}`, () => {
    const { socket, link } = ownedLink({ readyState: 1, isServer: true });
    const error = assertThrows(() => link.close(code, "enough"), RangeError);
    assertEquals(
      error.message,
      `Cannot close with ${code}: this end may not send that code, 1000 and 3000 to 4999 are for either end`,
    );
    assertEquals([socket.closes, socket.readyState, link.isClosing], [[], 1, false]);
    socket.closed(1000);
  });
}

Deno.test("close() throws with the platform's error as its cause when a client may not send it", () => {
  const { socket, link, log } = ownedLink();
  link.start();
  const error = assertThrows(() => link.close(1001, "going"), RangeError);
  assertInstanceOf(error.cause, DOMException);
  assertEquals([socket.closes, link.isClosing], [[], false]);
  socket.closed(3002, "theirs"); // nothing of the close that failed is left
  assertEquals(log[1], ["closed", endingOf(3002, { reason: "theirs" })]);
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
    const { socket, link, log } = ownedLink();
    link.start();
    link.close(3000, reason);
    assertEquals(socket.closes, [[3000, sent]]);
    socket.closed(3000, sent);
    assertEquals(log[1], ["closed", endingOf(3000, { reason: sent, isOurs: true })]);
  });
}

Deno.test("close() keeps its own code when the other end answers with another", () => {
  const { socket, link, log, events } = ownedLink();
  link.start();
  link.close(3001, "ours");
  socket.closed(3002, "theirs");
  assertEquals(log[1], ["closed", endingOf(3001, { reason: "ours", isOurs: true })]);
  assertEquals(events, [{ type: "close", code: 3001, reason: "ours" }]);
});

Deno.test("close() leaves the code to the other end when that has begun the close", () => {
  const { socket, link, log } = ownedLink();
  link.start();
  socket.readyState = 2;
  link.close(3001, "ours");
  socket.closed(3002, "theirs");
  assertEquals(log[1], ["closed", endingOf(3002, { reason: "theirs" })]);
});

Deno.test("close() is over after its grace when the other end never answers", () => {
  using time = new FakeTime();
  const { socket, link, log } = ownedLink({ readyState: 1 }, { limits: { closeTimeout: 50 } });
  link.start();
  link.close(3001, "enough");
  time.tick(49);
  assertEquals(log.length, 1);
  time.tick(1);
  const detail = "the other end did not answer the close";
  assertEquals(log[1], ["closed", endingOf(3001, { reason: "enough", detail, isOurs: true })]);
  socket.closed(1006);
  assertEquals([log.length, socket.listenerCount], [2, 0]);
});

for (const [isServer, sent] of [[true, 1009], [false, 3009]] as const) {
  Deno.test(`fail() sends ${sent} for 1009 when isServer is ${isServer}, and once`, () => {
    const { socket, link } = ownedLink({ readyState: 1, isServer });
    link.fail(1009, "too long");
    link.fail(1002, "again");
    assertEquals(socket.closes, [[sent, "too long"]]);
    socket.closed(sent);
    link.fail(1002, "late");
    assertEquals(socket.closes.length, 1);
  });
}

Deno.test("fail() ends a link on trial at once, with the fault as the detail, whatever the code", () => {
  const { socket, link, log } = ownedLink();
  link.start();
  link.isTrial = true;
  link.fail(1009, "too long");
  assertEquals(log[1], ["closed", endingOf(1009, { detail: "too long" })]);
  assertEquals(socket.closes, [[undefined, undefined]]);
  socket.closed(1006);
});

Deno.test("Link hands frames to another owner when it is given one", () => {
  const { socket, link, log } = ownedLink();
  const texts: string[] = [];
  socket.receives("first");
  link.owner = {
    text: (text) => void texts.push(text),
    binary() {},
    broke() {},
    closed: ({ code }) => void texts.push(`closed ${code}`),
  };
  socket.receives("second");
  socket.closed(1000);
  assertEquals([log, texts], [[["text", "first"]], ["second", "closed 1000"]]);
});

Deno.test("Link tells its pacer of what comes in and what leaves, before they do", () => {
  const { socket, link, log } = ownedLink();
  link.pacer = {
    heardMessages: () => false,
    heard: () => void log.push(["heard"]),
    leaving: (length, isBytes) => void log.push(["leaving", length, isBytes, socket.frames.length]),
  };
  link.give("abc");
  link.give(new Uint8Array(5));
  link.say("no message");
  socket.receives("a");
  socket.receivesBinary(1);
  assertEquals(log, [
    ["leaving", 3, false, 0],
    ["leaving", 5, true, 1],
    ["heard"],
    ["text", "a"],
    ["heard"],
    ["binary", 1],
  ]);
  assertEquals(socket.frames.length, 3);
  socket.closed(1000);
});
