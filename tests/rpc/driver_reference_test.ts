import { assertEquals, assertStrictEquals } from "@std/assert";
import { withOptions } from "../../mod.ts";
import { type CallTerms, NO_TERMS } from "../../src/rpc/call_options.ts";
import { createReference, isDriver } from "../../src/rpc/driver.ts";

/** What a reference may have for members. */
interface Wild {
  (...args: unknown[]): Promise<unknown>;
  readonly [name: string]: Wild;
}

/** A reference whose calls are noted, and how often it was released. */
function referring() {
  const calls: [string, unknown[], CallTerms][] = [];
  let released = 0;
  const caller = {
    call: (path: string, args: unknown[], terms: CallTerms) =>
      Promise.resolve(calls.push([path, args, terms])),
  };
  const reference = createReference(caller, "$7", () => released++);
  return { reference: reference as Wild & Disposable, calls, released: () => released };
}

Deno.test("createReference() calls at its path, itself and its members", async () => {
  const { reference, calls, released } = referring();
  assertEquals(typeof reference, "function");
  assertEquals(await reference(1, 2), 1);
  await reference.call(null, 3);
  await reference.a!.b!(4);
  assertEquals(calls, [
    ["$7", [1, 2], NO_TERMS],
    ["$7", [3], NO_TERMS],
    ["$7.a.b", [4], NO_TERMS],
  ]);
  assertStrictEquals(await reference, reference);
  assertEquals([`${reference}`, calls.length, released()], ["[Driver $7]", 3, 0]);
});

Deno.test("createReference() releases what it stands for when it is disposed of, and calls nothing", () => {
  const { reference, calls, released } = referring();
  {
    using held = reference;
    assertEquals([isDriver(held), released()], [true, 0]);
  }
  assertEquals([calls.length, released()], [0, 1]);
  withOptions(reference, { timeout: 5 })[Symbol.dispose]();
  assertEquals(released(), 2);
});

Deno.test("withOptions() keeps the path of a reference, and adds to its terms", async () => {
  const { reference, calls } = referring();
  await withOptions(reference, { timeout: 5 })(1);
  assertEquals(calls, [["$7", [1], { ...NO_TERMS, timeout: 5 }]]);
});
