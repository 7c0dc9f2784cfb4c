import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  ConnectionClosedError,
  DeadlineError,
  NotSentError,
  RemoteError,
  withOptions,
} from "../../mod.ts";
import { type Anything, closeAll, closedBy, connected } from "../helpers/ends.ts";
import { LocalEnd } from "../helpers/local_end.ts";
import { Timers } from "../helpers/timers.ts";
import { gate, microtasks, stateOf } from "../helpers/waiting.ts";
import { counted } from "./counted_signal.ts";

Deno.test.afterEach(closeAll);

function fresh(): LocalEnd<null, Anything> {
  return new LocalEnd<null, Anything>(null);
}

Deno.test("getDriver() ends a call with its signal, and the late return is nobody's", async () => {
  const end = fresh();
  const control = new AbortController();
  const driver = end.getDriver({ signal: control.signal });
  const calls = [driver.f!(), driver.g!(), end.getDriver().h!()];
  const reason = new RangeError("enough");
  control.abort(reason);
  for (const call of calls.slice(0, 2)) {
    assertStrictEquals((await stateOf(call) as never)["error"], reason);
  }
  end.receives({ uid: 1, success: true, value: "late" });
  end.receives({ uid: 3, success: true, value: "its own" });
  assertEquals(await calls[2], "its own");
  await end.ends();
});

Deno.test("getDriver() sends nothing when its signal is aborted already", async () => {
  const end = fresh();
  const reason = new Error("no");
  const driver = end.getDriver({ signal: AbortSignal.abort(reason) });
  assertStrictEquals(await driver.f!().catch((error: unknown) => error), reason);
  assertEquals(end.sent, []);
});

Deno.test("getDriver() counts the calls that it sends from 1, and no others, also after the end", async () => {
  const end = fresh();
  const refused = [
    { signal: AbortSignal.abort("no") },
    { timeout: 0 },
    { deadline: new Date(1) },
  ].map((options) => stateOf(end.getDriver(options).f!()));
  assertEquals((await Promise.all(refused)).includes("waits"), false);
  const calls = [end.getDriver().f!(), end.getDriver({ timeout: 60_000 }).g!()];
  const ended = Promise.allSettled(calls);
  await end.ends();
  await ended;
  const last = end.getDriver().h!();
  assertEquals(
    end.sent.map((message) => "listener" in message && [message.uid, message.listener]),
    [
      [1, "f"],
      [2, "g"],
      [3, "h"],
    ],
  );
  end.receives({ uid: 3, success: true, value: "its own" });
  assertEquals(await last, "its own");
});

for (
  const [what, options, name, why] of [
    ["its timeout passes", { timeout: 50 }, "f", "timeout of 50 ms has passed"],
    [
      "its deadline passes",
      { deadline: new Date(1_050) },
      "f",
      "deadline, 1970-01-01T00:00:01.050Z, has passed",
    ],
    [
      "the sooner of two passes",
      { timeout: 60_000, deadline: 1_050 },
      "f",
      "deadline, 1970-01-01T00:00:01.050Z, has passed",
    ],
  ] as const
) {
  Deno.test(`getDriver() ends a call with a DeadlineError when ${what}`, async () => {
    using time = new FakeTime(1_000);
    const end = fresh();
    const call = end.getDriver(options)[name]!().catch((error: unknown) => error);
    await time.tickAsync(49);
    assertEquals(await stateOf(call), "waits");
    await time.tickAsync(1);
    const error = await call;
    assertInstanceOf(error, DeadlineError);
    assertEquals(error.message, `Cannot wait any longer for "f": its ${why}`);
  });
}

for (const timeout of [0, -5]) {
  Deno.test(`getDriver() ends a call that is not answered at once when its timeout is ${timeout}`, async () => {
    using time = new FakeTime(1_000);
    const end = fresh();
    const call = end.getDriver({ timeout }).f!().catch((error: unknown) => error);
    await time.tickAsync(0);
    assertInstanceOf(await call, DeadlineError);
  });
}

Deno.test("getDriver() counts each call's timeout from when it is made", async () => {
  using time = new FakeTime(1_000);
  const end = fresh();
  const driver = end.getDriver({ timeout: 50 });
  const log: string[] = [];
  const call = (name: string) => driver[name]!().catch(() => log.push(name));
  void call("a");
  await time.tickAsync(30);
  void call("b");
  await time.tickAsync(20);
  await microtasks();
  assertEquals(log, ["a"]);
  await time.tickAsync(30);
  await microtasks();
  assertEquals(log, ["a", "b"]);
});

Deno.test("withOptions() tightens a place of a driver, and leaves the driver as it was", async () => {
  using time = new FakeTime(1_000);
  const end = fresh();
  const control = new AbortController();
  const outer = end.getDriver({ signal: control.signal });
  const inner = withOptions(outer.news!, { timeout: 50 });
  const calls = [
    inner.latest!(),
    withOptions(inner.latest!, { timeout: 20 })(),
    outer.news!.latest!(),
  ];
  assertEquals(
    end.sent.map((one) => "listener" in one && one.listener),
    Array(3).fill("news.latest"),
  );
  const states = calls.map((call) => call.catch((error: unknown) => error));
  await time.tickAsync(20);
  assertInstanceOf(await states[1], DeadlineError);
  control.abort("enough");
  assertEquals([await states[0], await states[2]], ["enough", "enough"]);
});

Deno.test("withOptions() throws a TypeError when it is given no driver, or no time", () => {
  for (const other of [{}, [], () => {}, null as never, undefined as never, "x" as never]) {
    let error: unknown;
    try {
      withOptions(other, {});
    } catch (thrown) {
      error = thrown;
    }
    assertInstanceOf(error, TypeError);
    assertEquals(
      error.message,
      "Cannot add options: expected a driver, or a namespace or function of one",
    );
  }
});

Deno.test("getDriver() leaves no timer and no listener when its calls have ended and the end does", async () => {
  using timers = new Timers();
  const { control: { signal }, listeners } = counted();
  const { socket, connector } = await connected({ heartbeat: Infinity });
  const driver = connector.getDriver({ timeout: 60_000, signal });
  const calls = [driver.f!(), driver.f!()];
  assertEquals(listeners(), 1);
  socket.receives({ uid: 1, success: true, value: 1 });
  assertEquals([await calls[0], listeners()], [1, 1]);
  const ended = assertRejects(() => calls[1]!, ConnectionClosedError);
  await closedBy(socket);
  await ended;
  assertEquals([listeners(), timers.count], [0, 0]);
});

Deno.test("getDriver() leaves no timer when calls are under way at the end", async () => {
  using timers = new Timers();
  const end = fresh();
  const call = end.getDriver({ timeout: 60_000 }).f!().catch(() => "ended");
  assertEquals(timers.count, 1);
  await end.ends();
  assertEquals([await call, timers.count], ["ended", 0]);
});

Deno.test("getDriver() resolves when the call was handed over, where nobody waits for the return", async () => {
  const end = fresh();
  const sent = gate();
  end.deliver = () => sent.promise;
  const call = end.getDriver({ reply: false }).f!();
  assertEquals(await stateOf(call), "waits");
  sent.open();
  assertEquals(await call, undefined);
  end.receives({ uid: 1, success: false, value: "nobody's" });
  end.deliver = () => Promise.reject(new RangeError("no transport"));
  await assertRejects(() => end.getDriver({ reply: false }).f!(), RangeError);
});

Deno.test("getDriver() resolves over a socket when a call without reply has left, and not before", async () => {
  using time = new FakeTime();
  const { socket, connector } = await connected({ limits: { sendBytes: 10 }, heartbeat: Infinity });
  const quiet = connector.getDriver({ reply: false });
  assertEquals(await quiet.f!(), undefined);
  socket.bufferedAmount = 11;
  const waiting = quiet.g!();
  const never = quiet.h!().catch((error: unknown) => error);
  assertEquals(await stateOf(waiting), "waits");
  socket.receives({ uid: 1, success: false, value: "nobody's" });
  socket.bufferedAmount = 0;
  await time.tickAsync(10);
  assertEquals(await waiting, undefined);
  assertEquals(await never, undefined);
  socket.bufferedAmount = 11;
  const late = quiet.i!().catch((error: unknown) => error);
  socket.closed(1006);
  assertInstanceOf(await late, NotSentError);
});

Deno.test("getDriver() tells a linked peer of a cancelled call, and a plain one nothing", async () => {
  const accept = JSON.stringify({
    accept: 1,
    link: { version: 1, features: ["frames", "cancel"], values: "json" },
  });
  for (const [answer, told] of [[accept, "[3,1]"], ["1", undefined]] as const) {
    const { socket, connector } = await connected({ heartbeat: Infinity }, {}, answer);
    const control = new AbortController();
    const call = connector.getDriver({ signal: control.signal }).f!().catch((error: unknown) =>
      error
    );
    await microtasks();
    assertEquals(socket.sent.length, 1);
    control.abort("enough");
    assertEquals(await call, "enough");
    await microtasks();
    assertEquals(socket.sent[1], told);
    await closedBy(socket);
  }
});

Deno.test("getDriver() hands on what the function threw when it is in time", async () => {
  const end = fresh();
  const call = end.getDriver({ timeout: 60_000 }).f!();
  end.receives({ uid: 1, success: false, value: { name: "E", message: "m" } });
  await assertRejects(() => call, RemoteError, "m");
  await end.ends();
});

for (
  const [what, value] of [
    ["an object, as JSON says it", { name: "DeadlineError", message: "late" }],
    ["an error", Object.assign(new Error("late"), { name: "DeadlineError" })],
  ] as [string, unknown][]
) {
  const name =
    `a call past its deadline is rejected with a DeadlineError when the peer says so first: ${what}`;
  Deno.test(name, async () => {
    const end = new LocalEnd<null, { f(): void }>(null);
    const call = end.getDriver({ timeout: 1 }).f();
    end.receives({ uid: 1, success: false, value });
    const error = await assertRejects(() => call, DeadlineError, '"f"');
    assertEquals((error.cause as Error).message, "late");
    await end.ends();
  });
}

for (const options of [{ timeout: 60_000 }, {}]) {
  const when = JSON.stringify(options);
  Deno.test(`a call within its deadline keeps the peer's DeadlineError as it is: ${when}`, async () => {
    const end = new LocalEnd<null, { f(): void }>(null);
    const call = end.getDriver(options).f();
    end.receives({ uid: 1, success: false, value: { name: "DeadlineError", message: "inner" } });
    await assertRejects(() => call, RemoteError, "inner");
    await end.ends();
  });
}

Deno.test("a call past its deadline keeps the peer's answer when it came before anyone gave up", async () => {
  const end = new LocalEnd<null, { f(): number }>(null);
  const calls = [1, 2].map(() => end.getDriver({ timeout: 1 }).f());
  end.receives({ uid: 1, success: true, value: 7 });
  end.receives({ uid: 2, success: false, value: { name: "RangeError", message: "too far" } });
  assertEquals(await calls[0], 7);
  await assertRejects(() => calls[1]!, RemoteError, "too far");
  await end.ends();
});
