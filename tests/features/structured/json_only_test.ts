import { assertEquals, assertThrows } from "@std/assert";
import { EncodeError, structured } from "../../../mod.ts";
import { callOf, playedSession } from "../../helpers/session.ts";
import { microtasks, until } from "../../helpers/waiting.ts";

/** Why a value that JSON would lose is not sent. */
const JSON_ONLY = "the other side takes only JSON. " +
  'Convert the value, or use "structured" on both sides.';

/** Sessions of an end that uses `structured`, toward others that take JSON alone. */
const PEERS = [
  ["linked", { use: [structured] }],
  ["plain", { use: [structured], wire: "plain" }],
] as const;

function unsent(error: unknown): never {
  throw error;
}

for (const [wire, options] of PEERS) {
  for (
    const value of [1, "x", null, undefined, true, { a: [1, { b: null }], c: undefined }, [[]], {
      f() {},
    }]
  ) {
    const what = Deno.inspect(value, { compact: true });
    Deno.test(`structured lets pass what JSON tells to a ${wire} peer: ${what}`, async () => {
      const { session, socket } = playedSession(options);
      session.reply({ uid: 1, success: true, value }, unsent);
      session.call(callOf([value]));
      await microtasks();
      const without = playedSession({ ...options, use: [] });
      without.session.reply({ uid: 1, success: true, value }, unsent);
      without.session.call(callOf([value]));
      await microtasks();
      assertEquals(socket.sent.length > 0, true);
      assertEquals(socket.sent, without.socket.sent);
    });
  }

  for (
    const [value, place] of [
      [new Date(0), ""],
      [{ at: new Date(0) }, ".at"],
      [[0, [NaN]], "[1][0]"],
      [[undefined], "[0]"],
      [{ a: [{ b: [undefined] }] }, ".a[0].b[0]"],
      [new Map(), ""],
      [{ bytes: new Uint8Array(1) }, ".bytes"],
      [7n, ""],
      [-0, ""],
      [[Object(7)], undefined],
    ] as [unknown, string | undefined][]
  ) {
    const what = Deno.inspect(value, { compact: true });
    Deno.test(`structured names the place when JSON would lose ${what} to a ${wire} peer`, () => {
      const { session, socket } = playedSession(options);
      const result = { uid: 1, success: true, value };
      for (
        const [what, send] of [
          ["result", () => session.reply(result, unsent)],
          ["parameters[1]", () => session.call(callOf([1, value]))],
        ] as const
      ) {
        const error = assertThrows(send, EncodeError);
        assertEquals(
          error.message,
          place === undefined
            ? `Cannot encode "${what}[0]": boxed primitives can't be serialized. Use the primitive.`
            : `Cannot encode "${what}${place}": ${JSON_ONLY}`,
        );
      }
      assertEquals(socket.sent, []);
    });
  }

  Deno.test(`structured loses no error for what it carries to a ${wire} peer`, async () => {
    const { session, socket } = playedSession(options);
    session.reply({ uid: 1, success: false, value: { at: new Date(0) } }, unsent);
    session.reply({ uid: 2, success: false, value: NaN }, unsent);
    await microtasks();
    assertEquals(socket.sent.join().match(/1970/g)?.length, 1);
  });

  Deno.test(`structured takes undefined, functions and symbols as parameters to a ${wire} peer`, async () => {
    const { session, socket } = playedSession(options);
    session.call(callOf([undefined, () => 1, Symbol(), 1]));
    await microtasks();
    const without = playedSession({ ...options, use: [] });
    without.session.call(callOf([undefined, () => 1, Symbol(), 1]));
    await microtasks();
    assertEquals([socket.sent.length, socket.sent], [1, without.socket.sent]);
  });

  Deno.test(`structured names the place when a result has waited for a ${wire} peer that reads nothing`, async () => {
    const limits = { sendBytes: 10 };
    const { session, socket } = playedSession({ ...options, limits });
    const errors: unknown[] = [];
    socket.bufferedAmount = 100;
    session.reply({ uid: 1, success: true, value: "first" }, unsent);
    await microtasks();
    session.reply({ uid: 2, success: true, value: { at: [new Date(0)] } }, (error) => {
      errors.push(error);
    });
    session.reply({ uid: 3, success: true, value: { at: [0] } }, unsent);
    session.reply({ uid: 4, success: false, value: { at: [new Date(0)] } }, unsent);
    socket.bufferedAmount = 0;
    await until(() => socket.sent.join().includes("1970"), "what waited has left");
    assertEquals((errors as Error[]).map(({ message }) => message), [
      `Cannot encode "result.at[0]": ${JSON_ONLY}`,
    ]);
    const frames = socket.sent.join();
    assertEquals([frames.includes("first"), frames.match(/1970/g)!.length], [true, 1]);
    session.close();
  });
}
