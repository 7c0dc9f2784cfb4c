import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { endingOf, ownedLink } from "../helpers/links.ts";

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
      `Cannot close with ${code}: this code can't be sent. Use 1000 or 3000 to 4999.`,
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
  const detail = "the peer didn't answer the close";
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
  assertEquals(socket.closes, [[3009, "too long"]]);
  socket.closed(1006);
});
