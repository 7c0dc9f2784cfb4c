import { assertEquals, assertThrows } from "@std/assert";
import { EncodeError, structured } from "../../mod.ts";
import { insistOnJson } from "../../src/wire/json_only.ts";
import { isLongerThan } from "../../src/session/parse_json.ts";
import { linkedCodec } from "../../src/session/linked.ts";
import { plainInsisting } from "../../src/session/plain.ts";

for (
  const value of [1, "x", null, undefined, true, { a: [1, { b: null }], c: undefined }, [[]], {
    f() {},
  }]
) {
  Deno.test(`insistOnJson() lets pass what JSON tells: ${Deno.inspect(value, { compact: true })}`, () => {
    insistOnJson(structured, { uid: 1, success: true, value });
  });
}

for (
  const [value, place] of [
    [new Date(0), "result"],
    [{ at: new Date(0) }, "result.at"],
    [[0, [NaN]], "result[1][0]"],
    [[undefined], "result[0]"],
    [new Map(), "result"],
    [{ bytes: new Uint8Array(1) }, "result.bytes"],
    [7n, "result"],
  ] as [unknown, string][]
) {
  Deno.test(`insistOnJson() names the place when JSON would lose ${Deno.inspect(value)}`, () => {
    const error = assertThrows(
      () => insistOnJson(structured, { uid: 1, success: true, value }),
      EncodeError,
    );
    assertEquals(error.message, `Cannot encode "${place}": the other end takes JSON alone`);
  });
}

for (
  const [name, codec] of [
    ["linked", linkedCodec({ encoding: structured, isAgreed: false })],
    ["plain", plainInsisting(structured)],
  ] as const
) {
  Deno.test(`encode() insists on JSON when a ${name} peer takes nothing else`, () => {
    const encode = (message: Parameters<typeof codec.encode>[0]) => codec.encode(message, []);
    const call = (value: unknown) => ({
      uid: 1,
      listener: "f",
      parameters: [{ type: "number", value: 1 }, { type: typeof value, value }],
    });
    const text = "the other end takes JSON alone";
    assertThrows(() => encode(call(new Date(0))), EncodeError, `"parameters[1]": ${text}`);
    assertThrows(
      () => encode({ uid: 1, success: true, value: [NaN] }),
      EncodeError,
      `"result[0]": ${text}`,
    );
    assertEquals(typeof encode(call(undefined)), "string");
    assertEquals(typeof encode({ uid: 1, success: false, value: { at: new Date(0) } }), "string");
  });
}

for (
  const [text, bytes, isLonger] of [
    ["", 0, false],
    ["a", 0, true],
    ["aaa", 3, false],
    ["aaaa", 3, true],
    ["ää", 4, false],
    ["ää", 3, true],
    ["😀", 4, false],
    ["😀", 3, true],
    ["a", Infinity, false],
  ] as const
) {
  Deno.test(`isLongerThan() is ${isLonger} when "${text}" is held against ${bytes} bytes`, () => {
    assertEquals(isLongerThan(text, bytes), isLonger);
  });
}
