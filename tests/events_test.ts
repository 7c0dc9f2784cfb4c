import { assertEquals } from "@std/assert";
import { reporterOf, withoutSecrets } from "../src/events.ts";
import { printedAfter } from "./helpers/printed.ts";
import { microtasks } from "./helpers/waiting.ts";

const HOUR = 3_600_000;
const PEER = { ip: "10.0.0.1", path: "/room" };

Deno.test("reporterOf() tells what happened, and whose it was", () => {
  const told: unknown[] = [];
  const report = reporterOf((event) => told.push(event), () => PEER);
  report({ type: "close", code: 1000, reason: "bye" });
  report({ type: "limit", limit: "depth" });
  assertEquals(told, [
    { type: "close", code: 1000, reason: "bye", peer: PEER },
    { type: "limit", limit: "depth", peer: PEER },
  ]);
});

Deno.test("reporterOf() asks for no peer, and prints errors alone, when nobody listens", async () => {
  let asked = 0;
  const report = reporterOf(undefined, () => (asked++, PEER));
  const lines = await printedAfter(HOUR, () => {
    report({ type: "close", code: 1000, reason: "" });
    report({ type: "thrown", method: "f", error: new Error("the caller is told") });
    report({ type: "error", error: new TypeError("no good") });
  });
  assertEquals(asked, 0);
  assertEquals(lines, [
    'sheetbend: TypeError: no good (handle errors with the option "onEvent")',
  ]);
});

Deno.test("reporterOf() prints one line when the text of an error has more, or can't be read", async () => {
  const report = reporterOf(undefined, () => PEER);
  const unreadable = {
    toString() {
      throw new Error("unreadable");
    },
  };
  const lines = await printedAfter(HOUR, () => {
    report({ type: "error", error: "a\nb\u001b[31m\u202ec" });
    report({ type: "error", error: unreadable });
    report({ type: "error", error: Symbol("odd") });
  });
  assertEquals(lines.map((line) => line.replace(/ \(handle.*/, "")), [
    "sheetbend: a b [31m c",
    "sheetbend: an error that can't be read",
    "sheetbend: Symbol(odd)",
  ]);
});

Deno.test("reporterOf() prints ten errors at once, and more later, when a peer causes a flood", async () => {
  const report = reporterOf(undefined, () => PEER);
  const flood = () => {
    for (let count = 0; count < 1_000; count++) report({ type: "error", error: count });
  };
  assertEquals((await printedAfter(HOUR, flood)).length, 10);
  assertEquals((await printedAfter(250, flood)).length, 2);
  assertEquals((await printedAfter(HOUR, flood)).length, 10);
});

Deno.test("reporterOf() never throws when the callback throws or rejects, or the peer can't be told", async () => {
  const event = { type: "close", code: 1000, reason: "" } as const;
  const raise = () => {
    throw new Error("thrown");
  };
  reporterOf(raise, () => PEER)(event);
  reporterOf(() => Promise.reject(new Error("rejected")), () => PEER)(event);
  reporterOf(() => {}, raise)(event);
  await microtasks();
});

for (
  const [address, shown] of [
    ["ws://host:1/a", "ws://host:1/a"],
    ["ws://host/a?token=secret", "ws://host/a"],
    ["ws://host/a#token=secret", "ws://host/a"],
    ["ws://user:secret@host/a", "ws://host/a"],
    ["/room?token=secret", "/room"],
    ["/room?a=1\nb#c", "/room"],
    ["/a@b", "/a@b"],
  ] as const
) {
  Deno.test(`withoutSecrets() is "${shown}" when the address is ${JSON.stringify(address)}`, () => {
    assertEquals(withoutSecrets(address), shown);
  });
}
