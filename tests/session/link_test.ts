import { assertEquals } from "@std/assert";
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
  const ending = endingOf(1006, { detail: "the socket failed to send" });
  assertEquals(log.slice(1), [["closed", ending]]);
  assertEquals(events, [
    { type: "error", error: cause },
    { type: "close", code: 1006, reason: "" },
  ]);
  assertEquals(socket.closes, [[3011, "the socket failed to send"]]);
  socket.closed(1006);
  assertEquals([log.length, socket.listenerCount], [2, 0]);
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
    link.abandon(3002, "enough");
    link.abandon(3003, "again");
    socket.receives("late");
    socket.fails("late");
    socket.fails("later");
    assertEquals([socket.listenerCount, socket.closes], [3, [[3002, "enough"]]]);
    socket.closed(1006, "");
    assertEquals([socket.listenerCount, log, events], [0, [], []]);
  });
}

Deno.test("abandon() bears a socket that can't be closed", () => {
  const { socket, link } = ownedLink({ refusesClose: true });
  link.abandon(3002, "enough");
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

Deno.test("lost() closes the socket with a code and a reason, and is over at once", () => {
  const { socket, link, log } = ownedLink();
  link.start();
  link.lost();
  const ending = endingOf(1006, { reason: "The peer no longer answers" });
  const sent = [[3013, "The heartbeat wasn't answered in time"]];
  assertEquals([log[1], socket.closes], [["closed", ending], sent]);
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
