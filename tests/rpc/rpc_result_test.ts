import { assertEquals } from "@std/assert";
import { LocalEnd } from "../helpers/local_end.ts";
import { turn } from "../helpers/waiting.ts";

/** An end that serves `provider`, and what it sends. */
function serving(provider: object | null | undefined): LocalEnd<typeof provider, null> {
  return new LocalEnd<typeof provider, null>(provider);
}

function callOf(listener: string, ...values: unknown[]): Record<string, unknown> {
  return { uid: 7, listener, parameters: values.map((value) => ({ type: typeof value, value })) };
}

for (const value of [1, "text", null, undefined, false, NaN]) {
  Deno.test(`serve() answers within the call when the result is ${value}`, () => {
    const end = serving({ f: () => value });
    end.receives(callOf("f"));
    const travelled = Number.isNaN(value) ? null : value;
    const expected = {
      uid: 7,
      success: true,
      ...(value === undefined ? {} : { value: travelled }),
    };
    assertEquals(end.sent, [expected as never]);
  });
}

for (
  const [what, make] of [
    ["a promise", () => Promise.resolve({ a: 1 })],
    ["an object that is none", () => ({ a: 1 })],
    ["a thenable", () => ({ then: (done: (value: unknown) => void) => done({ a: 1 }) })],
    ["a promise of a promise", () => Promise.resolve(Promise.resolve({ a: 1 }))],
    [
      "a promise whose then was changed",
      () => Object.assign(Promise.resolve({ a: 1 }), { then: () => never() }),
    ],
  ] as [string, () => unknown][]
) {
  Deno.test(`serve() answers with the value when the function gives ${what}`, async () => {
    const end = serving({ f: make });
    end.receives(callOf("f"));
    await turn();
    assertEquals(end.sent, [{ uid: 7, success: true, value: { a: 1 } }]);
  });
}

function never(): never {
  throw new RangeError("no");
}

for (
  const [what, make, value] of [
    ["throws", never, { name: "RangeError", message: "no" }],
    ["throws a text", thrower("text"), "text"],
    ["throws null", thrower(null), null],
    ["rejects", () => Promise.reject(new RangeError("no")), { name: "RangeError", message: "no" }],
    ["gives a thenable that throws", () => ({ then: never }), {
      name: "RangeError",
      message: "no",
    }],
    [
      "gives a promise that can't be read",
      () => Object.defineProperty(Promise.resolve(), "constructor", { get: never }),
      {
        name: "RangeError",
        message: "no",
      },
    ],
  ] as [string, () => unknown, unknown][]
) {
  Deno.test(`serve() answers with what was thrown when the function ${what}`, async () => {
    const end = serving({ f: make });
    end.receives(callOf("f"));
    await turn();
    assertEquals(end.sent, [{ uid: 7, success: false, value }]);
  });
}

Deno.test("serve() leaves the value out when undefined was thrown", async () => {
  const end = serving({ f: thrower(undefined), g: () => Promise.reject() });
  end.receives(callOf("f"));
  end.receives(callOf("g"));
  await turn();
  assertEquals(end.sent as unknown[], [{ uid: 7, success: false }, { uid: 7, success: false }]);
});

function thrower(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

const BIG = "Do not know how to serialize a BigInt";

for (
  const [what, make, value] of [
    ["a result", () => 7n, { name: "TypeError", message: BIG }],
    ["a promised result", () => Promise.resolve([7n]), { name: "TypeError", message: BIG }],
    ["an error's field", thrower(Object.assign(new RangeError("m"), { n: 7n })), {
      name: "RangeError",
      message: "m",
    }],
    ["what was thrown, which is no error", thrower({ n: 7n }), {
      name: "Error",
      message: "Cannot send the thrown value: it can't be read",
    }],
    ["a thrown number", thrower(7n), {
      name: "Error",
      message: "Cannot send the thrown value: it is a bigint",
    }],
  ] as [string, () => unknown, unknown][]
) {
  Deno.test(`serve() answers that it failed when ${what} can't be encoded`, async () => {
    const end = serving({ f: make });
    end.receives(callOf("f"));
    await turn();
    assertEquals(end.sent, [{ uid: 7, success: false, value }]);
  });
}

Deno.test("serve() tries once more, then lets it be, when the transport takes no return", async () => {
  const end = serving({ f: () => 1 });
  let tried = 0;
  end.deliver = () => {
    if (++tried === 1) throw new Error("thrown");
    return Promise.reject(new Error("rejected"));
  };
  end.receives(callOf("f"));
  await turn();
  assertEquals(tried, 2);
  assertEquals(end.last, { uid: 7, success: false, value: { name: "Error", message: "thrown" } });
});
