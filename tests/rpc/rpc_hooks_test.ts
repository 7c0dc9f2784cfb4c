import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { DeadlineError, NotSentError, RemoteError } from "../../mod.ts";
import { NO_TERMS } from "../../src/rpc/call_options.ts";
import type { CallHooks } from "../../src/rpc/port.ts";
import { gate, microtasks, stateOf } from "../helpers/waiting.ts";
import { fakeRpc, incoming } from "./fake_port.ts";

/** Hooks that note what they are told, under a name. */
function noting(log: unknown[], name = ""): Required<Omit<CallHooks, "promised">> {
  const note = (hook: string) => ({ uid, path }: { readonly uid: number; readonly path: string }) =>
    void log.push(`${name}${hook} ${uid} ${path}`);
  return {
    made: note("made"),
    settled: note("settled"),
    serving: note("serving"),
    refused: note("refused"),
    served: note("served"),
  };
}

Deno.test("made() is told of a call before it leaves, and settled() before its promise settles", async () => {
  const { rpc, port } = fakeRpc();
  const log: unknown[] = [];
  rpc.hooks = [noting(log, "a "), noting(log, "b ")];
  port.onCall = ({ uid }) => void log.push(`left ${uid}`);
  const call = rpc.call("f", [], NO_TERMS).then((value) => log.push(`value ${value}`));
  assertEquals(log.splice(0), ["a made 1 f", "b made 1 f", "left 1"]);
  rpc.settle(1, true, "done");
  assertEquals(log.splice(0), ["a settled 1 f", "b settled 1 f"]);
  await call;
  assertEquals(log, ["value done"]);
});

Deno.test("made() may replace the arguments, each hook after the other", async () => {
  const { rpc, port } = fakeRpc();
  rpc.hooks = [
    { made: (call) => void (call.args = [...call.args, "one"]) },
    { made: (call) => void (call.args = [...call.args, "two"]) },
  ];
  const call = rpc.call("f", [0], NO_TERMS);
  assertEquals(port.calls.map(({ args }) => args), [[0, "one", "two"]]);
  rpc.settle(1, true, undefined);
  await call;
});

Deno.test("made() that throws rejects the call, which does not leave and is settled", async () => {
  const { rpc, port } = fakeRpc();
  const log: unknown[] = [];
  const error = new Error("no");
  const thrower = (): never => {
    throw error;
  };
  rpc.hooks = [noting(log), { made: thrower }];
  assertEquals(await stateOf(rpc.call("f", [], NO_TERMS)), { error });
  assertEquals([port.calls, rpc.pending.size], [[], 0]);
  assertEquals(log, ["made 1 f", "settled 1 f"]);
});

Deno.test("made() is not told of a call that can't be made", async () => {
  const { rpc, port } = fakeRpc();
  const log: unknown[] = [];
  rpc.hooks = [noting(log)];
  const reason = new Error("aborted");
  const aborted = { ...NO_TERMS, signals: [AbortSignal.abort(reason)] };
  assertEquals(await stateOf(rpc.call("f", [], aborted)), { error: reason });
  const late = await rpc.call("f", [], { ...NO_TERMS, deadline: 5 }).catch((error) => error);
  assertInstanceOf(late, DeadlineError);
  rpc.limits = { ...rpc.limits, waitingCalls: 0 };
  const full = await rpc.call("f", [], NO_TERMS).catch((error) => error);
  assertInstanceOf(full, NotSentError);
  assertEquals(full.message, 'Cannot call "f": too many calls are pending');
  port.refusal = new Error("closed");
  assertEquals(await stateOf(rpc.call("f", [], NO_TERMS)), { error: port.refusal });
  assertEquals([log, port.calls], [[], []]);
});

for (
  const [what, settle] of [
    ["its function threw", (rpc) => rpc.settle(1, false, "thrown")],
    ["its return tells no success", (rpc) => rpc.settle(1, undefined, "odd")],
    ["it was taken out", (rpc) => void rpc.take(1)],
    ["the connection has ended", (rpc) => rpc.end(new Error("end"))],
    ["it never left", (rpc) => rpc.reject(() => true, () => new Error("not sent"))],
  ] as [string, (rpc: ReturnType<typeof fakeRpc>["rpc"]) => void][]
) {
  Deno.test(`settled() is told once of a call when ${what}`, async () => {
    const { rpc } = fakeRpc();
    const log: unknown[] = [];
    rpc.hooks = [noting(log)];
    const call = rpc.call("f", [], NO_TERMS).catch(() => {});
    settle(rpc);
    rpc.settle(1, true, "late");
    rpc.end(undefined);
    await microtasks();
    assertEquals(log, ["made 1 f", "settled 1 f"]);
    assertEquals(await stateOf(call), what === "it was taken out" ? "waits" : { value: undefined });
  });
}

Deno.test("settled() is told, and the port cancels, when a call is given up by its signal", async () => {
  const { rpc, port } = fakeRpc();
  const log: unknown[] = [];
  rpc.hooks = [noting(log)];
  const control = new AbortController();
  const call = rpc.call("f", [], { ...NO_TERMS, signals: [control.signal] });
  control.abort("enough");
  assertEquals([log, port.cancels], [["made 1 f", "settled 1 f"], [1]]);
  assertEquals(await stateOf(call), { error: "enough" });
});

Deno.test("settled() is told, and the port cancels, when a call's deadline passes", async () => {
  using time = new FakeTime(0);
  const { rpc, port } = fakeRpc();
  const log: unknown[] = [];
  rpc.hooks = [noting(log)];
  const call = rpc.call("f", [], { ...NO_TERMS, timeout: 5 }).catch((error: unknown) => error);
  await time.tickAsync(5);
  assertEquals([log, port.cancels], [["made 1 f", "settled 1 f"], [1]]);
  assertInstanceOf(await call, DeadlineError);
});

Deno.test("settled() is told when the port throws, and the caller gets its error", async () => {
  const { rpc, port } = fakeRpc();
  const log: unknown[] = [];
  rpc.hooks = [noting(log)];
  const error = new TypeError("can't be encoded");
  port.onCall = () => {
    throw error;
  };
  assertEquals(await stateOf(rpc.call("f", [], NO_TERMS)), { error });
  assertEquals([log, rpc.pending.size], [["made 1 f", "settled 1 f"], 0]);
});

Deno.test("settled() is told of no return that nobody waits for", () => {
  const { rpc } = fakeRpc();
  const log: unknown[] = [];
  rpc.hooks = [noting(log)];
  for (const uid of [1, 0, "1", undefined, null]) rpc.settle(uid, true, "odd");
  assertEquals(log, []);
});

Deno.test("promised() gives the caller another promise, each hook after the other", async () => {
  const { rpc } = fakeRpc();
  const seen: unknown[] = [];
  const wrapped = (name: string): CallHooks => ({
    promised(promise, call) {
      seen.push([name, call.path]);
      return promise.then((value) => `${name} of ${value}`);
    },
  });
  rpc.hooks = [wrapped("one"), {}, wrapped("two")];
  const call = rpc.call("f", [], NO_TERMS);
  rpc.settle(1, true, "value");
  assertEquals(await call, "two of one of value");
  assertEquals(seen, [["one", "f"], ["two", "f"]]);
});

Deno.test("call() gives its own promise when no hook has promised()", async () => {
  const { rpc } = fakeRpc();
  rpc.hooks = [{}, noting([])];
  const call = rpc.call("f", [], NO_TERMS);
  rpc.settle(1, false, { name: "RangeError", message: "m" });
  const error = await call.catch((error) => error);
  assertInstanceOf(error, RemoteError);
  assertEquals([error.name, error.message], ["RangeError", "m"]);
});

Deno.test("serving() is told before the function runs, and served() before its return leaves", async () => {
  const log: unknown[] = [];
  const slow = gate<string>();
  const { rpc, port } = fakeRpc({
    quick: () => void log.push("runs"),
    slow: () => slow.promise,
    failing: () => {
      throw new Error("no");
    },
  });
  rpc.hooks = [noting(log, "a "), noting(log, "b ")];
  port.onReply = ({ success }) => void log.push(`return ${success}`);
  rpc.serve(incoming("quick"));
  assertEquals(log.splice(0), [
    ...["a serving 7 quick", "b serving 7 quick", "runs"],
    ...["a served 7 quick", "b served 7 quick", "return true"],
  ]);
  rpc.serve(incoming("failing"));
  assertEquals(log.splice(0).slice(-3), [
    "a served 7 failing",
    "b served 7 failing",
    "return false",
  ]);
  rpc.serve(incoming("slow"));
  await microtasks();
  assertEquals(log.splice(0), ["a serving 7 slow", "b serving 7 slow"]);
  slow.open("value");
  await microtasks();
  assertEquals(log, ["a served 7 slow", "b served 7 slow", "return true"]);
});

Deno.test("serving() that throws answers its call with what it threw, and the function does not run", () => {
  let ran = 0;
  const { rpc, port } = fakeRpc({ f: () => ran++ });
  const log: unknown[] = [];
  const thrower = (): never => {
    throw new RangeError("not now");
  };
  rpc.hooks = [noting(log), { serving: thrower }];
  rpc.serve(incoming("f"));
  const value = { name: "RangeError", message: "not now" };
  assertEquals(port.replies, [{ uid: 7, success: false, value }]);
  assertEquals([ran, rpc.served.running], [0, 0]);
  assertEquals(log, ["serving 7 f", "served 7 f"]);
});

Deno.test("refused() is told of a call that is not begun, and serving() is not", () => {
  const { rpc, port } = fakeRpc({ f: () => 1 });
  const log: unknown[] = [];
  rpc.hooks = [noting(log)];
  rpc.limits = { ...rpc.limits, parameters: 1 };
  rpc.serve(incoming("g"));
  rpc.serve(incoming("f", { args: [1, 2] }));
  rpc.serve(incoming("f", { args: undefined }));
  rpc.serve(incoming("f", { due: Date.now() - 1 }));
  rpc.limits = { ...rpc.limits, servedCalls: 0 };
  rpc.serve(incoming("f"));
  assertEquals(port.replies.map(({ value }) => value.name), [
    ...["RefusedError", "RefusedError", "RefusedError", "DeadlineError", "BusyError"],
  ]);
  rpc.serve(incoming("f", { uid: "7" }));
  assertEquals([log, port.replies.length], [["refused 7 g", ...Array(4).fill("refused 7 f")], 5]);
});

Deno.test("served() is told of a call whose connection has ended before it, whose return goes nowhere", async () => {
  const slow = gate();
  const { rpc, port } = fakeRpc({ f: () => slow.promise });
  const log: unknown[] = [];
  rpc.hooks = [noting(log)];
  rpc.serve(incoming("f"));
  rpc.end(undefined);
  slow.open();
  await microtasks();
  assertEquals([log, port.replies, rpc.served.running], [["serving 7 f", "served 7 f"], [], 0]);
});

Deno.test("served() is told of a call that is quiet, whose return goes nowhere", () => {
  const { rpc, port } = fakeRpc({ f: () => 1 });
  const log: unknown[] = [];
  rpc.hooks = [noting(log)];
  rpc.serve(incoming("f", { quiet: 1 }));
  assertEquals([log, port.replies], [["serving 7 f", "served 7 f"], []]);
});

Deno.test("resolvers are asked in their order for a path that no provider has", async () => {
  const seen: string[] = [];
  const self = { own: "self" };
  const { rpc, port } = fakeRpc({ f: () => "provider" });
  rpc.resolvers = [
    (path) => void seen.push(`one ${path}`),
    (path) => {
      seen.push(`two ${path}`);
      const named = function (this: unknown, ...args: unknown[]) {
        assertStrictEquals(this, self);
        return args;
      };
      return path === "$1" ? { function: named, self } : undefined;
    },
    (path) => void seen.push(`three ${path}`),
  ];
  rpc.serve(incoming("f"));
  assertEquals(seen, []);
  rpc.serve(incoming("$1", { args: ["a", 2] }));
  await microtasks();
  assertEquals(seen.splice(0), ["one $1", "two $1"]);
  rpc.serve(incoming("$2"));
  assertEquals(seen, ["one $2", "two $2", "three $2"]);
  assertEquals(port.replies.map(({ success, value }) => success ? value : value.name), [
    "provider",
    ["a", 2],
    "RefusedError",
  ]);
});

Deno.test("resolvers find for a call that is bound by the limits, and told to hooks, as any other", async () => {
  const slow = gate<number>();
  const { rpc, port } = fakeRpc(null);
  const log: unknown[] = [];
  rpc.hooks = [noting(log)];
  rpc.limits = { ...rpc.limits, servedCalls: 1 };
  rpc.resolvers = [() => ({ function: () => slow.promise, self: undefined })];
  rpc.serve(incoming("$1"));
  rpc.serve(incoming("$1", { uid: 8 }));
  assertEquals(port.replies.map(({ uid, value }) => [uid, value.name]), [[8, "BusyError"]]);
  slow.open(5);
  await microtasks();
  assertEquals(port.replies.at(-1), { uid: 7, success: true, value: 5 });
  assertEquals(log, ["serving 7 $1", "refused 8 $1", "served 7 $1"]);
});

Deno.test("resolvers are not asked for what is no path", () => {
  const { rpc, port } = fakeRpc(null);
  let asked = 0;
  rpc.resolvers = [() => void asked++];
  for (const path of [7, ["f"], null, undefined]) rpc.serve(incoming(path));
  assertEquals(asked, 0);
  assert(port.replies.every(({ value }) => value.name === "RefusedError"));
  assertEquals(port.replies.length, 4);
});
