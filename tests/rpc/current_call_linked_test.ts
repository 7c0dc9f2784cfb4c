import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  type Communicator,
  ConnectionClosedError,
  type CurrentCall,
  currentCall,
  DeadlineError,
  StateError,
} from "../../mod.ts";
import { localPair } from "../helpers/local_end.ts";
import { microtasks, stateOf, turn, until } from "../helpers/waiting.ts";
import { messagesIn, paired } from "../linked/pair.ts";
import { dialling, serving } from "../linked/raw.ts";

/** A provider whose function notes its call, and the reason with which its signal aborts. */
function watcher() {
  const calls: CurrentCall[] = [];
  const reasons: unknown[] = [];
  const provider = {
    watch: () => {
      const call = currentCall();
      calls.push(call);
      call.signal.addEventListener("abort", () => reasons.push(call.signal.reason));
      return new Promise<never>(() => {});
    },
  };
  return { calls, reasons, provider };
}

Deno.test("currentCall() tells method, communicator and deadline when it is asked in a call", async () => {
  const seen: CurrentCall[] = [];
  const provider = { a: { note: () => void seen.push(currentCall()) } };
  await using pair = await paired({ here: provider, there: provider });
  const deadline = new Date(Date.now() + 60_000);
  await pair.client.getDriver().a!.note!();
  const before = Date.now();
  await pair.client.getDriver({ deadline }).a!.note!();
  const took = Date.now() - before;
  await pair.server.getDriver().a!.note!();
  assertEquals(seen.map(({ method }) => method), ["a.note", "a.note", "a.note"]);
  assertStrictEquals(seen[0]!.communicator, pair.server as Communicator<object, object>);
  assertStrictEquals(seen[2]!.communicator, pair.client as Communicator<object, object>);
  assertEquals([seen[0]!.deadline, seen[2]!.deadline], [undefined, undefined]);
  const off = seen[1]!.deadline!.getTime() - deadline.getTime();
  // it is told as the time that is left, which counts from when the call came in
  assert(off >= -1 && off <= took + 1, `the deadline is off by ${off} of ${took} ms`);
  assertEquals([seen[0]!.signal.aborted, seen[1]!.signal.aborted], [false, false]);
});

Deno.test("currentCall() throws when there is no call, or its function has awaited", async () => {
  assertThrows(currentCall, StateError, "Cannot get the current call");
  const provider = {
    late: async () => {
      await null;
      return assertThrows(currentCall, StateError).message;
    },
    inner: async () => {
      assertEquals(await client.getDriver().nothing!(), currentCallOrNone());
      return "done";
    },
    nothing: () => undefined,
  };
  await using pair = await paired({ there: provider });
  const { client } = pair;
  assertEquals(await client.getDriver().late!(), assertThrows(currentCall, StateError).message);
  assertEquals(await client.getDriver().inner!(), "done");
  const [one, other] = localPair(null, { f: () => currentCall().method });
  assertEquals(await one.getDriver().f(), "f");
  assertThrows(currentCall, StateError);
  await Promise.all([one.ends(), other.ends()]);
});

function currentCallOrNone(): CurrentCall | undefined {
  try {
    return currentCall();
  } catch {
    return undefined;
  }
}

for (const direction of ["client", "server"] as const) {
  Deno.test(`currentCall().signal aborts when the caller cancels: ${direction} calls`, async () => {
    const { reasons, provider } = watcher();
    await using pair = await paired({ here: provider, there: provider });
    const control = new AbortController();
    const call = pair[direction].getDriver({ signal: control.signal }).watch!();
    await turn();
    control.abort("enough");
    assertEquals(await stateOf(call), { error: "enough" });
    await until(() => reasons.length === 1, "the signal aborts");
    assertInstanceOf(reasons[0], DOMException);
    assertEquals(reasons[0].name, "AbortError");
  });

  Deno.test(`currentCall().signal aborts when the deadline passes: ${direction} calls`, async () => {
    const { reasons, provider } = watcher();
    await using pair = await paired({ here: provider, there: provider });
    const call = pair[direction].getDriver({ timeout: 20 }).watch!();
    assertInstanceOf(await call.catch((error: unknown) => error), DeadlineError);
    await until(() => reasons.length === 1, "the signal aborts");
    const { name } = reasons[0] as Error; // by its own timer, or by the caller's cancel
    assert(name === "DeadlineError" || name === "AbortError", name);
  });

  Deno.test(`currentCall().signal aborts when the connection ends: ${direction} calls`, async () => {
    const { reasons, provider } = watcher();
    const pair = await paired({ here: provider, there: provider });
    const call = pair[direction].getDriver().watch!().catch((error: Error) => error.name);
    await turn();
    await pair[Symbol.asyncDispose]();
    assert(["ConnectionClosedError", "WebSocketError"].includes(await call));
    await until(() => reasons.length === 1, "the signal aborts");
    assertInstanceOf(reasons[0], Error);
  });
}

Deno.test("currentCall().signal aborts by itself at the deadline when the caller says nothing", async () => {
  const { reasons, provider } = watcher();
  await using ends = await serving({ provider });
  ends.socket.gets([0, 1, "watch", [], [], 50]);
  await until(() => reasons.length === 1, "the signal aborts");
  assertInstanceOf(reasons[0], DeadlineError);
  assertEquals(reasons[0].message, 'Cannot finish "watch": its deadline has passed');
});

Deno.test("currentCall().signal sets no timer when it is first read after the call has ended", async () => {
  const calls: CurrentCall[] = [];
  await using ends = await serving({ provider: { f: () => void calls.push(currentCall()) } });
  ends.socket.gets([0, 1, "f", [], [], 60_000]);
  await microtasks();
  assertEquals(ends.socket.sent, ["[1,1]"]);
  const { setTimeout: original } = globalThis;
  let set = 0;
  globalThis.setTimeout = ((...args: Parameters<typeof original>) => {
    set++;
    return original(...args);
  }) as typeof original;
  try {
    assertInstanceOf(calls[0]!.signal, AbortSignal);
  } finally {
    globalThis.setTimeout = original;
  }
  assertEquals(set, 0);
});

Deno.test("currentCall().signal does not abort when the call it was of has returned", async () => {
  const signals: AbortSignal[] = [];
  const provider = { f: () => void signals.push(currentCall().signal) };
  const ends = await serving({ provider });
  ends.socket.gets([0, 1, "f", [], [], 20], [3, 1]);
  ends.socket.gets([0, 1, "f", []]); // a hostile peer uses a uid twice
  ends.socket.ends();
  await new Promise((resolve) => setTimeout(resolve, 30));
  assertEquals(signals.map(({ aborted }) => aborted), [false, false]);
});

for (const left of [0, -1, -1e300]) {
  Deno.test(`Rpc begins no call when its deadline has passed: ${left} ms are left`, async () => {
    let begun = 0;
    await using ends = await serving({ provider: { f: () => ++begun } });
    ends.socket.gets([0, 1, "f", [], [], left]);
    await microtasks();
    assertEquals(begun, 0);
    const [kind, uid, error] = JSON.parse(ends.socket.sent[0] as string);
    assertEquals([kind, uid, error.name], [2, 1, "DeadlineError"]);
  });
}

Deno.test("Rpc sends no result when the function ends because of its deadline", async () => {
  const provider = {
    async slow(isThrown: boolean): Promise<string> {
      const { signal } = currentCall();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      if (isThrown) throw new Error("too late");
      return "too late";
    },
  };
  await using ends = await serving({ provider });
  ends.socket.gets([0, 1, "slow", [false], [], 5], [0, 2, "slow", [true], [], 5]);
  const answers = () => messagesIn(ends.socket.sent);
  await until(() => answers().length > 1, "both are answered");
  assertEquals(answers().map(([kind, uid, error]) => [kind, uid, (error as Error).name]), [
    [2, 1, "DeadlineError"],
    [2, 2, "DeadlineError"],
  ]);
});

for (const isThrown of [false, true]) {
  const how = isThrown ? "throws" : "returns";
  Deno.test(`Rpc returns the AbortError when the caller cancels before the deadline and the function ${how}`, async () => {
    const reasons: unknown[] = [];
    const provider = {
      async slow(): Promise<string> {
        const { signal } = currentCall();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        reasons.push(signal.reason);
        if (isThrown) throw signal.reason;
        return "too late";
      },
    };
    await using ends = await serving({ provider });
    ends.end.on("return", (event) => reasons.push(event.return.value));
    ends.socket.gets([0, 1, "slow", [], [], 60_000], [3, 1]);
    await until(() => reasons.length > 1, "the call returns");
    assertStrictEquals(reasons[1], reasons[0]);
    const [kind, uid, error] = messagesIn(ends.socket.sent)[0]!;
    const { name, message } = error as Error;
    assertEquals([kind, uid, name], [2, 1, "AbortError"]);
    assertEquals(message, "The caller canceled the call");
  });
}

Deno.test("Rpc returns a DeadlineError when the caller cancels and the deadline passes after it", async () => {
  const values: unknown[] = [];
  const provider = {
    async slow(): Promise<void> {
      currentCall();
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
  await using ends = await serving({ provider });
  ends.end.on("return", (event) => values.push(event.return.value));
  ends.socket.gets([0, 1, "slow", [], [], 10], [3, 1]);
  await until(() => values.length > 0, "the call returns");
  assertInstanceOf(values[0], DeadlineError);
});

for (const left of [null, "7", {}, [], true]) {
  Deno.test(`Rpc takes no deadline when it is ${JSON.stringify(left)}`, async () => {
    await using ends = await serving({ provider: { f: () => String(currentCall().deadline) } });
    ends.socket.gets([0, 1, "f", [], [], left]);
    await microtasks();
    assertEquals(ends.socket.sent, ['[1,1,"undefined"]']);
  });
}

Deno.test("currentCall().deadline is a valid date or none when the peer says it is far", async () => {
  const seen: (Date | undefined)[] = [];
  const provider = { f: () => void seen.push(currentCall().deadline) };
  await using ends = await serving({ provider });
  ends.socket.gets([0, 1, "f", [], [], 2 ** 40], '[0,2,"f",[],[],1e300]', '[0,3,"f",[],[],1e400]');
  await microtasks();
  assertEquals(seen.map((date) => date === undefined || !Number.isNaN(date.getTime())), [
    true,
    true,
    true,
  ]);
});

Deno.test("Rpc begins no call when its deadline passed while it waited to be begun", async () => {
  const seen: unknown[] = [];
  const provider = { note: (value: unknown) => void seen.push(value) };
  const ends = await serving({ provider, options: { limits: { sendBytes: 10 } } });
  ends.socket.bufferedAmount = 100;
  ends.socket.gets([0, 1, "note", [1], [], 5], [0, 2, "note", [2]]);
  assertEquals(seen, []);
  await new Promise((resolve) => setTimeout(resolve, 20));
  ends.socket.bufferedAmount = 0;
  await until(() => seen.length > 0, "the calls are begun");
  assertEquals(seen, [2]);
  await ends[Symbol.asyncDispose]();
});

Deno.test("Rpc begins no call when it was cancelled while it waited to be begun", async () => {
  const seen: unknown[] = [];
  const provider = {
    note: (value: unknown) => {
      const { signal } = currentCall();
      seen.push([value, signal.aborted]);
      signal.addEventListener("abort", () => seen.push("aborted"));
      return new Promise(() => {});
    },
  };
  const ends = await serving({ provider, options: { limits: { sendBytes: 10 } } });
  ends.socket.bufferedAmount = 100;
  ends.socket.gets([0, 1, "note", [1]], [3, 1], [0, 2, "note", [2]]);
  ends.socket.bufferedAmount = 0;
  await until(() => seen.some((one) => Array.isArray(one) && one[0] === 2), "the second is begun");
  // either it was never begun, or it heard at once that nobody waits
  assertEquals(
    seen.filter((one) => Array.isArray(one) && one[0] === 1).length,
    seen.includes("aborted") ? 1 : 0,
  );
  await ends[Symbol.asyncDispose]();
});

Deno.test("Rpc ignores a cancel when it is of no running call", async () => {
  const { reasons, provider } = watcher();
  await using ends = await serving({ provider });
  ends.socket.gets([0, 1, "watch", []]);
  ends.socket.gets([3, 2], [3, "1"], [3, [1]], [3, null], [3], [3, 1.5], '[3,{"valueOf":1}]');
  await microtasks();
  assertEquals([reasons, ends.socket.closes], [[], []]);
  ends.socket.gets([3, 1, "trailing", {}]);
  assertEquals(reasons.length, 1);
});

Deno.test("currentCall() tells no end of a call when the caller is a plain one, but the connection's", async () => {
  const { calls, reasons, provider } = watcher();
  const pair = await paired({ there: provider, connect: { wire: "plain" } });
  const control = new AbortController();
  const call = pair.client.getDriver({ signal: control.signal, timeout: 60_000 }).watch!();
  await turn();
  control.abort("enough");
  assertEquals(await stateOf(call), { error: "enough" });
  await turn();
  assertEquals([calls[0]!.deadline, reasons.length], [undefined, 0]);
  await pair[Symbol.asyncDispose]();
  await until(() => reasons.length === 1, "the signal aborts");
});

Deno.test("currentCall().signal gives its calls of before when the end connects again", async () => {
  const { reasons, provider } = watcher();
  await using first = await dialling({ provider });
  first.socket.gets([0, 1, "watch", []]);
  first.socket.ends(1000, "bye");
  assertEquals(reasons.length, 1);
  assertInstanceOf(reasons[0], ConnectionClosedError);
});
