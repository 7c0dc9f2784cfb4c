import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { NotSentError, RemoteError } from "../../mod.ts";
import { NO_TERMS } from "../../src/rpc/call_options.ts";
import { rpcOf } from "../../src/rpc/communicator.ts";
import type { Report } from "../../src/events.ts";
import { type Limits, limitsOf } from "../../src/limits.ts";
import { LocalEnd } from "../helpers/local_end.ts";
import { gate, microtasks, turn } from "../helpers/waiting.ts";
import { fakeRpc } from "./fake_port.ts";

/** An end that serves `provider`, and what it sends. */
function serving(provider: object | null | undefined): LocalEnd<typeof provider, null> {
  return new LocalEnd<typeof provider, null>(provider);
}

/** Sets limits, and gives what an operator is told. */
function limit(end: LocalEnd<never, null>, limits: Partial<Limits>): Report[] {
  const reports: Report[] = [];
  const rpc = rpcOf(end);
  rpc.limits = limitsOf(limits);
  rpc.report = (one) => reports.push(one);
  return reports;
}

function callOf(listener: string, ...values: unknown[]): Record<string, unknown> {
  return { uid: 7, listener, parameters: values.map((value) => ({ type: typeof value, value })) };
}

function refused(message: string, name = "RefusedError"): unknown {
  return { uid: 7, success: false, value: { name, message } };
}

const NOT_HERE = "the function doesn't exist, or peers can't call it";

for (
  const message of [
    ...[undefined, null, 7, "text", true, [], [[]], {}, { uid: 1 }, { success: true, value: 1 }],
    { uid: 99, success: true, value: 1 },
    { uid: 0, success: true },
    { uid: "7", listener: "f", parameters: [] },
    { uid: [7], listener: "f", parameters: [] },
    { uid: null, listener: "f", parameters: [] },
    { listener: "f", parameters: [] },
  ]
) {
  Deno.test(`receive() does nothing when what came in is ${JSON.stringify(message)}`, async () => {
    let ran = 0;
    const end = serving({ f: () => ran++ });
    end.receives(message);
    await microtasks();
    assertEquals([ran, end.sent], [0, []]);
  });
}

for (
  const [what, fields] of [
    ["the path is a number", { listener: 7, parameters: [] }],
    ["the path is a list", { listener: ["f"], parameters: [] }],
    ["the path is null", { listener: null, parameters: [] }],
    ["there are no parameters", { listener: "f" }],
    ["parameters are an object", { listener: "f", parameters: { length: 0 } }],
    ["parameters are a text", { listener: "f", parameters: "[]" }],
    ["a parameter is null", { listener: "f", parameters: [null] }],
    ["a parameter is bare", { listener: "f", parameters: [1] }],
  ] as const
) {
  Deno.test(`serve() refuses the call by its uid when ${what}`, () => {
    let ran = 0;
    const end = serving({ f: () => ran++ });
    end.receives({ uid: 7, ...fields });
    const method = typeof fields.listener === "string" ? fields.listener : "";
    assertEquals(end.sent, [refused(`Cannot call "${method}": the message is malformed`)]);
    assertEquals(ran, 0);
  });
}

for (const uid of [0, -1, 1.5, 2 ** 53]) {
  Deno.test(`serve() answers under the peer's own uid when it is ${uid}`, () => {
    const end = serving({ f: () => "done" });
    end.receives({ ...callOf("f"), uid });
    assertEquals(end.sent, [{ uid, success: true, value: "done" }]);
  });
}

for (
  const [what, provider, path] of [
    ["it is not there", { f: () => 1 }, "g"],
    ["it is private", { _f: () => 1 }, "_f"],
    ["it is built in", { list: [] }, "list.push"],
    ["it is no function", { a: { f: () => 1 } }, "a"],
    ["the provider is null", null, "f"],
    ["the provider is undefined", undefined, "f"],
    ["the path is empty", { "": () => 1 }, ""],
  ] as const
) {
  Deno.test(`serve() refuses with one text when ${what}`, () => {
    const end = serving(provider);
    end.receives(callOf(path));
    assertEquals(end.sent, [refused(`Cannot call "${path}": ${NOT_HERE}`)]);
  });
}

Deno.test("serve() tells an operator of a refusal when it is no question whether we are there", () => {
  const end = serving({});
  const reports = limit(end as never, {});
  end.receives({ ...callOf("$"), uid: 0 });
  end.receives(callOf("absent"));
  assertEquals(end.sent.map(({ uid }) => uid), [0, 7]);
  assertEquals(reports, [{ type: "refused", method: "absent", reason: NOT_HERE }]);
});

Deno.test("serve() tells an operator when a result can't be encoded", () => {
  const end = serving({ f: () => 7n });
  const reports = limit(end as never, {});
  end.receives(callOf("f"));
  const [report] = reports;
  assertEquals([reports.length, report?.type], [1, "error"]);
  assertEquals(report?.type === "error" && [report.method, report.error instanceof TypeError], [
    "f",
    true,
  ]);
});

Deno.test("serve() cuts a long path in its refusal when it answers", () => {
  const end = serving({});
  end.receives(callOf("x".repeat(5_000)));
  assertEquals(end.sent, [refused(`Cannot call "${"x".repeat(100)}…": ${NOT_HERE}`)]);
});

Deno.test("serve() refuses before it looks for the function when there are too many parameters", () => {
  let ran = 0;
  const end = serving({ f: () => ran++ });
  const reports = limit(end as never, { parameters: 2 });
  end.receives(callOf("f", 1, 2, 3));
  end.receives(callOf("absent", 1, 2, 3));
  assertEquals(end.sent.splice(0), [
    refused('Cannot call "f": it has too many arguments'),
    refused('Cannot call "absent": it has too many arguments'),
  ]);
  assertEquals(reports, [
    { type: "limit", limit: "parameters", method: "f" },
    { type: "limit", limit: "parameters", method: "absent" },
  ]);
  end.receives(callOf("f", 1, 2));
  assertEquals([ran, end.sent.length], [1, 1]);
});

Deno.test("serve() gives parameters in order, missing values as undefined, and the right this", () => {
  const seen: unknown[] = [];
  const provider = {
    ns: {
      f(...args: unknown[]) {
        seen.push(this, args);
        return args.length;
      },
    },
  };
  const end = serving(provider);
  end.receives({ uid: 7, listener: "ns.f", parameters: [{ value: 1 }, { type: "undefined" }, {}] });
  assertStrictEquals(seen[0], provider.ns);
  assertEquals(seen[1], [1, undefined, undefined]);
  assertEquals(end.sent, [{ uid: 7, success: true, value: 3 }]);
});

Deno.test("serve() says BusyError and runs nothing when too many calls run, until one ends", async () => {
  const gates = [gate<number>(), gate<number>()];
  let begun = 0;
  const end = serving({ f: () => gates[begun++]?.promise, quick: () => 1 });
  const { served } = rpcOf(end);
  const reports = limit(end as never, { servedCalls: 2 });
  for (let made = 0; made < 3; made++) end.receives(callOf("f"));
  assertEquals([begun, served.running, served.begun], [2, 2, 2]);
  const busy = (path: string) =>
    refused(`Cannot call "${path}": too many calls are running`, "BusyError");
  assertEquals(end.sent, [busy("f")]);
  end.receives(callOf("quick"));
  assertEquals(end.last, busy("quick"));
  assertEquals(reports.map((one) => "method" in one && one.method), ["f", "quick"]);
  gates[0]!.open(1);
  await microtasks();
  end.receives(callOf("quick"));
  assertEquals(end.last, { uid: 7, success: true, value: 1 });
  gates[1]!.open(1);
  await microtasks();
  assertEquals(served.running, 0);
});

Deno.test("serve() lets go of parameters when a function waits, unless a listener is told of its return", async () => {
  const wait = gate();
  const made = { value: "big" };
  const alone = serving({ f: () => wait.promise });
  alone.receives({ uid: 1, listener: "f", parameters: [made] });
  const heard: unknown[] = [];
  const listened = serving({ f: () => wait.promise });
  listened.on("return", (event) => heard.push(event.function.parameters));
  listened.receives({ uid: 1, listener: "f", parameters: [made] });
  const told: unknown[] = [];
  const received = serving({ f: () => wait.promise });
  received.on("receive", (event) => told.push(event.function));
  received.receives({ uid: 1, listener: "f", parameters: [made] });
  wait.open();
  await microtasks();
  assertEquals(heard, [[made]]);
  assertEquals(told, [{ uid: 1, listener: "f", parameters: [made] }]);
});

Deno.test("serve() begins calls in the order in which they came when they are slow", async () => {
  const order: unknown[] = [];
  const first = gate();
  const end = serving({
    f(name: string) {
      order.push(name);
      return name === "a" ? first.promise : name;
    },
  });
  for (const name of ["a", "b", "c"]) end.receives(callOf("f", name));
  assertEquals(order, ["a", "b", "c"]);
  first.open();
  await microtasks();
  assertEquals(end.sent.map((message) => "value" in message && message.value), ["b", "c", false]);
});

Deno.test("serve() sends nothing when the function ends after the destructor", async () => {
  const slow = gate();
  const failing = gate();
  const end = serving({ f: () => slow.promise, g: () => failing.promise });
  end.receives(callOf("f"));
  end.receives(callOf("g"));
  assertEquals(rpcOf(end).served.running, 2);
  await end.ends();
  assertEquals(rpcOf(end).served.running, 0);
  slow.open();
  failing.fail(new Error("late"));
  await turn();
  assertEquals(end.sent, []);
  assertEquals(rpcOf(end).served.running, 0);
});

for (
  const [what, fields] of [
    ["is missing", {}],
    ["is a text", { success: "true" }],
    ["is a number", { success: 1 }],
    ["is null", { success: null }],
  ] as const
) {
  Deno.test(`settle() rejects the caller when the return's success ${what}`, async () => {
    const end = new LocalEnd<null, { f(): void }>(null);
    const call = end.getDriver().f().catch((error: unknown) => error);
    end.receives({ uid: 1, value: 5, ...fields });
    const error = await call;
    assertInstanceOf(error, RemoteError);
    assertEquals(
      [error.name, error.message],
      ["MalformedReturn", 'Cannot read the return of "f": "success" isn\'t a boolean'],
    );
  });
}

Deno.test("settle() settles the caller once when its return comes twice", async () => {
  const end = new LocalEnd<null, { f(): number }>(null);
  const call = end.getDriver().f();
  end.receives({ uid: 1, success: true, value: 1 });
  end.receives({ uid: 1, success: true, value: 2 });
  end.receives({ uid: 1, success: false, value: "late" });
  assertEquals(await call, 1);
});

Deno.test("settle() leaves the caller waiting when a return's uid only looks like its own", async () => {
  const end = new LocalEnd<null, { f(): number }>(null);
  const call = end.getDriver().f();
  for (const uid of ["1", [1], { valueOf: () => 1 }, 1.5, 2, null, true]) {
    end.receives({ uid, success: true, value: "wrong" });
  }
  end.receives({ uid: 1, success: true, value: 1 });
  assertEquals(await call, 1);
});

Deno.test("call() is bounded by no number of calls when no connection has set one", async () => {
  const { rpc, port } = fakeRpc();
  rpc.pending.size = 2 ** 31; // so many can't be made here
  void rpc.call("f", [], NO_TERMS);
  assertEquals(port.calls.length, 1);
  rpc.limits = { ...rpc.limits, waitingCalls: 2 ** 31 };
  assertInstanceOf(await rpc.call("f", [], NO_TERMS).catch((error) => error), NotSentError);
  assertEquals(port.calls.length, 1);
});
