import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { currentCall, DeadlineError } from "../../mod.ts";
import type { Anything } from "../helpers/ends.ts";
import { gate, turn, until } from "../helpers/waiting.ts";
import { type Pair, paired } from "./pair.ts";

/** A → B → C: B hands on what it is asked, with the options that `terms` gives. */
async function chain(
  there: object,
  terms: () => object,
): Promise<{ a: Anything } & AsyncDisposable> {
  const second: Pair = await paired({ there });
  const relay = {
    relay: async (ms: number) => {
      const options = terms();
      await new Promise((resolve) => setTimeout(resolve, ms));
      return await second.client.getDriver(options).last!();
    },
    now: () => second.client.getDriver(terms()).last!(),
  };
  const first = await paired({ there: relay });
  return {
    a: first.client.getDriver(),
    async [Symbol.asyncDispose]() {
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}

Deno.test("currentCall().deadline shrinks when it is handed on from hop to hop", async () => {
  const left: number[] = [];
  const note = () => void left.push(currentCall().deadline!.getTime() - Date.now());
  const terms = () => {
    note();
    return { deadline: currentCall().deadline };
  };
  await using pair = await paired({ there: {} });
  assertEquals(pair.sent.length, 1);
  const second = await paired({ there: { last: note } });
  const relay = {
    relay: async () => {
      const options = terms();
      await new Promise((resolve) => setTimeout(resolve, 40));
      await second.client.getDriver(options).last!();
    },
  };
  const first = await paired({ there: relay });
  await first.client.getDriver({ timeout: 5_000 }).relay!();
  assertEquals(left.length, 2);
  assert(left[0]! <= 5_001 && left[0]! > 4_000, `${left}`);
  assert(left[1]! <= left[0]! - 30, `${left}`);
  await first[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
});

Deno.test("getDriver() ends at each hop when the deadline passes at the first", async () => {
  const aborted: unknown[] = [];
  const last = () => {
    const { signal } = currentCall();
    const { promise, open } = gate();
    signal.addEventListener("abort", () => {
      aborted.push(signal.reason);
      open();
    });
    return promise;
  };
  await using ends = await chain({ last }, () => ({ deadline: currentCall().deadline }));
  const { a } = ends;
  const pair = await paired({ there: { relay: () => a.now!() } });
  const late = pair.client.getDriver({ timeout: 25 }).relay!();
  await assertRejects(() => late, DeadlineError, '"relay"');
  await pair[Symbol.asyncDispose]();
  assertEquals(aborted, []); // nobody handed that deadline on
});

Deno.test("getDriver({ signal: currentCall().signal }) ends with its parent, down to the last hop", async () => {
  const aborted: unknown[] = [];
  const last = () => {
    const { signal } = currentCall();
    const { promise, open } = gate();
    signal.addEventListener("abort", () => {
      aborted.push(signal.reason);
      open();
    });
    return promise;
  };
  const second = await paired({ there: { last } });
  const relay = {
    relay: () => second.client.getDriver({ signal: currentCall().signal }).last!(),
  };
  const first = await paired({ there: relay });
  const control = new AbortController();
  const call = first.client.getDriver({ signal: control.signal }).relay!()
    .catch((error: unknown) => error);
  await turn();
  await turn();
  control.abort("enough");
  assertEquals(await call, "enough");
  await until(() => aborted.length === 1, "the last hop hears of it");
  assertInstanceOf(aborted[0], DOMException);
  await first[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
});

Deno.test("getDriver({ signal: currentCall().signal }) ends the way back when the parent is cancelled", async () => {
  const aborted: unknown[] = [];
  const here = {
    ask: () => {
      const { signal } = currentCall();
      const { promise, open } = gate();
      signal.addEventListener("abort", () => {
        aborted.push(signal.reason);
        open();
      });
      return promise;
    },
  };
  const there = {
    work: () => {
      const { signal, communicator } = currentCall();
      return (communicator.getDriver<Anything>({ signal }) as Anything).ask!();
    },
  };
  await using pair = await paired({ here, there });
  const control = new AbortController();
  const call = pair.client.getDriver({ signal: control.signal }).work!().catch((e: unknown) => e);
  await turn();
  await turn();
  control.abort("enough");
  assertEquals(await call, "enough");
  await until(() => aborted.length === 1, "the nested call ends");
});
