import { assert, assertEquals, assertRejects } from "@std/assert";
import { EncodeError, type Feature, RemoteError, structured } from "../../../mod.ts";
import { paired, type PairOptions } from "../../linked/pair.ts";

/** Why a value that JSON would lose is not sent. */
const JSON_ONLY = "the other side takes only JSON. " +
  'Convert the value, or use "structured" on both sides.';

const provider = {
  same: (value: unknown) => value,
  kind: (value: unknown) => value === undefined ? "undefined" : typeof value,
  give: () => ({ members: [new Date(0)] }),
  fail: () => {
    throw Object.assign(new Error("no"), { at: new Map([[1, 2]]) });
  },
};

/** The ways in which one end chose `structured` and can't use it. */
const ALONE: readonly [what: string, options: PairOptions, chooser: "client" | "server"][] = [
  ["the server takes only JSON", { connect: { use: [structured] } }, "client"],
  ["the client takes only JSON", { accept: { use: [structured] } }, "server"],
  ["its own wire is plain", { connect: { use: [structured], wire: "plain" } }, "client"],
  [
    "the client's wire is plain",
    { connect: { wire: "plain" }, accept: { use: [structured] } },
    "server",
  ],
];

const LOST: readonly [place: string, value: unknown][] = [
  ["parameters[0]", new Date(0)],
  ["parameters[0]", 7n],
  ["parameters[0]", NaN],
  ["parameters[0]", new Uint8Array(2)],
  ["parameters[0].when.at", { when: { at: new Date(0) } }],
  ["parameters[0][1].ids", [1, { ids: new Set([1]) }]],
  ["parameters[0][1]", [1, undefined]],
  ["parameters[0].cause", { cause: new Error("x") }],
];

for (const [what, options, chooser] of ALONE) {
  Deno.test(`EncodeError names the value's place at the call when ${what}`, async () => {
    await using pair = await paired({ here: provider, there: provider, ...options });
    const driver = pair[chooser].getDriver();
    for (const [place, value] of LOST) {
      const error = await assertRejects(() => driver.same!(value), EncodeError);
      const why = `cannot encode "${place}": ${JSON_ONLY}`;
      assertEquals(error.message, `Cannot call "same": ${why}`);
    }
    await assertRejects(() => driver.same!(1, [7n]), EncodeError, '"parameters[1][0]"');
    assertEquals(await driver.same!({ a: undefined, b: 1 }), { b: 1 }); // as everywhere
    assertEquals(await driver.kind!(undefined), "undefined");
    assertEquals(await driver.same!({ a: [1, null, "x"] }), { a: [1, null, "x"] });
  });

  Deno.test(`EncodeError reaches the caller when a result would lose something and ${what}`, async () => {
    await using pair = await paired({ here: provider, there: provider, ...options });
    const other = chooser === "client" ? pair.server : pair.client;
    const error = await assertRejects(() => other.getDriver().give!(), RemoteError);
    assertEquals(error.name, "EncodeError");
    assertEquals(
      error.message,
      `Cannot encode "result.members[0]": ${JSON_ONLY}`,
    );
    const thrown = await assertRejects(() => other.getDriver().fail!(), RemoteError);
    assertEquals(thrown.message, "no"); // an error is never lost for what it carries
  });
}

Deno.test("structured lets a value be in two places when the other side takes only JSON", async () => {
  await using pair = await paired({ there: provider, connect: { use: [structured] } });
  const origin = { x: 0, y: 0 };
  const got = await pair.client.getDriver().same!([origin, origin]);
  assertEquals(got, [origin, origin]); // JSON says it twice, and loses nothing of it
});

Deno.test("structured is used when both chose it, and nothing of it when neither did", async () => {
  await using both = await paired({ there: provider, use: [structured] });
  await using none = await paired({ there: provider });
  assertEquals(await both.client.getDriver().same!([new Date(0)]), [new Date(0)]);
  assertEquals(await none.client.getDriver().same!([new Date(0)]), ["1970-01-01T00:00:00.000Z"]);
  const offer = (frame: unknown) => JSON.parse(frame as string).link.values;
  assertEquals([offer(both.sent[0]), offer(none.sent[0])], [["structured", "json"], ["json"]]);
  assertEquals([offer(both.got[0]), offer(none.got[0])], ["structured", "json"]);
});

Deno.test("structured tells what an error carries when both chose it", async () => {
  await using pair = await paired({ there: provider, use: [structured] });
  const error = await assertRejects(() => pair.client.getDriver().fail!(), RemoteError) as
    & RemoteError
    & { at: unknown };
  assert(error.at instanceof Map);
  assertEquals([error.message, error.at], ["no", new Map([[1, 2]])]);
});

/** The same as `structured`, under a name of its own. */
const other: Feature = Object.defineProperty(structured({}), "name", { value: "other" });

Deno.test("structured is only used where the names are the same", async () => {
  await using pair = await paired({
    there: provider,
    connect: { use: [other] },
    accept: { use: [structured] },
  });
  await assertRejects(() => pair.client.getDriver().same!(7n), EncodeError, JSON_ONLY);
  assertEquals(await pair.client.getDriver().same!({ a: 1 }), { a: 1 });
});

Deno.test("structured forbids nothing where another encoding was agreed on", async () => {
  await using pair = await paired({
    here: provider,
    there: provider,
    connect: { use: [structured, other] },
    accept: { use: [other, structured] },
  });
  assertEquals(JSON.parse(pair.got[0] as string).link.values, "other");
  for (const end of [pair.client, pair.server]) {
    assertEquals(await end.getDriver().same!([7n, new Date(0)]), [7n, new Date(0)]);
  }
});
