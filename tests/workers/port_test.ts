import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  ConnectionClosedError,
  type ConnectionEvent,
  currentCall,
  type Driver,
  EncodeError,
  mayHaveRun,
  NotSentError,
  PortCommunicator,
  type PortLike,
  type PortOptions,
  RemoteError,
  transfer,
  WebSocketError,
  withOptions,
} from "../../mod.ts";
import type { Report } from "../../src/events.ts";
import { gate, microtasks, soon, stateOf, turn, until } from "../helpers/waiting.ts";

type Pair<P extends object, Q extends object | null> = AsyncDisposable & {
  readonly server: PortCommunicator<P, Q>;
  readonly client: PortCommunicator<Q, P>;
  readonly remote: Driver<P, false, "structured">;
  /** What the server and the client reported, without peers. */
  readonly events: readonly Report[];
  /** What was posted to either port: the frames. */
  readonly posted: unknown[][];
};

/** The two ends of a channel. */
function pair<P extends object, Q extends object | null = null>(
  provider: P,
  { own = null as Q, ...options }: PortOptions & { own?: Q } = {},
): Pair<P, Q> {
  const { port1, port2 } = new MessageChannel();
  const events: Report[] = [];
  const posted: unknown[][] = [];
  for (const port of [port1, port2]) {
    const post = port.postMessage.bind(port) as (message: unknown, list: Transferable[]) => void;
    port.postMessage = (message: unknown, list: unknown) => {
      post(message, list as Transferable[]);
      if (typeof (message as unknown[])[1] !== "object") posted.push(message as unknown[]); // no lock
    };
  }
  const onEvent = ({ peer, ...event }: ConnectionEvent): void => {
    assertEquals(peer, { ip: "", path: "" });
    events.push(event as Report);
  };
  const server = new PortCommunicator<P, Q>(port1, provider, { onEvent, ...options });
  const client = new PortCommunicator<Q, P>(port2, own, { onEvent, ...options });
  return {
    server,
    client,
    remote: client.getDriver(),
    events,
    posted,
    async [Symbol.asyncDispose]() {
      await client.close();
      await soon(server.join(), "the other side has closed");
    },
  };
}

/** The error with which a promise rejects. */
async function errorOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const error = await soon(
    promise.then((value) => Promise.reject(new Error(`resolved to ${value}`)), (error) => error),
    "the call has failed",
  );
  assertInstanceOf(error, Error);
  return error as Error & Record<string, unknown>;
}

Deno.test("PortCommunicator calls in both directions when both ends are constructed", async () => {
  const shown: string[] = [];
  const provider = {
    plus: (x: number, y: number) => x + y,
    deep: { list: [{ shout: (text: string) => text.toUpperCase() }] },
  };
  const own = { show: (text: string) => shown.push(text) };
  await using ends = pair(provider, { own });
  assertEquals(await ends.remote.plus(2, 3), 5);
  assertEquals(await ends.remote.deep.list[0]!.shout("hello"), "HELLO");
  assertEquals(await ends.server.getDriver().show("there"), 1);
  assertEquals(shown, ["there"]);
});

Deno.test("PortCommunicator calls before the other end is constructed", async () => {
  const { port1, port2 } = new MessageChannel();
  await using client = new PortCommunicator<null, { when(): Date; plus(x: number): number }>(
    port2,
    null,
  );
  const calls = [client.getDriver().plus(1), client.getDriver().when()];
  await turn();
  const when = new Date(7);
  await using _server = new PortCommunicator(port1, {
    when: () => when,
    plus: (x: number) => x + 1,
  });
  assertEquals(await Promise.all(calls), [2, when]);
});

class Account {
  readonly owner = "Ada";
  #secret = 1;
  get secret(): number {
    return this.#secret;
  }
  greet(): string {
    return "hello";
  }
  toJSON(): string {
    return "never called";
  }
}

const circular: { self?: unknown } = {};
circular.self = circular;

const VALUES: Readonly<Record<string, unknown>> = {
  "a Date": new Date(5),
  "a Map of Sets": new Map([[new Set([1]), { a: undefined }]]),
  "a RegExp": /a.c/gi,
  "a bigint": 2n ** 70n,
  "undefined": undefined,
  "null": null,
  "NaN": NaN,
  "-0": -0,
  "infinity": [Infinity, -Infinity],
  "a sparse list": [1, , 3], // deno-lint-ignore-line no-sparse-arrays
  "bytes": new Uint8Array([1, 2, 3]),
  "an ArrayBuffer": new Uint16Array([500]).buffer,
  "an Error": new RangeError("too large"),
  "a circular object": circular,
  "a long text": "ä".repeat(100_000),
  "an object like JSON": { a: [1, "x", null, { b: true }], __proto__: null },
  "a list of an empty text": ["", 0, false],
};

for (const [name, value] of Object.entries(VALUES)) {
  Deno.test(`PortCommunicator carries ${name} as a parameter and as a result`, async () => {
    await using ends = pair({ echo: (...values: unknown[]) => values.at(-1) });
    const cloned = structuredClone(value);
    assertEquals(await ends.remote.echo(value), cloned);
    assertEquals(await ends.remote.echo(0, value), cloned);
    assertEquals(ends.events.map(({ type }) => type), ["open", "open"]);
  });
}

Deno.test("PortCommunicator carries the data of a class instance when it is cloned", async () => {
  await using ends = pair({ echo: (value: object) => value });
  const echoed = await ends.remote.echo(new Account());
  assertEquals(echoed, { owner: "Ada" });
  assertEquals(Object.getPrototypeOf(echoed), Object.prototype);
});

Deno.test("PortCommunicator keeps what is shared and in circles when one call carries it", async () => {
  const provider = { isShared: (a: object, b: { a: object }) => b.a === a };
  await using ends = pair(provider);
  const a = {};
  assertEquals(await ends.remote.isShared(a, { a }), true);
});

Deno.test("PortCommunicator sends values as they are at the call when they change later", async () => {
  await using ends = pair({ echo: (value: unknown) => value });
  const box = { full: true };
  const echoed = ends.remote.echo(box);
  box.full = false;
  assertEquals(await echoed, { full: true });
});

Deno.test("PortCommunicator keeps the order of calls when only some carry cloned values", async () => {
  const seen: unknown[] = [];
  await using ends = pair({ note: (value: unknown) => void seen.push(value) });
  const values = [1, new Map(), "two", { three: 3 }, 4, 5, new Date(6)];
  await Promise.all(values.map((value) => ends.remote.note(value)));
  assertEquals(seen, values);
});

Deno.test("PortCommunicator posts one message when the calls of a turn carry plain values", async () => {
  await using ends = pair({ plus: (x: number, y: number) => x + y });
  await Promise.all([1, 2, 3, 4, 5].map((x) => ends.remote.plus(x, 1)));
  assertEquals(ends.posted, [
    ["sheetbend", `[${[1, 2, 3, 4, 5].map((n) => `[0,${n},"plus",[${n},1]]`)}]`],
    ["sheetbend", `[${[1, 2, 3, 4, 5].map((n) => `[1,${n},${n + 1}]`)}]`],
  ]);
});

Deno.test("PortCommunicator posts a message with its value when the value isn't plain", async () => {
  await using ends = pair({ echo: (value: unknown) => value });
  await ends.remote.echo({ a: 1n });
  assertEquals(ends.posted, [
    ["sheetbend", '[0,1,"echo",null,[0,[[],"c"]]]', [{ a: 1n }]],
    ["sheetbend", '[1,1,null,[0,[[],"c"]]]', { a: 1n }],
  ]);
});

Deno.test("transfer() moves buffers when they are in a parameter", async () => {
  await using ends = pair({
    sum: (values: number[], { more }: { more: Uint8Array }) =>
      [...values, ...more].reduce((x, y) => x + y),
  });
  const more = new Uint8Array([1, 2, 3]);
  const sum = ends.remote.sum([4], transfer({ more }, [more.buffer]));
  assertEquals(more.length, 0); // at once
  assertEquals(await sum, 10);
});

Deno.test("transfer() moves a buffer and a port when they are the result", async () => {
  const buffer = new Uint8Array([1, 2]).buffer;
  const { port1, port2 } = new MessageChannel();
  await using ends = pair({
    buffer: () => Promise.resolve(transfer(buffer, [buffer])),
    port: () => transfer({ port: port1 }, [port1]),
  });
  assertEquals(new Uint8Array(await ends.remote.buffer()), new Uint8Array([1, 2]));
  assertEquals(buffer.byteLength, 0);
  const { port } = await ends.remote.port() as unknown as { port: MessagePort };
  const arrived = gate<unknown>();
  port.onmessage = ({ data }) => arrived.open(data);
  port2.postMessage("through");
  assertEquals(await soon(arrived.promise, "the port carries a message"), "through");
  port.close();
  port2.close();
});

Deno.test("transfer() marks a value for one call only", async () => {
  await using ends = pair({ size: ({ bytes }: { bytes: Uint8Array }) => bytes.length });
  const box = { bytes: new Uint8Array(3) };
  assertEquals(await ends.remote.size(transfer(box, [box.bytes.buffer])), 3);
  box.bytes = new Uint8Array(4);
  assertEquals(await ends.remote.size(box), 4);
  assertEquals(box.bytes.length, 4);
});

Deno.test("transfer() fails the call when the buffer has been moved before", async () => {
  await using ends = pair({ size: (bytes: Uint8Array) => bytes.length });
  const bytes = new Uint8Array(3);
  const sizes = [1, 2].map(() => ends.remote.size(transfer(bytes, [bytes.buffer])));
  const failed = errorOf(sizes[1]!);
  assertEquals(await sizes[0], 3);
  const error = await failed;
  assertInstanceOf(error, EncodeError);
  assertEquals(mayHaveRun(error), "no");
});

Deno.test("transfer() throws a TypeError when it isn't given an object and a list", () => {
  assertThrows(() => transfer(1 as never, []), TypeError, "expected an object");
  assertThrows(() => transfer(null as never, []), TypeError, "expected an object");
  assertThrows(() => transfer({}, {} as never), TypeError, "expected a list of objects");
  assertThrows(() => transfer({}, [1 as never]), TypeError, "expected a list of objects");
});

const UNCLONABLE: readonly [value: unknown, place: string, why?: string][] = [
  [() => 1, "parameters[0]", "a function can't be cloned"],
  [{ on: { done: () => 1 } }, "parameters[0].on.done", "a function can't be cloned"],
  [[1, { s: Symbol("s") }], "parameters[0][1].s", "a symbol can't be cloned"],
  [{ when: Promise.resolve() }, "parameters[0].when"],
  [{ map: new Map([[1, new WeakMap()]]) }, "parameters[0].map"],
  [{
    get x(): never {
      throw new Error("not now");
    },
  }, "parameters[0]"],
];

for (const [value, place, why = ""] of UNCLONABLE) {
  Deno.test(`PortCommunicator fails only the call when "${place}" can't be cloned: ${Deno.inspect(value)}`, async () => {
    await using ends = pair({ echo: (value: unknown) => value });
    const calls = [1, value, { a: 2 }].map((one) => ends.remote.echo(one));
    calls[1]!.catch(() => {});
    assertEquals([await calls[0], await calls[2]], [1, { a: 2 }]);
    const error = await errorOf(calls[1]!);
    assertInstanceOf(error, EncodeError);
    assertEquals([mayHaveRun(error), error.method], ["no", "echo"]);
    const start = `Cannot call "echo": cannot encode "${place}": ${why}`;
    assertEquals(error.message.slice(0, start.length), start);
  });
}

Deno.test("PortCommunicator rejects the call when the result can't be cloned", async () => {
  await using ends = pair({ f: () => ({ g: () => 1 }), plus: (x: number) => x + 1 });
  const error = await errorOf(ends.remote.f());
  assertInstanceOf(error, RemoteError);
  assertEquals(
    [error.name, error.message, mayHaveRun(error)],
    ["EncodeError", `Cannot encode "result.g": a function can't be cloned`, "yes"],
  );
  assertEquals(ends.events.at(-1)!.type, "error");
  assertEquals(await ends.remote.plus(1), 2);
});

const thrown = (): never => {
  const error = new RangeError("too large", { cause: new Error("inside") });
  throw Object.assign(error, { limit: 7, when: new Date(1), retry: () => 1 });
};

Deno.test("PortCommunicator sends the name, the message and the fields when a function throws", async () => {
  await using ends = pair({ thrown, text: () => Promise.reject("just text") });
  const error = await errorOf(ends.remote.thrown());
  assertInstanceOf(error, RemoteError);
  assertEquals([error.name, error.message, mayHaveRun(error)], ["RangeError", "too large", "yes"]);
  assertEquals({ ...error }, { limit: 7, when: new Date(1) });
  assertEquals("cause" in error, false);
  assert(!error.stack!.includes("port_test"));
  assertEquals(await ends.remote.text().catch((error) => error), "just text");
  assertEquals(ends.events.map(({ type }) => type), ["open", "open", "thrown", "thrown"]);
});

Deno.test("PortCommunicator sends the stack and the cause when exposeErrors is on", async () => {
  await using ends = pair({ thrown }, { exposeErrors: true });
  const error = await errorOf(ends.remote.thrown());
  assert(error.stack!.includes("port_test"));
  assertEquals((error.cause as Error).message, "inside");
});

Deno.test("PortCommunicator sends the other fields when one of an error can't be cloned", async () => {
  await using ends = pair({
    f() {
      throw Object.assign(new Error("no"), { a: 1, b: { deep: () => 1 } });
    },
  });
  const error = await errorOf(ends.remote.f());
  assertEquals([error.message, { ...error }], ["no", { a: 1 }]);
});

Deno.test("PortCommunicator refuses a call when the function doesn't exist", async () => {
  await using ends = pair({ plus: (x: number) => x });
  const absent = ends.client.getDriver<{ a: { b(x: object): void } }>();
  const error = await errorOf(absent.a.b({}));
  assertEquals([error.name, mayHaveRun(error)], ["RefusedError", "no"]);
});

Deno.test("PortCommunicator aborts the function when its call is canceled or late", async () => {
  const aborted: string[] = [];
  const begun = gate();
  const provider = {
    async wait(which: unknown) {
      const { signal, deadline } = currentCall();
      if (which === 3) begun.open();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      aborted.push(`${(signal.reason as Error).name} ${deadline instanceof Date}`);
    },
  };
  const canceled = new AbortController();
  let ends: Pair<typeof provider, null>;
  {
    using time = new FakeTime();
    ends = pair(provider);
    const calls = [
      ends.client.getDriver({ signal: canceled.signal }).wait(1),
      withOptions(ends.remote, { timeout: 50 }).wait({ deep: 1n }),
      ends.client.getDriver({ deadline: time.now + 60 }).wait(3),
    ];
    const errors = Promise.all(calls.map(errorOf));
    await begun.promise;
    canceled.abort();
    await time.tickAsync(100);
    const names = (await errors).map(({ name }) => name);
    assertEquals(names, ["AbortError", "DeadlineError", "DeadlineError"]);
  }
  await until(() => aborted.length === 3, "all functions know");
  assertEquals(aborted.sort(), ["AbortError false", "DeadlineError true", "DeadlineError true"]);
  await ends[Symbol.asyncDispose]();
});

Deno.test("PortCommunicator gets no result when a call doesn't want one", async () => {
  const seen: unknown[] = [];
  await using ends = pair({ note: (value: unknown) => seen.push(value) });
  const notes = ends.client.getDriver({ reply: false });
  const calls = [notes.note(1), notes.note({ a: 2n }), notes.note("3")];
  assertEquals(await Promise.all(calls) as unknown[], [undefined, undefined, undefined]);
  assertEquals(await ends.remote.note(4), 4);
  assertEquals(seen, [1, { a: 2n }, "3", 4]);
  assertEquals(ends.posted.filter(([, frame]) => String(frame).includes("[1,")).length, 1);
  const error = await errorOf(notes.note(() => 1));
  assertInstanceOf(error, EncodeError);
});

Deno.test("PortCommunicator adds the place of the call when it is traced", async () => {
  await using ends = pair({ thrown });
  const error = await errorOf(ends.client.getDriver({ trace: true }).thrown());
  assert(error.stack!.includes("port_test.ts"), error.stack);
});

Deno.test("PortCommunicator lets listeners see and change calls when they carry clones", async () => {
  await using ends = pair({ echo: (value: unknown) => value });
  ends.client.on("send", ({ function: { parameters } }) => parameters[0]!.value = new Map());
  ends.client.on("complete", (event) => event.return.value = [event.return.value]);
  assertEquals(await ends.remote.echo(1) as unknown, [new Map()]);
});

Deno.test("PortCommunicator applies limits when a peer exceeds them", async () => {
  const going = gate<number>();
  const limits = { servedCalls: 1, parameters: 2, pathSteps: 3 };
  await using ends = pair({ wait: (..._: unknown[]) => going.promise }, { limits });
  const first = ends.remote.wait({});
  const errors = [
    await errorOf(ends.remote.wait({})),
    await errorOf(ends.remote.wait(1, 2, {})),
    await errorOf(ends.client.getDriver<{ a: { b: { c: { d(): void } } } }>().a.b.c.d()),
  ];
  assertEquals(errors.map(({ name }) => name), ["BusyError", "RefusedError", "RefusedError"]);
  assertEquals(errors.map(mayHaveRun), ["no", "no", "no"]);
  const limited = ends.events.flatMap((event) => event.type === "limit" ? event.limit : []);
  assertEquals(limited, [
    "servedCalls",
    "parameters",
    "pathSteps",
  ]);
  going.open(1);
  assertEquals(await first, 1);
});

Deno.test("PortCommunicator rejects a call when too many are pending", async () => {
  const ends = pair({ wait: () => new Promise<void>(() => {}) }, { limits: { waitingCalls: 1 } });
  const first = errorOf(ends.remote.wait());
  assertInstanceOf(await errorOf(ends.remote.wait()), NotSentError);
  await ends[Symbol.asyncDispose]();
  await first;
});

Deno.test("PortCommunicator closes both sides with 1009 when a frame is too long", async () => {
  const ends = pair({ echo: (text: string) => text }, { limits: { frameBytes: 1_000 } });
  const error = await errorOf(ends.remote.echo("x".repeat(2_000)));
  assertInstanceOf(error, WebSocketError);
  assertEquals([error.status, error.message], [1009, "The frame is too long"]);
  await soon(Promise.all([ends.client.join(), ends.server.join()]), "both have closed");
  assertEquals(ends.events.slice(2), [
    { type: "limit", limit: "frameBytes" },
    { type: "close", code: 1009, reason: "The frame is too long" },
    { type: "close", code: 1009, reason: "The frame is too long" },
  ]);
});

for (const side of ["client", "server"] as const) {
  Deno.test(`close() rejects the calls of both sides when the ${side} calls it`, async () => {
    const wait = (..._: object[]) => new Promise<void>(() => {});
    const ends = pair({ wait }, { own: { wait } });
    const calls = [ends.remote.wait(), ends.server.getDriver().wait(), ends.remote.wait({})];
    const errors = calls.map(errorOf);
    const joined = [ends.client.join(), ends.server.join(60_000)];
    await microtasks(); // the calls have been sent
    await ends[side].close();
    for (const error of await Promise.all(errors)) {
      assertInstanceOf(error, ConnectionClosedError);
      assertEquals(mayHaveRun(error), "unknown");
    }
    assertEquals(await Promise.all(joined), [undefined, true]);
    const late = await errorOf(ends.remote.wait());
    assertInstanceOf(late, NotSentError);
    assertEquals(late.message, 'Cannot call "wait": the port is closed');
    await Promise.all([ends.client.close(), ends.server.close(), ends.client.join()]);
    assertEquals(ends.events.slice(2), Array(2).fill({ type: "close", code: 1005, reason: "" }));
  });
}

Deno.test("close() sends the calls of the turn when they were made before it", async () => {
  const seen: unknown[] = [];
  const ends = pair({ note: (value: unknown) => void seen.push(value) });
  const calls = [1, { two: 2 }, 3].map((one) => errorOf(ends.remote.note(one)));
  await ends.client.close();
  await Promise.all(calls);
  await soon(ends.server.join(), "the other side has closed");
  assertEquals(seen, [1, { two: 2 }, 3]);
});

Deno.test("PortCommunicator closes at the end of a block when it is declared with await using", async () => {
  const { port1, port2 } = new MessageChannel();
  const server = new PortCommunicator<{ f(): number }, null>(port1, { f: () => 1 });
  {
    await using client = new PortCommunicator<null, { f(): number }>(port2, null);
    assertEquals(await client.getDriver().f(), 1);
    assertEquals(await client.join(0), false);
  }
  await soon(server.join(), "the other side has closed");
});

/** A port of another platform: one that emits events, as those of Node and Electron do. */
class EmittingPort implements PortLike {
  readonly posted: unknown[] = [];
  isClosed = false;
  readonly #listeners: Record<string, ((event: unknown) => void)[]> = {};
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  on(type: string, listener: (event: unknown) => void): void {
    (this.#listeners[type] ??= []).push(listener);
  }
  off(type: string, listener: (event: unknown) => void): void {
    this.#listeners[type] = this.#listeners[type]!.filter((one) => one !== listener);
  }
  close(): void {
    this.isClosed = true;
  }
  emit(type: string, event?: unknown): void {
    for (const listener of this.#listeners[type] ?? []) listener(event);
  }
  get count(): number {
    return Object.values(this.#listeners).flat().length;
  }
}

for (const type of ["close", "exit"]) {
  Deno.test(`PortCommunicator rejects its calls when the port emits "${type}"`, async () => {
    const port = new EmittingPort();
    const client = new PortCommunicator<null, { f(x: object): number }>(port, null, {
      onEvent() {},
    });
    const error = errorOf(client.getDriver().f({}));
    port.emit(type);
    assertInstanceOf(await error, WebSocketError);
    assertEquals(
      [(await error).status, (await error).message],
      [1006, "The connection was lost: the port was closed"],
    );
    await client.join();
    assertEquals([port.isClosed, port.count], [true, 0]);
  });
}

Deno.test("PortCommunicator reads events and bare messages when a port emits either", async () => {
  const port = new EmittingPort();
  await using client = new PortCommunicator<null, { f(): unknown }>(port, null);
  const calls = [client.getDriver().f(), client.getDriver().f()];
  await microtasks();
  port.emit("message", ["sheetbend", "[1,1,7]"]);
  port.emit("message", { data: ["sheetbend", '[1,2,null,[0,[[],"c"]]]', 8n] });
  assertEquals(await Promise.all(calls), [7, 8n]);
});

Deno.test("PortCommunicator ignores a message when it isn't one of its own", async () => {
  const port = new EmittingPort();
  const client = new PortCommunicator<null, { f(): unknown }>(port, null);
  const call = client.getDriver().f();
  await microtasks();
  for (const message of [undefined, null, "x", [], ["other", "{"], ["sheetbend"], { data: 1 }]) {
    port.emit("message", message);
    port.emit("message", { data: message });
  }
  assertEquals(await stateOf(call), "waits");
  port.emit("message", ["sheetbend", "[1,1]"]);
  assertEquals(await call, undefined);
  await client.close();
});

const BROKEN: Readonly<Record<string, (port: EmittingPort) => void>> = {
  "isn't JSON": (port) => port.emit("message", ["sheetbend", "{"]),
  "has no value": (port) => port.emit("message", ["sheetbend", '[1,1,null,[0,[[],"c"]]]']),
  "can't be deserialized": (port) => port.emit("messageerror", {}),
};

for (const [name, breaks] of Object.entries(BROKEN)) {
  Deno.test(`PortCommunicator closes with 1002 when a message ${name}`, async () => {
    const port = new EmittingPort();
    const client = new PortCommunicator<null, { f(): unknown }>(port, null, { onEvent() {} });
    const error = errorOf(client.getDriver().f());
    breaks(port);
    assertEquals([(await error).status, (await error).message], [1002, "The frame can't be read"]);
    assertEquals(port.posted.at(-1), ["sheetbend", 1002, "The frame can't be read"]);
  });
}

Deno.test("PortCommunicator throws when the port, an option or a limit is invalid", () => {
  const make = (port: unknown, options?: object) =>
    new PortCommunicator(port as PortLike, null, options);
  for (const port of [undefined, null, {}]) {
    assertThrows(() => make(port), TypeError, "expected a MessagePort");
  }
  const port = new EmittingPort();
  assertThrows(() => make(port, { timeout: 1 }), TypeError, 'there is no option "timeout"');
  assertThrows(() => make(port, { use: [1] }), TypeError, "expected a list of features");
  assertThrows(() => make(port, { limits: { depth: -1 } }), RangeError);
  assertThrows(() => make(port, { heartbeat: 0 }), RangeError);
  assertEquals(port.count, 0);
});

Deno.test("PortCommunicator rejects its calls when the heartbeat isn't answered", async () => {
  using time = new FakeTime();
  const port = new EmittingPort(); // nothing answers it
  const client = new PortCommunicator<null, { f(): void }>(port, null, {
    heartbeat: 1_000,
    onEvent() {},
  });
  const error = errorOf(client.getDriver().f());
  await time.tickAsync(3_000);
  assertEquals([(await error).status, await client.join(0)], [1006, true]);
  assert(port.posted.some((message) => (message as unknown[])[1] === "[64]"));
});

const WORKER = new URL("./programs/port.ts", import.meta.url);

interface InWorker {
  plus(x: number, y: number): number;
  bytes(length: number): Uint8Array<ArrayBuffer>;
  greet(name: string): void;
  leave(): void;
  hang(): void;
}

/** Waits until this side waits for the lock whose name arrives at the port. */
async function watches(port: MessagePort): Promise<void> {
  interface Locks {
    query(): Promise<{ pending: { name: string }[] }>;
  }
  const { locks } = navigator as unknown as { locks: Locks };
  let lock: unknown;
  port.addEventListener("message", ({ data }) => lock ??= data[1].lock);
  await until(() => lock !== undefined, "the name of the lock arrives");
  for (let tries = 0; tries < 10_000; tries++) {
    const { pending } = await locks.query();
    if (pending.some(({ name }) => name === lock)) return;
  }
  throw new Error("nothing waits for the lock");
}

for (const kind of ["own", "channel"]) {
  Deno.test(`PortCommunicator calls a worker over its ${kind} port`, async () => {
    const worker = new Worker(WORKER, { type: "module", name: kind });
    const channel = kind === "channel" ? new MessageChannel() : undefined;
    if (channel !== undefined) worker.postMessage(channel.port2, [channel.port2]);
    const shown: string[] = [];
    const program = { show: (text: string) => void shown.push(text) };
    const client = new PortCommunicator<typeof program, InWorker>(
      channel?.port1 ?? worker,
      program,
    );
    const remote = client.getDriver();
    assertEquals(await soon(remote.plus(2, 3), "the worker has answered"), 5);
    assertEquals(await remote.bytes(3), new Uint8Array([7, 7, 7]));
    await remote.greet("Ada");
    assertEquals(shown, ["Hello Ada"]);
    assertInstanceOf(await errorOf(remote.leave()), ConnectionClosedError);
    await client.join();
    worker.terminate();
  });
}

Deno.test("PortCommunicator rejects its calls when the worker is terminated", async () => {
  const worker = new Worker(WORKER, { type: "module", name: "channel" });
  const { port1, port2 } = new MessageChannel();
  worker.postMessage(port2, [port2]);
  const watching = watches(port1);
  const client = new PortCommunicator<null, InWorker>(port1, null);
  assertEquals(await soon(client.getDriver().plus(2, 3), "the worker has answered"), 5);
  const error = errorOf(client.getDriver().hang());
  await watching;
  worker.terminate();
  assertInstanceOf(await error, WebSocketError);
  assertEquals(
    [(await error).status, (await error).message],
    [1006, "The connection was lost: the port was closed"],
  );
  await client.join();
});

Deno.test("PortCommunicator waits for no lock when it can't see that it's held", async () => {
  const port = new EmittingPort();
  await using client = new PortCommunicator<null, { f(): unknown }>(port, null);
  port.emit("message", ["sheetbend", { lock: "of another origin" }]);
  await until(() => port.posted.length === 1, "its own lock is sent");
  await new Promise((resolve) => setTimeout(resolve, 200));
  assertEquals(await client.join(0), false);
});

Deno.test("PortCommunicator rejects with the signal's reason when it has aborted", async () => {
  await using ends = pair({ f: (_: object) => 1 });
  const driver = ends.client.getDriver({ signal: AbortSignal.abort("stop") });
  await assertRejects(() => driver.f({}).catch((reason) => Promise.reject(Error(reason))), "stop");
  assertEquals(ends.posted, []);
});
