import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  ConnectionClosedError,
  type CurrentCall,
  currentCall,
  DeadlineError,
  StateError,
} from "../../mod.ts";
import { accepted, closeAll, type Upgraded } from "../helpers/ends.ts";
import { LocalEnd } from "../helpers/local_end.ts";
import { Timers } from "../helpers/timers.ts";
import { gate, microtasks } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

const LINKED = JSON.stringify({
  header: null,
  link: { version: 1, features: ["frames", "cancel", "deadline", "quiet"], values: ["json"] },
});
const CALL = { uid: 1, listener: "f", parameters: [] };

/** An end of linked mode that serves `f`. */
function serving(f: () => unknown): Promise<Upgraded> {
  return accepted({ heartbeat: Infinity }, { header: LINKED, provider: { f, ns: { f } } });
}

Deno.test("currentCall() tells the end and the path, and no deadline, when a plain call is served", () => {
  const got: CurrentCall[] = [];
  const f = () => void got.push(currentCall());
  const end = new LocalEnd({ ns: { f } });
  end.receives({ ...CALL, listener: "ns.f" });
  assertStrictEquals(got[0]?.communicator, end);
  assertEquals([got[0]?.method, got[0]?.deadline], ["ns.f", undefined]);
});

Deno.test("currentCall() throws a StateError when no call is being served, or after an await", async () => {
  const text =
    "Cannot get the current call: call currentCall() in a provider's function, before its first await";
  assertThrows(currentCall, StateError, text);
  const late = gate<unknown>();
  const end = new LocalEnd({
    f: async () => {
      await null;
      try {
        currentCall();
      } catch (error) {
        late.open(error);
      }
    },
    g: () => {
      throw new Error("thrown");
    },
  });
  end.receives(CALL);
  assertInstanceOf(await late.promise, StateError);
  end.receives({ ...CALL, listener: "g" });
  assertThrows(currentCall, StateError, text);
});

Deno.test("currentCall() tells the inner call, then the outer again, when one is served within the other", () => {
  const methods: string[] = [];
  const note = () => void methods.push(currentCall().method);
  const end: LocalEnd<object, null> = new LocalEnd({
    inner: note,
    outer: () => {
      note();
      end.receives({ ...CALL, uid: 2, listener: "inner" });
      note();
    },
  });
  end.receives({ ...CALL, listener: "outer" });
  assertEquals(methods, ["outer", "inner", "outer"]);
});

Deno.test("signal aborts when the caller cancels, and nothing is answered twice", async () => {
  const got = gate<AbortSignal>();
  const end = gate();
  const { socket } = await serving(async () => {
    got.open(currentCall().signal);
    await end.promise;
    return "late";
  });
  socket.receives([0, 1, "f", []]);
  const signal = await got.promise;
  assertEquals(signal.aborted, false);
  socket.receives([3, 1]);
  assert(signal.aborted);
  assertEquals(signal.reason.name, "AbortError");
  socket.receives([3, 1]);
  socket.receives([3, "1"]);
  assertEquals(socket.sent, []);
  end.open();
  await microtasks();
  assertEquals(socket.sent, ['[1,1,"late"]']);
});

for (
  const [what, act, reason] of [
    ["normally", ({ socket }: Upgraded) => socket.closed(1000, "bye"), ConnectionClosedError],
    ["by our own close", ({ acceptor }: Upgraded) => void acceptor.close(), undefined],
  ] as const
) {
  Deno.test(`signal aborts when the connection ends ${what}`, async () => {
    const got = gate<AbortSignal>();
    const ends = await serving(() => {
      got.open(currentCall().signal);
      return new Promise(() => {});
    });
    ends.socket.receives([0, 1, "f", []]);
    const signal = await got.promise;
    act(ends);
    ends.socket.closed(1005);
    assert(signal.aborted);
    if (reason !== undefined) assertInstanceOf(signal.reason, reason);
  });
}

Deno.test("signal aborts, and deadline tells when, where the caller set one", async () => {
  using time = new FakeTime(1_000);
  const got = gate<CurrentCall>();
  const { socket } = await serving(() => {
    const call = currentCall();
    void call.signal;
    got.open(call);
    return new Promise(() => {});
  });
  socket.receives([0, 1, "f", [], [], 50]);
  const call = await got.promise;
  assertEquals(call.deadline, new Date(1_050));
  await time.tickAsync(49);
  assertEquals(call.signal.aborted, false);
  await time.tickAsync(1);
  assert(call.signal.aborted);
  assertInstanceOf(call.signal.reason, DeadlineError);
});

Deno.test("signal is aborted when it is first asked for after the caller has cancelled", async () => {
  const cancelled = gate();
  const got = gate<boolean>();
  const { socket } = await serving(async () => {
    const call = currentCall();
    await cancelled.promise;
    got.open(call.signal.aborted);
  });
  socket.receives([0, 1, "f", []]);
  socket.receives([3, 1]);
  cancelled.open();
  assertEquals(await got.promise, true);
});

Deno.test("signal is aborted when it is first asked for after the connection has ended", async () => {
  const ended = gate();
  const got = gate<boolean>();
  const { socket } = await serving(async () => {
    const call = currentCall();
    await ended.promise;
    got.open(call.signal.aborted);
  });
  socket.receives([0, 1, "f", []]);
  socket.closed(1006);
  ended.open();
  assertEquals(await got.promise, true);
});

Deno.test("signal leaves no timer when the function has ended before its deadline", async () => {
  using timers = new Timers();
  const { socket } = await serving(() => currentCall().signal.aborted);
  const before = timers.count;
  socket.receives([0, 1, "f", [], [], 60_000]);
  await microtasks();
  assertEquals([socket.sent.length, timers.count], [1, before]);
});

Deno.test("f() is answered nothing when its caller wants no reply, also when it throws", async () => {
  let ran = 0;
  const { socket } = await serving(() => {
    if (ran++ === 1) throw new Error("nobody hears of it");
    return ran;
  });
  socket.receives([0, 1, "f", [], [], null, 1]);
  socket.receives([0, 2, "f", [], [], null, 1]);
  socket.receives([0, 3, "absent", [], [], null, 1]);
  await microtasks();
  assertEquals([ran, socket.sent], [2, []]);
});
