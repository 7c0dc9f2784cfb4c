import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { ConnectionClosedError, NotSentError, structured } from "../../mod.ts";
import { gate, microtasks, turn, until } from "../helpers/waiting.ts";
import { messagesIn, paired } from "./pair.ts";
import { dialling, serving } from "./raw.ts";

const PROVIDER = {
  same: (value: unknown) => value,
  later: async (value: unknown) => {
    await null;
    return value;
  },
};

Deno.test("Connection sends one frame when calls are made in one turn, in their order", async () => {
  await using pair = await paired({ there: PROVIDER });
  const { same } = pair.client.getDriver();
  pair.sent.length = 0;
  const calls = [same!(0), same!(1)];
  for (let i = 2; i < 20; i++) {
    await null; // the same turn: no event came between
    calls.push(same!(i));
  }
  assertEquals(await Promise.all(calls), calls.map((_, i) => i));
  assertEquals(pair.sent.length, 1);
  assertEquals(messagesIn(pair.sent).map((message) => message[3]), calls.map((_, i) => [i]));
});

Deno.test("Connection answers in one frame when calls came in one, and returns at once", async () => {
  await using pair = await paired({ there: PROVIDER });
  const { same, later } = pair.client.getDriver();
  pair.got.length = 0;
  const calls = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? same! : later!)(i));
  assertEquals(await Promise.all(calls), calls.map((_, i) => i));
  assertEquals(pair.got.length, 1);
  assertEquals(messagesIn(pair.got).length, 20);
});

Deno.test("Connection sends bare messages when there is one, without waiting for a timer", async () => {
  await using ends = await dialling();
  const call = ends.end.getDriver().f!(1).catch((error: unknown) => error);
  await microtasks(8);
  assertEquals(ends.socket.sent, ['[0,1,"f",[1]]']);
  ends.socket.gets([1, 1, 2]);
  assertEquals(await call, 2);
});

Deno.test("Connection keeps calls, returns and cancels in order when they share a frame", async () => {
  const control = new AbortController();
  await using ends = await dialling({ provider: PROVIDER });
  const driver = ends.end.getDriver({ signal: control.signal });
  const first = driver.f!(1).catch((error: unknown) => error);
  ends.socket.gets([0, 7, "same", ["x"]]);
  control.abort("enough");
  const second = ends.end.getDriver().g!().catch((error: unknown) => error);
  await microtasks();
  assertEquals(ends.socket.sent, ['[[0,1,"f",[1]],[1,7,"x"],[3,1],[0,2,"g",[]]]']);
  assertEquals(await first, "enough");
  ends.socket.gets([1, 2]);
  assertEquals(await second, undefined);
});

Deno.test("Connection splits what a turn sends when it is long, and nothing is lost or turned", async () => {
  const seen: number[] = [];
  const there = { take: (i: number, _: string) => void seen.push(i) };
  await using pair = await paired({ there });
  const { take } = pair.client.getDriver();
  pair.sent.length = 0;
  const text = "x".repeat(300);
  await Promise.all(Array.from({ length: 500 }, (_, i) => take!(i, text)));
  assertEquals(seen, seen.map((_, i) => i));
  assertEquals(seen.length, 500);
  assert(pair.sent.length > 4 && pair.sent.length < 20, `${pair.sent.length} frames`);
  assert(pair.sent.every((frame) => frame.length <= 32_002), "a frame of several is too long");
});

Deno.test("Connection sends a long message at once, behind what was sent before it", async () => {
  await using ends = await dialling();
  const { f } = ends.end.getDriver();
  const calls = [f!("a"), f!("x".repeat(50_000)), f!("b")].map((call) => call.catch(() => "ended"));
  assertEquals(messagesIn(ends.socket.sent).map((message) => message[1]), [1, 2]);
  await microtasks();
  assertEquals(messagesIn(ends.socket.sent).map((message) => message[1]), [1, 2, 3]);
  ends.socket.ends();
  assertEquals(await Promise.all(calls), ["ended", "ended", "ended"]);
});

Deno.test("Connection sends one message a frame when batches were not agreed on", async () => {
  await using ends = await dialling({ features: ["frames"] });
  const { f } = ends.end.getDriver();
  const calls = [f!(1), f!(2)].map((call) => call.catch(() => "ended"));
  await microtasks();
  assertEquals(ends.socket.sent, ['[0,1,"f",[1]]', '[0,2,"f",[2]]']);
  ends.socket.gets([[1, 1], [1, 2]]); // one that comes in is read all the same
  assertEquals(await Promise.all(calls), [undefined, undefined]);
});

Deno.test("Connection says which calls never left when the socket closes in the middle of a turn", async () => {
  await using ends = await dialling();
  const { f } = ends.end.getDriver();
  const sent = Promise.allSettled([f!(1), f!(2)]);
  await turn();
  const unsent = Promise.allSettled([f!(3), f!(4)]);
  ends.socket.ends(1000, "gone");
  for (const { status, ...rest } of await sent) {
    assertEquals(status, "rejected");
    assertInstanceOf((rest as PromiseRejectedResult).reason, ConnectionClosedError);
  }
  for (const { status, ...rest } of await unsent) {
    assertEquals(status, "rejected");
    assertInstanceOf((rest as PromiseRejectedResult).reason, NotSentError);
  }
  await turn();
  assertEquals(ends.socket.sent, ['[[0,1,"f",[1]],[0,2,"f",[2]]]']);
});

Deno.test("close() sends what was called in its turn before it, and settles all of it", async () => {
  const seen: number[] = [];
  const pair = await paired({ there: { take: (i: number) => void seen.push(i) } });
  const { take } = pair.client.getDriver();
  const calls = Promise.allSettled([1, 2, 3].map((i) => take!(i)));
  const closing = pair.client.close();
  await assertRejects(() => take!(4), NotSentError);
  await closing;
  assertEquals((await calls).map(({ status }) => status), Array(3).fill("rejected"));
  await pair[Symbol.asyncDispose]();
  assertEquals(seen, [1, 2, 3]);
});

Deno.test("Connection begins nothing more of a batch when a function of it closes the connection", async () => {
  const seen: unknown[] = [];
  const provider = {
    leave: () => void ends.end.close(),
    note: (value: unknown) => void seen.push(value),
  };
  const ends = await serving({ provider });
  ends.socket.gets([[0, 1, "note", [1]], [0, 2, "leave", []], [0, 3, "note", [2]]]);
  await turn();
  assertEquals(seen, [1]);
  await ends[Symbol.asyncDispose]();
});

for (
  const [what, frame] of [
    ["a batch in a batch", '[[[0,1,"same",[1]]]]'],
    ["a list of values", '["call",1]'],
    ["an object", '{"uid":1,"listener":"same","parameters":[]}'],
    ["null", "null"],
    ["a number", "7"],
    ["text that is not JSON", "[[0,1"],
    ["a batch with null in it", "[[66,1],null]"],
    ["an unknown kind below 64", "[4,1]"],
    ["an unknown kind below 64 in a batch", "[[66,1],[63]]"],
    ["a kind that is no whole number", "[0.5,1]"],
    ["a kind below 0", "[-1,1]"],
    ["a message with bytes in a batch", '[[0,1,"same",[null],[1,[[0],"b","ArrayBuffer",0]]]]'],
  ] as const
) {
  Deno.test(`Connection ends with 1002 or 3002 when the frame is ${what}`, async () => {
    const values = what.includes("bytes") ? { values: "structured" } : {};
    await using server = await serving({ ...values, options: { use: [structured] } });
    server.socket.gets(frame);
    await using client = await dialling({ ...values, options: { use: [structured] } });
    client.socket.gets(frame);
    assertEquals([server.socket.closes, client.socket.closes], [[1002], [3002]]);
  });
}

Deno.test("Connection does what came before it when a message of a batch can't be read", async () => {
  const seen: unknown[] = [];
  await using ends = await serving({
    provider: { note: (value: unknown) => void seen.push(value) },
  });
  ends.socket.gets('[[0,1,"note",[1]],[7],[0,2,"note",[2]]]');
  assertEquals([seen, ends.socket.closes], [[1], [1002]]);
});

Deno.test("Connection goes on when a batch is empty", async () => {
  await using ends = await serving({ provider: PROVIDER });
  ends.socket.gets("[]", '[0,1,"same",[1]]');
  await microtasks();
  assertEquals([ends.socket.sent, ends.socket.closes], [["[1,1,1]"], []]);
});

Deno.test("Connection answers each when a batch holds 100,000 calls", async () => {
  await using ends = await serving({ provider: PROVIDER });
  const calls = Array.from({ length: 100_000 }, (_, i) => `[0,${i + 1},"same",[${i}]]`);
  ends.socket.gets(`[${calls}]`);
  await until(() => messagesIn(ends.socket.sent).length === 100_000, "all are answered");
  const returns = messagesIn(ends.socket.sent);
  assert(returns.every(([kind, uid, value], i) => kind === 1 && uid === i + 1 && value === i));
  assertEquals(ends.socket.closes, []);
});

Deno.test("Connection refuses those beyond the limit when a batch holds 100,000 slow calls", async () => {
  const wait = gate();
  let begun = 0;
  const provider = {
    slow: () => {
      begun++;
      return wait.promise;
    },
  };
  await using ends = await serving({ provider, options: { limits: { servedCalls: 100 } } });
  ends.socket.gets(`[${Array.from({ length: 100_000 }, (_, i) => `[0,${i + 1},"slow",[]]`)}]`);
  await until(() => messagesIn(ends.socket.sent).length === 99_900, "the rest is refused");
  const refused = messagesIn(ends.socket.sent);
  assertEquals(begun, 100);
  assert(refused.every(([kind, , error]) => {
    return kind === 2 && (error as Error).name === "BusyError";
  }));
  wait.open();
  await until(() => messagesIn(ends.socket.sent).length === 100_000, "all have returned");
});

Deno.test("Connection ignores the rest when a batch holds 100,000 messages of no use", async () => {
  await using ends = await serving({ provider: PROVIDER });
  const useless = [
    "[64]",
    "[65]",
    "[66,1]",
    "[3,5]",
    "[1,9]",
    "[200]",
    "[1e300]",
    "[0]",
    "[1]",
    "[3]",
  ];
  ends.socket.gets(`[${Array.from({ length: 10_000 }, () => useless).flat()},[0,1,"same",[7]]]`);
  await until(() => ends.socket.sent.length > 0, "the last is answered");
  assertEquals([ends.socket.sent, ends.socket.closes], [["[1,1,7]"], []]);
});
