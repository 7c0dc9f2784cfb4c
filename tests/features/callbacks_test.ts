import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  callbacks,
  currentCall,
  EncodeError,
  mayHaveRun,
  NotSentError,
  PortCommunicator,
  proxy,
  ReleasedError,
  RemoteError,
  streams,
  structured,
  WebSocketConnector,
  WebSocketServer,
  withOptions,
} from "../../mod.ts";
import { References } from "../../src/features/callbacks/references.ts";
import { type PluggedFeature, stateOf } from "../../src/session/feature.ts";
import { connectedTo } from "../helpers/servers.ts";
import { gate, until } from "../helpers/waiting.ts";
import { childOf } from "../linked/child.ts";
import { type FeaturePair, featurePair, type FeaturePairOptions } from "./feature_pair.ts";

// deno-lint-ignore no-explicit-any -- a function that has travelled takes and gives anything
type Callback = (...args: any[]) => any;

const use = [structured, callbacks];

class Counter {
  #count = 0;

  up(by: number): number {
    return this.#count += by;
  }
}

/** What the server offers: it keeps one function. */
class Keeper {
  kept: (Callback & Disposable) | undefined;
  readonly counter = new Counter();

  async each(count: number, f: Callback): Promise<number> {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += await f(i);
    return sum;
  }

  keep(f: Callback & Disposable): void {
    this.kept = f;
  }

  callKept(value: unknown): unknown {
    return this.kept!(value);
  }

  giveKept(): unknown {
    return this.kept;
  }

  releaseKept(): void {
    this.kept![Symbol.dispose]();
    this.kept = undefined;
  }

  isSame(a: unknown, b: unknown): boolean {
    return a === b;
  }

  back(value: unknown): unknown {
    return value;
  }

  own(): unknown {
    return this.each;
  }

  async withTimeout(f: () => Promise<unknown>, timeout: number): Promise<string> {
    return await withOptions(f, { timeout })().then(String, (error) => error.name);
  }

  /** Gives the call up as soon as it runs. */
  async givenUp(f: (begun: () => void) => Promise<unknown>): Promise<string> {
    const control = new AbortController();
    const call = withOptions(f, { signal: control.signal });
    return await call(() => control.abort()).then(String, (error) => error.name);
  }

  throws(): never {
    throw Object.assign(new RangeError("no"), { retry: (x: number) => x + 1 });
  }

  isOwn(f: unknown): boolean {
    return f === this.each;
  }

  aCounter(): Counter {
    return proxy(this.counter);
  }

  lengthOf(list: readonly unknown[]): number {
    return list.length;
  }

  timeIn(map: Map<string, Date>): number {
    return map.get("at")!.getTime();
  }
}

function callbackPair(more: Partial<FeaturePairOptions> = {}): Promise<FeaturePair> {
  return featurePair({ use, there: new Keeper(), ...more });
}

/** How many references the client has lent, and the server has borrowed. */
function sizesOf({ here, there }: FeaturePair): [lent: number, borrowed: number] {
  const lent = stateOf(here[0]!, References).lent.size;
  return [lent, stateOf(there[0]!, References).borrowed.size];
}

Deno.test("callbacks calls a function while the call that brought it runs", async () => {
  await using pair = await callbackPair();
  const seen: number[] = [];
  const sum = await pair.client.getDriver().each!(5, (i: number) => {
    seen.push(i);
    return i * 2;
  });
  assertEquals([sum, seen], [20, [0, 1, 2, 3, 4]]);
});

Deno.test("callbacks calls a function after the call that brought it has returned", async () => {
  await using pair = await callbackPair();
  const { keep, callKept } = pair.client.getDriver();
  await keep!((text: string) => `${text}!`);
  assertEquals(await callKept!("later"), "later!");
});

Deno.test("callbacks rejects with what the function threw", async () => {
  await using pair = await callbackPair();
  const failing = () => {
    throw new RangeError("no");
  };
  const error = await assertRejects(() => pair.client.getDriver().each!(1, failing), RemoteError);
  assertEquals([error.name, error.message], ["RangeError", "no"]);
});

Deno.test("callbacks gives the same function when it was sent twice", async () => {
  await using pair = await callbackPair();
  const f = () => 1;
  assertEquals(await pair.client.getDriver().isSame!(f, f), true);
  assertEquals(await pair.client.getDriver().isSame!(f, () => 1), false);
});

Deno.test("callbacks brings a function home as itself", async () => {
  await using pair = await callbackPair();
  const driver = pair.client.getDriver();
  const f = () => 1;
  assertStrictEquals(await driver.back!(f), f);
  const theirs = await driver.own!();
  assertEquals(await driver.isOwn!(theirs), true);
  assertEquals(await theirs(3, (i: number) => i), 3);
});

Deno.test("proxy() gives a driver of the object, the same one each time", async () => {
  await using pair = await callbackPair();
  const counter = await pair.client.getDriver().aCounter!();
  assertEquals([await counter.up(2), await counter.up(3)], [2, 5]);
  assertStrictEquals(await pair.client.getDriver().aCounter!(), counter);
  for (const name of ["nope", "toString"]) {
    const error = await assertRejects(() => counter[name](), RemoteError);
    assertEquals(error.name, "RefusedError", name);
  }
  await assertRejects(() => counter.constructor(), NotSentError);
  assertEquals(counter.__proto__, undefined);
});

Deno.test("callbacks leaves other values to structured", async () => {
  await using pair = await callbackPair();
  const map = new Map([["at", new Date(5)]]);
  assertEquals(await pair.client.getDriver().timeIn!(map), 5);
});

Deno.test("callbacks goes both ways", async () => {
  await using pair = await callbackPair({ here: { hear: (f: Callback) => f(7) } });
  assertEquals(await pair.acceptor.getDriver().hear!((x: number) => x * 6), 42);
});

Deno.test("callbacks calls through a third program, and releases there as well", async () => {
  await using pair = await callbackPair();
  await using second = await connectedTo(pair.server, { use });
  await pair.client.getDriver().keep!((text: string) => `from the first: ${text}`);
  const through = await second.getDriver().giveKept!();
  assertEquals(await through("hi"), "from the first: hi");
  const lent = () => stateOf(pair.there[1]!, References).lent.size;
  assertEquals(lent(), 1);
  through[Symbol.dispose]();
  await until(() => lent() === 0, "the third program was told");
  assertEquals(sizesOf(pair), [1, 1]); // the second one holds it still
});

Deno.test("dispose() of a reference lets the other end forget the function", async () => {
  await using pair = await callbackPair();
  const { keep, releaseKept } = pair.client.getDriver();
  await keep!(() => 1);
  assertEquals(sizesOf(pair), [1, 1]);
  await releaseKept!();
  await until(() => sizesOf(pair)[0] === 0, "the function was released");
  assertEquals(sizesOf(pair), [0, 0]);
});

Deno.test("dispose() of a reference makes its calls fail here", async () => {
  await using pair = await callbackPair();
  const driver = pair.client.getDriver();
  const counter = await driver.aCounter!();
  const { up } = counter;
  counter[Symbol.dispose]();
  counter[Symbol.dispose]();
  await assertRejects(() => up(1), ReleasedError, "it has been released");
  await assertRejects(() => driver.back!(counter), EncodeError, '"parameters[0]": it has been');
  assertEquals(await (await driver.aCounter!()).up(1), 1); // sent again, it is another one
});

Deno.test("callbacks rejects when the connection of a reference has ended", async () => {
  await using pair = await callbackPair();
  const counter = await pair.client.getDriver().aCounter!();
  await pair.client.close();
  await pair.client.connect(`ws://127.0.0.1:${pair.server.address!.port}`, { use });
  await assertRejects(() => counter.up(1), ReleasedError);
});

Deno.test("withOptions() adds options to a callback, which stays the same function", async () => {
  await using pair = await callbackPair();
  const { withTimeout, isSame, aCounter, back } = pair.client.getDriver();
  assertEquals(await withTimeout!(() => new Promise(() => {}), 10), "DeadlineError");
  assertEquals(await withTimeout!(() => 5, 10_000), "5");
  const counter = await aCounter!();
  const quick = withOptions(counter, { timeout: 10_000 });
  assertEquals(await quick.up(1), 1);
  assertEquals(await isSame!(counter, quick), true); // both go home as the object
  assertStrictEquals(await back!(quick), counter);
});

Deno.test("currentCall() works in a callback", async () => {
  await using pair = await callbackPair();
  const aborted = gate<unknown>();
  const waiting = async (begun: () => Promise<void>) => {
    const { signal, method } = currentCall();
    signal.addEventListener("abort", () => aborted.open([method, signal.reason.name]));
    await begun();
    return await aborted.promise;
  };
  assertEquals(await pair.client.getDriver().givenUp!(waiting), "AbortError");
  assertEquals(await aborted.promise, [".1", "AbortError"]);
});

Deno.test("a thrown error's fields may hold functions", async () => {
  await using pair = await callbackPair();
  const error = await assertRejects(() => pair.client.getDriver().throws!(), RemoteError);
  assertEquals(await (error.retry as Callback)(1), 2);
});

Deno.test("a plain function's members can't be called, and those of proxy() can", async () => {
  await using pair = await callbackPair({
    here: { take: (f: { member(): unknown }) => f.member() },
  });
  const f = Object.assign(() => 1, { member: () => 2 });
  const { take } = pair.acceptor.getDriver();
  const error = await assertRejects(() => take!(f), RemoteError);
  assertEquals(error.name, "RefusedError");
  assertEquals(await take!(proxy(Object.assign(() => 1, { member: () => 2 }))), 2);
});

Deno.test("callbacks gives back at once what a refused call has brought", async () => {
  await using pair = await callbackPair({ accept: { use, limits: { servedCalls: 0 } } });
  const { nothing, keep } = pair.client.getDriver();
  for (const call of [nothing, keep]) {
    await assertRejects(() => call!([() => 1, () => 2]), RemoteError);
    await until(() => sizesOf(pair)[0] === 0, "they were given back");
  }
});

/** Counts the buffers of this length that are allocated until it is disposed. */
function allocated(bytes: number): { count: number } & Disposable {
  const { ArrayBuffer } = globalThis;
  const seen = {
    count: 0,
    [Symbol.dispose]: () => void (globalThis.ArrayBuffer = ArrayBuffer),
  };
  globalThis.ArrayBuffer = new Proxy(ArrayBuffer, {
    construct(target, [length]) {
      if (length === bytes) seen.count++;
      return new target(length === bytes ? 0 : length);
    },
  });
  return seen;
}

Deno.test("callbacks makes the engine collect for each 2,048 functions that aren't released", async () => {
  await using pair = await featurePair({
    use,
    there: {
      drop: (..._functions: Callback[]) => {},
      release(...functions: (Callback & Disposable)[]) {
        for (const one of functions) one[Symbol.dispose]();
      },
    },
  });
  const { drop, release } = pair.client.getDriver();
  const pass = async (to: Callback, count: number) => {
    for (let i = 0; i < count; i += 64) {
      await to(...Array.from({ length: 64 }, (_, at) => () => i + at));
    }
  };
  using buffers = allocated(2 ** 26);
  await pass(release!, 6_144);
  assertEquals(buffers.count, 0);
  await pass(drop!, 1_984);
  assertEquals(buffers.count, 0);
  await pass(release!, 1_984);
  await pass(drop!, 64);
  assertEquals(buffers.count, 1);
  await pass(drop!, 4_096);
  assertEquals(buffers.count, 3);
});

Deno.test("callbacks keeps its limit of references", async () => {
  await using pair = await callbackPair({ connect: { use, limits: { references: 2 } } });
  const { lengthOf } = pair.client.getDriver();
  const many = () => lengthOf!([() => 1, () => 2, () => 3]);
  await assertRejects(many, EncodeError, '"parameters[0][2]": the other side holds too many');
  assertEquals(sizesOf(pair), [0, 0]);
  const codes: number[] = [];
  await using strict = await callbackPair({
    accept: { use, limits: { references: 2 } },
    connect: { use, onEvent: (event) => void (event.type === "close" && codes.push(event.code)) },
  });
  await assertRejects(() => strict.client.getDriver().lengthOf!([() => 1, () => 2, () => 3]));
  await strict.client.join();
  assertEquals(codes, [1008]);
});

Deno.test("a ReleasedError says which call was not sent", async () => {
  await using pair = await callbackPair();
  const counter = await pair.client.getDriver().aCounter!();
  counter[Symbol.dispose]();
  const error = await assertRejects(() => counter.up(1), ReleasedError);
  assertEquals([error.name, error.code, error.method, mayHaveRun(error)], [
    "ReleasedError",
    "RELEASED",
    ".1.up",
    "no",
  ]);
});

Deno.test("proxy() refuses what is no object", () => {
  assertThrows(() => proxy(1 as unknown as object), TypeError, "expected an object or a function");
});

Deno.test("callbacks takes back what a value had lent when a part of it can't be sent", async () => {
  await using pair = await callbackPair();
  const bad = [() => 1, () => 2, Object(1)];
  await assertRejects(
    () => pair.client.getDriver().lengthOf!(bad),
    EncodeError,
    "parameters[0][2]",
  );
  assertEquals(sizesOf(pair), [0, 0]);
});

Deno.test("callbacks frees nothing in use when releases cross", async () => {
  await using pair = await callbackPair();
  const { keep, callKept, releaseKept, back } = pair.client.getDriver();
  const f = () => 1;
  for (let i = 0; i < 200; i++) {
    await keep!(f);
    const [, , , called] = await Promise.all([releaseKept!(), back!(f), keep!(f), callKept!(i)]);
    assertEquals(called, 1);
    if (i % 2 === 0) await releaseKept!();
  }
});

Deno.test("callbacks refuses a function when the other end does not use them", async () => {
  for (const accept of [{ use: [structured] }, { use: [] }]) {
    await using pair = await callbackPair({ accept });
    const call = () => pair.client.getDriver().each!(1, () => 1);
    await assertRejects(
      call,
      EncodeError,
      '"parameters[1]": the other side doesn\'t use callbacks',
    );
  }
  await using plain = await callbackPair({ connect: { use, wire: "plain" } });
  const call = () => plain.client.getDriver().lengthOf!([{ f: () => 1 }]);
  await assertRejects(call, EncodeError, "parameters[0][0].f");
});

Deno.test("callbacks is not agreed on when structured is not", async () => {
  const { check: _, ...unchecked } = callbacks as PluggedFeature;
  await using pair = await callbackPair({ accept: { use: [unchecked] } });
  assertEquals(pair.here[0]!.agreement.features.has("callbacks"), false);
  assertEquals(await pair.client.getDriver().lengthOf!([1]), 1);
});

Deno.test("callbacks and streams need structured in the same list", async () => {
  for (const [name, feature] of [["callbacks", callbacks], ["streams", streams]] as const) {
    const message = `Cannot use "${name}" without "structured"`;
    await using server = new WebSocketServer();
    const open = () =>
      server.open({ port: 0, use: [feature] }, (acceptor) => acceptor.accept(null));
    await assertRejects(open, TypeError, message);
    const client = new WebSocketConnector(null, null);
    await assertRejects(
      () => client.connect("ws://127.0.0.1:1", { use: [feature] }),
      TypeError,
      message,
    );
    const { port1, port2 } = new MessageChannel();
    assertThrows(() => new PortCommunicator(port1, null, { use: [feature] }), TypeError, message);
    port1.close();
    port2.close();
  }
});

class Picky {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Whoever receives a value of this class refuses it. */
const picky = structured({
  types: {
    Picky: {
      class: Picky,
      encode: ({ value }: Picky) => value,
      decode() {
        throw new RangeError("not this one");
      },
    },
  },
});

for (
  const [why, accepted] of [
    ["is decoded and fails", picky],
    ["is not known", structured],
  ] as const
) {
  Deno.test(`callbacks gives back what a message has brought when its class ${why}`, async () => {
    await using pair = await callbackPair({
      connect: { use: [picky, callbacks] },
      accept: { use: [accepted, callbacks] },
    });
    const { lengthOf, keep, callKept } = pair.client.getDriver();
    const f = (value: unknown) => value;
    await keep!(f);
    for (const list of [[f, () => 1, new Picky(1)], [new Picky(1), [f, f], () => 1]]) {
      const error = await assertRejects(() => lengthOf!(list), RemoteError);
      assertEquals(error.name, "RefusedError");
    }
    assertEquals(await callKept!("still"), "still"); // the releases have come in before that
    assertEquals(sizesOf(pair), [1, 1]);
  });
}

Deno.test("callbacks leaves no entry when 2,000 functions are dropped and collected", async () => {
  await using child = await childOf("../features/callbacks_gc.ts", ["--v8-flags=--expose-gc"]);
  const { before, after } = JSON.parse(child.line);
  assertEquals(before, { lent: 2_001, borrowed: 2_001 });
  assertEquals(after, { lent: 1, borrowed: 1, called: "held" }); // of it a member alone is held
});
