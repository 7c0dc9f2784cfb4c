import { assertEquals } from "@std/assert";
import { reporterOf, SILENT, withoutSecrets } from "../src/events.ts";
import { microtasks } from "./helpers/waiting.ts";

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

Deno.test("reporterOf() asks for nothing when nobody listens", () => {
  let asked = 0;
  const report = reporterOf(undefined, () => (asked++, PEER));
  report({ type: "close", code: 1000, reason: "" });
  assertEquals([report, asked], [SILENT, 0]);
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
