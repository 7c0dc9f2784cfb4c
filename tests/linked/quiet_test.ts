import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { DeadlineError, EncodeError, NotSentError, withOptions } from "../../mod.ts";
import { gate, microtasks, stateOf, turn, until } from "../helpers/waiting.ts";
import { messagesIn, paired } from "./pair.ts";
import { dialling, serving } from "./raw.ts";

for (const wire of ["linked", "plain"] as const) {
  Deno.test(`getDriver() resolves when handed to the socket if there is no reply: ${wire}`, async () => {
    const wait = gate();
    const seen: unknown[] = [];
    const there = {
      note: (value: unknown) => {
        seen.push(value);
        return wait.promise;
      },
      fail: () => {
        throw new Error("nobody hears of it");
      },
    };
    await using pair = await paired({ there, connect: { wire } });
    const quiet = pair.client.getDriver({ reply: false });
    assertEquals(await quiet.note!(1), undefined);
    assertEquals(await quiet.fail!(), undefined);
    assertEquals(await quiet.absent!(), undefined);
    await until(() => seen.length === 1, "the call is there");
    wait.open();
    await turn();
    const returns = messagesIn(pair.got).filter(([kind]) => kind === 1 || kind === 2);
    assertEquals(returns, []); // in plain mode returns travel, and are no such lists
  });

  Deno.test(`getDriver() rejects with a NotSentError if there is no reply and no connection: ${wire}`, async () => {
    const pair = await paired({ connect: { wire } });
    await pair[Symbol.asyncDispose]();
    const quiet = pair.client.getDriver({ reply: false });
    await assertRejects(() => quiet.note!(1), NotSentError, '"note"');
    const server = pair.server.getDriver({ reply: false });
    await assertRejects(() => server.note!(1), NotSentError, '"note"');
  });
}

Deno.test("getDriver() marks the call for the other end if there is no reply", async () => {
  using _time = new FakeTime();
  await using ends = await dialling();
  const quiet = ends.end.getDriver({ reply: false });
  await Promise.all([quiet.a!(1), withOptions(quiet, { timeout: 50 }).b!(undefined)]);
  assertEquals(ends.socket.sent, ['[[0,1,"a",[1],[],null,1],[0,2,"b",[null],[0],50,1]]']);
});

Deno.test("getDriver() is not settled before the call has left if there is no reply", async () => {
  const ends = await dialling({ options: { limits: { sendBytes: 10 } } });
  ends.socket.bufferedAmount = 100;
  const quiet = ends.end.getDriver({ reply: false });
  const [first, second] = [quiet.a!(), quiet.b!()];
  await turn();
  assertEquals([await stateOf(first), ends.socket.sent], ["waits", []]);
  ends.socket.ends(1011, "gone");
  await assertRejects(() => first, NotSentError, '"a"');
  await assertRejects(() => second, NotSentError, '"b"');
});

Deno.test("getDriver() still ends with its signal, its deadline or its value if there is no reply", async () => {
  const ends = await dialling({ options: { limits: { sendBytes: 10 } } });
  ends.socket.bufferedAmount = 100;
  const control = new AbortController();
  const quiet = ends.end.getDriver({ reply: false });
  const cancelled = withOptions(quiet, { signal: control.signal }).a!();
  const late = withOptions(quiet, { timeout: 1 }).b!().catch((error: unknown) => error);
  await assertRejects(() => quiet.c!(7n), EncodeError);
  control.abort("enough");
  assertEquals(await stateOf(cancelled), { error: "enough" });
  assertInstanceOf(await late, DeadlineError);
  await ends[Symbol.asyncDispose]();
});

Deno.test("Router sends nothing when nobody waits, whatever becomes of the call", async () => {
  const provider = {
    same: (value: unknown) => value,
    fail: () => Promise.reject(new Error("no")),
    bad: () => 7n,
  };
  await using ends = await serving({ provider, options: { limits: { parameters: 2 } } });
  const quiet = (uid: number, path: unknown, args: unknown) => [0, uid, path, args, [], null, 1];
  ends.socket.gets(
    quiet(1, "same", [1]),
    quiet(2, "fail", []),
    quiet(3, "bad", []),
    quiet(4, "absent", []),
    quiet(5, "same", [1, 2, 3]),
    quiet(6, "same", 7),
    quiet(7, 7, []),
    [0, 8, "same", [1], [], -1, 1],
    [0, 9, "same", [9]],
  );
  await turn();
  await microtasks();
  assertEquals(messagesIn(ends.socket.sent), [[1, 9, 9]]);
});
