import { assertEquals } from "@std/assert";
import { Unserved } from "../../src/call/unserved.ts";

Deno.test("push() and shift() keep the order when many wait", () => {
  const unserved = new Unserved({ unservedCalls: Infinity, unservedBytes: Infinity });
  const got: unknown[] = [];
  assertEquals(unserved.isEmpty, true);
  for (let round = 0; round < 3; round++) {
    for (const message of ["a", "b", "c"]) assertEquals(unserved.push(message, 1), undefined);
    assertEquals(unserved.isEmpty, false);
    got.push(unserved.shift(), unserved.shift());
    unserved.push("d", 1);
    got.push(unserved.shift(), unserved.shift());
    assertEquals(unserved.isEmpty, true);
  }
  assertEquals(got.join(""), "abcdabcdabcd");
});

for (
  const [limit, limits] of [
    ["unservedCalls", { unservedCalls: 2, unservedBytes: Infinity }],
    ["unservedBytes", { unservedCalls: Infinity, unservedBytes: 20 }],
  ] as const
) {
  Deno.test(`push() names ${limit} when it is broken, and takes what was shifted off`, () => {
    const unserved = new Unserved(limits);
    assertEquals([unserved.push("a", 10), unserved.push("b", 10)], [undefined, undefined]);
    unserved.shift();
    assertEquals([unserved.push("c", 10), unserved.push("d", 10)], [undefined, limit]);
    unserved.clear();
    assertEquals([unserved.isEmpty, unserved.push("e", 10)], [true, undefined]);
  });
}
