import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { type CallOptions, currentCall, DeadlineError } from "../../mod.ts";
import type { Anything } from "../helpers/ends.ts";
import { turn, until } from "../helpers/waiting.ts";
import { paired } from "./pair.ts";

/** A function that never ends, and the reasons with which its signal aborted. */
function watching() {
  const reasons: unknown[] = [];
  const watch = () => {
    const { signal } = currentCall();
    signal.addEventListener("abort", () => reasons.push(signal.reason));
    return new Promise<never>(() => {});
  };
  return { reasons, watch };
}

/** A → B → C: B calls C's `last` some ms after it was called, with the options that `terms` gives. */
async function chain(last: () => unknown, terms: () => CallOptions) {
  const second = await paired({ there: { last } });
  const relay = async (ms: number) => {
    const { last } = second.client.getDriver(terms());
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    return await last!();
  };
  const first = await paired({ there: { relay } });
  return {
    a: first.client,
    async [Symbol.asyncDispose]() {
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}

Deno.test("currentCall().deadline shrinks when it is handed on from hop to hop", async () => {
  const left: number[] = [];
  const note = () => void left.push(currentCall().deadline!.getTime() - Date.now());
  await using ends = await chain(note, () => {
    note();
    return { deadline: currentCall().deadline };
  });
  const hour = 3_600_000;
  await ends.a.getDriver({ timeout: hour }).relay!(40);
  assertEquals(left.length, 2);
  assert(left[0]! <= hour + 1 && left[0]! > hour / 2, `${left}`);
  assert(left[1]! <= left[0]! - 30, `${left}`);
});

Deno.test("getDriver({ deadline: currentCall().deadline }) begins nothing when it has passed", async () => {
  let begun = 0;
  await using ends = await chain(() => ++begun, () => ({ deadline: currentCall().deadline }));
  await assertRejects(() => ends.a.getDriver({ timeout: 20 }).relay!(60), DeadlineError, '"relay"');
  await new Promise((resolve) => setTimeout(resolve, 80));
  assertEquals(begun, 0);
});

Deno.test("getDriver({ deadline: currentCall().deadline }) ends at the last hop when it passes", async () => {
  const { reasons, watch } = watching();
  await using ends = await chain(watch, () => ({ deadline: currentCall().deadline }));
  await assertRejects(() => ends.a.getDriver({ timeout: 30 }).relay!(0), DeadlineError, '"relay"');
  await until(() => reasons.length === 1, "the last hop hears of it");
});

Deno.test("getDriver({ signal: currentCall().signal }) ends with its parent, down to the last hop", async () => {
  const { reasons, watch } = watching();
  await using ends = await chain(watch, () => ({ signal: currentCall().signal }));
  const control = new AbortController();
  const call = ends.a.getDriver({ signal: control.signal }).relay!(0).catch((e: unknown) => e);
  await new Promise((resolve) => setTimeout(resolve, 10));
  control.abort("enough");
  assertEquals(await call, "enough");
  await until(() => reasons.length === 1, "the last hop hears of it");
  assertInstanceOf(reasons[0], DOMException);
});

Deno.test("getDriver({ signal: currentCall().signal }) ends at the last hop when the first leaves", async () => {
  const { reasons, watch } = watching();
  await using ends = await chain(watch, () => ({ signal: currentCall().signal }));
  const call = ends.a.getDriver().relay!(0).catch((error: Error) => error.name);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await ends.a.close();
  assertEquals(await call, "ConnectionClosedError");
  await until(() => reasons.length === 1, "the last hop hears of it");
});

Deno.test("getDriver({ signal: currentCall().signal }) ends the call back when its parent ends", async () => {
  const { reasons, watch } = watching();
  const work = () => {
    const { signal, communicator } = currentCall();
    return communicator.getDriver<Anything>({ signal }).watch!();
  };
  await using pair = await paired({ here: { watch }, there: { work } });
  const control = new AbortController();
  const call = pair.client.getDriver({ signal: control.signal }).work!().catch((e: unknown) => e);
  await turn();
  await turn();
  control.abort("enough");
  assertEquals(await call, "enough");
  await until(() => reasons.length === 1, "the nested call ends");
});
