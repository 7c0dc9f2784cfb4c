import { assertEquals, assertInstanceOf, assertLess, assertStringIncludes } from "@std/assert";
import { RemoteError } from "../mod.ts";
import { inTime, isSettled } from "./contract/check.ts";
import { ODD_UIDS, plus, REFUSED, three, USELESS } from "./contract/answers/frames.ts";
import { KINDS, openVictim } from "./contract/answers/victim.ts";

const HELD = { uid: 1, listener: "held", parameters: [] };

/** What an end of ours calls, and what the frame of it was. */
async function callOf(
  { end, peer }: Awaited<ReturnType<typeof openVictim>>,
): Promise<{ call: Promise<unknown>; uid: unknown }> {
  const call: Promise<unknown> = end.getDriver().ask(1);
  call.catch(() => {}); // a test that wants the error awaits it itself
  let frame = await peer.nextJson();
  // toward a plain peer the acceptor asks first whether it listens
  for (let asked = 0; frame.listener === "$" && asked < 100; asked++) {
    peer.send({ uid: 0, success: false });
    frame = await peer.nextJson();
  }
  assertEquals([frame.listener, frame.parameters], ["ask", [{ type: "number", value: 1 }]]);
  return { call, uid: frame.uid };
}

for (const kind of KINDS) {
  for (const [what, frame] of USELESS) {
    Deno.test(`the ${kind} goes on, and answers nothing, when a frame is ${what}`, async () => {
      await using victim = await openVictim(kind);
      const { end, peer, release } = victim;
      peer.send(HELD); // of the peer's, under way
      const { call, uid } = await callOf(victim); // of ours, under way
      peer.send(frame, plus(2));
      assertEquals(await peer.nextJson(), three(2));
      assertEquals(await isSettled(call), false, "our call is still under way");
      release();
      assertEquals(await peer.nextJson(), { uid: 1, success: true, value: "released" });
      peer.send({ uid, success: true, value: "answered" });
      assertEquals(await inTime(call, "our call's return"), "answered");
      assertEquals(end.state, 1);
      await victim.othersGoOn();
    });
  }

  for (const [what, frame] of REFUSED) {
    Deno.test(`the ${kind} refuses a call when it has ${what}`, async () => {
      await using victim = await openVictim(kind);
      const { peer } = victim;
      peer.send(frame, plus(8));
      const text = await peer.next();
      const { uid, success, value } = JSON.parse(text);
      assertEquals([uid, success, value.name], [7, false, "RefusedError"]);
      assertLess(text.length, 400);
      assertEquals(Object.keys(value).sort(), ["message", "name"], "nothing else is told");
      assertEquals(await peer.nextJson(), three(8));
      await victim.othersGoOn();
    });
  }

  for (const uid of ODD_UIDS) {
    Deno.test(`the ${kind} answers under the same uid when it is ${uid}`, async () => {
      await using victim = await openVictim(kind);
      const { peer } = victim;
      peer.send(plus(uid));
      assertEquals(await peer.nextJson(), three(uid));
    });
  }

  Deno.test(`the ${kind} answers both when two calls have one uid`, async () => {
    await using victim = await openVictim(kind);
    const { peer, release } = victim;
    peer.send(HELD, plus(1));
    assertEquals(await peer.nextJson(), three(1));
    release();
    assertEquals(await peer.nextJson(), { uid: 1, success: true, value: "released" });
  });

  Deno.test(`the ${kind} ends that connection alone when a frame is a mebibyte of [`, async () => {
    await using victim = await openVictim(kind);
    const { end, peer } = victim;
    const { call } = await callOf(victim);
    peer.send("[".repeat(2 ** 20));
    const { code, reason } = await peer.untilClosed();
    assertEquals([code, reason], [
      kind === "acceptor" ? 1008 : 3008,
      "A value is nested too deeply",
    ]);
    const error = await inTime(call.catch((error: unknown) => error), "our call's end");
    assertInstanceOf(error, Error);
    assertEquals(await inTime(end.join(1_000), "the join"), true);
    await victim.othersGoOn();
  });

  Deno.test(`the ${kind} ends that connection alone when a frame is too long`, async () => {
    await using victim = await openVictim(kind, { limits: { frameBytes: 1_000 } });
    const { peer } = victim;
    peer.send(plus(1), `"${"ü".repeat(500)}"`);
    assertEquals(await peer.nextJson(), three(1));
    const { code } = await peer.untilClosed();
    assertEquals(code, kind === "acceptor" ? 1009 : 3009);
    await victim.othersGoOn();
  });

  for (
    const [what, uid] of [
      ["a text", String],
      ["a list", (uid: number) => [uid]],
      ["an object", (uid: number) => ({ valueOf: uid })],
      ["another number", (uid: number) => uid + 1],
      ["a bit more", (uid: number) => uid + 0.5],
      ["null", () => null],
      ["true", () => true],
    ] as const
  ) {
    Deno.test(`the ${kind} settles no call when a return's uid is ${what}`, async () => {
      await using victim = await openVictim(kind);
      const { peer } = victim;
      const { call, uid: right } = await callOf(victim);
      peer.send({ uid: uid(right as number), success: true, value: "wrong" }, plus(2));
      assertEquals(await peer.nextJson(), three(2));
      assertEquals(await isSettled(call), false);
      peer.send({ uid: right, success: true, value: "right" });
      assertEquals(await inTime(call, "the return"), "right");
    });
  }

  Deno.test(`the ${kind} keeps the first return when a second one comes`, async () => {
    await using victim = await openVictim(kind);
    const { peer } = victim;
    const first = await callOf(victim);
    peer.send(
      { uid: first.uid, success: true, value: "first" },
      { uid: first.uid, success: false, value: "second" },
    );
    assertEquals(await inTime(first.call, "the return"), "first");
    const second = await callOf(victim);
    peer.send({ uid: first.uid, success: true, value: "third" });
    peer.send({ uid: second.uid, success: true, value: "own" });
    assertEquals(await inTime(second.call, "the return"), "own");
  });

  for (
    const [what, fields, wanted] of [
      ["no value", { success: true }, undefined],
      ["null", { success: true, value: null }, null],
      ["fields beside its own", { success: true, value: 1, more: [2] }, 1],
      ["__proto__ in its value", { success: true, value: JSON.parse('{"__proto__":1}') }, {}],
    ] as const
  ) {
    Deno.test(`the ${kind} takes a return when it has ${what}`, async () => {
      await using victim = await openVictim(kind);
      const { call, uid } = await callOf(victim);
      victim.peer.send({ uid, ...fields });
      const value = await inTime(call, "the return");
      assertEquals(
        wanted !== null && typeof wanted === "object" ? Object.getPrototypeOf(value) : value,
        wanted !== null && typeof wanted === "object" ? Object.prototype : wanted,
      );
    });
  }

  for (const success of [undefined, null, 1, "true", {}, []]) {
    const what = JSON.stringify(success);
    Deno.test(`the ${kind} rejects a call when its return's success is ${what}`, async () => {
      await using victim = await openVictim(kind);
      const { call, uid } = await callOf(victim);
      victim.peer.send({ uid, success, value: "unclear" });
      const error = await inTime(call.catch((error: unknown) => error), "the return");
      assertInstanceOf(error, RemoteError);
      assertEquals(error.name, "MalformedReturn");
      assertStringIncludes(error.message, '"ask"');
    });
  }

  for (
    const [what, value] of [
      ["of the right shape", { name: "E", message: "m", code: 1 }],
      ["with a stack that is no text", { name: "E", message: "m", stack: 7 }],
      ["with names of methods", { name: "E", message: "m", toString: 1, toJSON: 2, valueOf: 3 }],
      ["with names of classes", { name: "E", message: "m", constructor: { a: 1 }, prototype: 1 }],
      ["with __proto__", JSON.parse('{"name":"E","message":"m","__proto__":{"polluted":1}}')],
    ] as const
  ) {
    Deno.test(`the ${kind} rejects a call soundly when it gets an error ${what}`, async () => {
      await using victim = await openVictim(kind);
      const { call, uid } = await callOf(victim);
      victim.peer.send({ uid, success: false, value });
      const error = await inTime(call.catch((error: unknown) => error), "the return");
      assertInstanceOf(error, RemoteError);
      assertEquals([error.name, error.message, String(error)], ["E", "m", "E: m"]);
      assertEquals(error.constructor, RemoteError);
      assertEquals(typeof error.stack, "string");
      assertEquals(JSON.parse(JSON.stringify(error)).message, "m");
      assertEquals((error as { polluted?: unknown }).polluted, undefined);
    });
  }
}
