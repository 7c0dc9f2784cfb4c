import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  DeadlineError,
  EncodeError,
  mayHaveRun,
  NotSentError,
  RemoteError,
  structured,
  WebSocketError,
} from "../../mod.ts";
import { LocalEnd } from "../helpers/local_end.ts";
import { microtasks } from "../helpers/waiting.ts";
import { paired } from "../linked/pair.ts";
import { ALL, dialling, serving } from "../linked/raw.ts";

const WITH_MARKS = [...ALL, "refusals"];

function named(name: string): Error {
  return Object.assign(new Error("no"), { name });
}

/** What the call was rejected with. */
function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(() => undefined, (error: unknown) => error);
}

for (const use of [[], [structured]]) {
  for (const name of ["RefusedError", "BusyError", "DeadlineError", "EncodeError"]) {
    Deno.test(`mayHaveRun() says yes when the provider throws a ${name}, structured: ${use.length}`, async () => {
      await using pair = await paired({ use, there: { f: () => Promise.reject(named(name)) } });
      const error = await errorOf(pair.client.getDriver().f!());
      assertInstanceOf(error, RemoteError);
      assertEquals([error.name, mayHaveRun(error)], [name, "yes"]);
    });
  }

  Deno.test(`mayHaveRun() says no when the other end refuses the call, structured: ${use.length}`, async () => {
    const limits = { servedCalls: 1, parameters: 1 };
    const there = { f: () => new Promise(() => {}) };
    await using pair = await paired({ use, there, accept: { limits } });
    const driver = pair.client.getDriver();
    const running = errorOf(driver.f!());
    const errors = await Promise.all(
      [driver.missing!(), driver.f!(1, 2), driver.f!()].map(errorOf),
    );
    assertEquals(errors.map((error) => [(error as Error).name, mayHaveRun(error)]), [
      ["RefusedError", "no"],
      ["RefusedError", "no"],
      ["BusyError", "no"],
    ]);
    assertEquals(pair.got.some((frame) => String(frame).includes(",[],1]")), true);
    await pair.client.close(3001, "enough");
    assertEquals(mayHaveRun(await running), "unknown");
  });
}

Deno.test("mayHaveRun() says yes when the refusal was a third program's, which a relay throws on", async () => {
  await using third = await paired({ there: {} });
  const relay = { ask: () => third.client.getDriver().missing!() };
  await using pair = await paired({ there: relay });
  const first = await errorOf(third.client.getDriver().missing!());
  const relayed = await errorOf(pair.client.getDriver().ask!());
  assertEquals([(first as Error).name, (relayed as Error).name], ["RefusedError", "RefusedError"]);
  assertEquals([mayHaveRun(first), mayHaveRun(relayed)], ["no", "yes"]);
});

Deno.test("mayHaveRun() says yes when a result or a field can't be encoded", async () => {
  await using pair = await paired({ there: { f: () => 1n } });
  assertEquals(mayHaveRun(await errorOf(pair.client.getDriver().f!())), "yes");
});

Deno.test("mayHaveRun() says unknown when the peer is plain, whatever the error's name", async () => {
  const there = { f: () => Promise.reject(named("BusyError")) };
  await using pair = await paired({ there, connect: { wire: "plain" } });
  const driver = pair.client.getDriver();
  const errors = await Promise.all([driver.missing!(), driver.f!()].map(errorOf));
  assertEquals(errors.map(mayHaveRun), ["unknown", "unknown"]);
  assertEquals(pair.got.some((frame) => String(frame).includes("isRefusal")), false);
});

Deno.test("mayHaveRun() says unknown when the peer is older and does not mark, even if it sends a mark", async () => {
  await using client = await dialling({ features: ALL });
  const call = client.end.getDriver().f!();
  const other = client.end.getDriver().f!();
  await microtasks();
  client.socket.gets([2, 1, { name: "RefusedError", message: "no" }]);
  client.socket.gets([2, 2, { name: "RefusedError", message: "no" }, [], 1]);
  assertEquals([await errorOf(call), await errorOf(other)].map(mayHaveRun), ["unknown", "unknown"]);
});

for (
  const [mark, expected] of [[1, "no"], [undefined, "yes"], [0, "yes"], ["1", "yes"], [true, "yes"]]
) {
  Deno.test(`mayHaveRun() says ${expected} when the mark is ${JSON.stringify(mark)}`, async () => {
    await using client = await dialling({ features: WITH_MARKS });
    const call = client.end.getDriver().f!();
    await microtasks();
    const fields = { name: "E", message: "m", "@sheetbend/rpc ran": "no", ran: "no" };
    client.socket.gets([2, 1, fields, [], mark]);
    assertEquals(mayHaveRun(await errorOf(call)), expected);
  });
}

Deno.test("an end marks no refusal when its peer does not know the mark", async () => {
  await using older = await serving({ features: ALL });
  await using newer = await serving({ features: WITH_MARKS });
  for (const { socket } of [older, newer]) socket.gets([0, 1, "f", []]);
  await microtasks();
  const [before, after] = [older, newer].map(({ socket }) => JSON.parse(socket.sent[0] as string));
  assertEquals(before, [2, 1, after[2]]);
  assertEquals(after.slice(3), [[], 1]);
});

Deno.test("mayHaveRun() says what it can when the error is this end's own, or none", async () => {
  await using pair = await paired({ there: { f: () => new Promise(() => {}) } });
  const driver = pair.client.getDriver();
  assertEquals(mayHaveRun(await errorOf(driver.f!(1n))), "no");
  const late = await errorOf(pair.client.getDriver({ timeout: 20 }).f!());
  assertInstanceOf(late, DeadlineError);
  assertEquals(mayHaveRun(late), "unknown");
  const aborted = pair.client.getDriver({ signal: AbortSignal.timeout(20) }).f!();
  assertEquals(mayHaveRun(await errorOf(aborted)), "unknown");
  await pair.client.close();
  assertEquals(mayHaveRun(await errorOf(driver.f!())), "no");
});

for (
  const [error, expected] of [
    [new NotSentError("x"), "no"],
    [new EncodeError("x"), "no"],
    [new RemoteError("RefusedError", "x"), "unknown"],
    [new WebSocketError(1006, "x"), "unknown"],
    [named("NotSentError"), "unknown"],
    [undefined, "unknown"],
    [null, "unknown"],
    ["no", "unknown"],
    [{ name: "RefusedError" }, "unknown"],
  ] as [unknown, string][]
) {
  Deno.test(`mayHaveRun() says ${expected} when it is given ${error}`, () => {
    assertEquals(mayHaveRun(error), expected);
  });
}

Deno.test("a custom transport gets no field of its own when a call is refused", async () => {
  const end = new LocalEnd<null, never>(null);
  end.receives({ uid: 1, listener: "f", parameters: [] });
  await microtasks();
  assertEquals(Object.keys(end.sent[0] as object), ["uid", "success", "value"]);
  await end.ends();
});
