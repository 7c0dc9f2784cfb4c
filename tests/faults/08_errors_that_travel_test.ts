import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";
import { runInNewContext } from "node:vm";
import { RemoteError, structured, type WebSocketConnector } from "../../mod.ts";
import { LocalEnd } from "../helpers/local_end.ts";
import { microtasks } from "../helpers/waiting.ts";
import { paired } from "../linked/pair.ts";

/** The options of the connection, and of the server alone. */
type Mode = readonly [string, WebSocketConnector.ConnectOptions];
const MODES: readonly Mode[] = [
  ["linked", {}],
  ["plain", { wire: "plain" }],
  ["structured", { use: [structured] }],
];

/** What a call is rejected with, whose function throws this. */
async function caught(thrown: unknown, mode: Mode, exposeErrors = false): Promise<RemoteError> {
  const { use, ...connect } = mode[1];
  await using pair = await paired({
    there: { f: () => Promise.reject(thrown) },
    connect,
    use,
    accept: { exposeErrors },
  });
  const error = await pair.client.getDriver().f!().catch((error: unknown) => error);
  assertInstanceOf(error, RemoteError);
  const frames = pair.got.join();
  if (!exposeErrors) assert(!/Bearer|at secret|the cause/.test(frames), frames);
  return error;
}

/** As axios has it: its `toJSON` tells its stack, and the request with its headers. */
class AxiosError extends Error {
  override name = "AxiosError";
  code = "ERR_BAD_REQUEST";
  config = { url: "/pay", headers: { Authorization: "Bearer secret", accept: "*" } };

  constructor() {
    super("failed", { cause: new Error("the cause") });
    this.stack = "AxiosError: failed\n    at secret.ts:1:1";
  }

  toJSON() {
    const { message, name, stack, config, code, cause } = this;
    return { message, name, description: undefined, stack, config, code, cause, status: 400 };
  }
}

for (const mode of MODES) {
  Deno.test(`a caller gets no stack and no cause when an error's toJSON tells them, ${mode[0]}`, async () => {
    const error = await caught(new AxiosError(), mode);
    assertEquals([error.name, error.message, error.code], [
      "AxiosError",
      "failed",
      "ERR_BAD_REQUEST",
    ]);
    assertEquals([error.status, error.cause], [400, undefined]);
    assertEquals(error.config, { url: "/pay", headers: { accept: "*" } });
  });

  Deno.test(`a caller gets stack and cause when they are exposed, whatever toJSON tells, ${mode[0]}`, async () => {
    const told = await caught(new AxiosError(), mode, true);
    assertStringIncludes(told.stack!, "at secret.ts:1:1");
    assertEquals((told.cause as Error).message, "the cause");
    assertEquals((told.config as AxiosError["config"]).headers.Authorization, "Bearer secret");
    const silent = Object.assign(new AxiosError(), {
      toJSON: () => ({ name: "Quiet", message: "short" }),
    });
    const error = await caught(silent, mode, true);
    assertEquals([error.name, error.message], ["Quiet", "short"]);
    assertStringIncludes(error.stack!, "at secret.ts:1:1");
    assertEquals((error.cause as Error).message, "the cause");
  });

  Deno.test(`a caller gets all other fields when one can't be encoded, ${mode[0]}`, async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const error = Object.assign(new RangeError("failed"), {
      code: "E_LIMIT",
      bad: { toJSON: () => assert(false, "no") },
      circular,
      big: 7n,
      limit: 3,
    });
    Object.defineProperty(error, "odd", { enumerable: true, get: () => assert(false, "never") });
    const seen = await caught(error, mode);
    const isRich = mode[0] === "structured";
    assertEquals([seen.name, seen.message, seen.code, seen.limit], [
      "RangeError",
      "failed",
      "E_LIMIT",
      3,
    ]);
    const keys = isRich ? ["code", "circular", "big", "limit"] : ["code", "limit"];
    assertEquals(Object.keys(seen), keys);
    if (isRich) {
      assertEquals([seen.big, (seen.circular as typeof circular).self], [7n, seen.circular]);
    }
  });

  Deno.test(`a caller gets the rest of a cause when one of its fields can't be encoded, ${mode[0]}`, async () => {
    const bad = { toJSON: () => assert(false, "no") };
    const cause = Object.assign(new TypeError("inner"), { code: "E", bad });
    const error = await caught(new Error("outer", { cause }), mode, true);
    const inner = error.cause as RemoteError;
    assertEquals([inner.message, inner.code, inner.bad], ["inner", "E", undefined]);
  });

  Deno.test(`a caller gets an error of another realm, ${mode[0]}`, async () => {
    const foreign = runInNewContext(
      'Object.assign(new RangeError("elsewhere"), { code: "ENOENT" })',
    );
    assertEquals(foreign instanceof Error, false);
    const error = await caught(foreign, mode);
    assertEquals([error.name, error.message, error.code], ["RangeError", "elsewhere", "ENOENT"]);
  });

  Deno.test(`a caller gets what an AggregateError holds, ${mode[0]}`, async () => {
    const deep = new AggregateError([new URIError("deepest")], "deep");
    const held = [Object.assign(new TypeError("one"), { code: "E1" }), "two", deep];
    const error = await caught(new AggregateError(held, "all"), mode);
    assertEquals([error.name, error.message], ["AggregateError", "all"]);
    const [one, two, third] = error.errors as [RemoteError, string, RemoteError];
    assertInstanceOf(one, RemoteError);
    assertEquals([one.name, one.message, one.code, two], ["TypeError", "one", "E1", "two"]);
    assertEquals((third.errors as RemoteError[])[0]!.message, "deepest");
  });

  Deno.test(`a caller gets what a SuppressedError holds, ${mode[0]}`, async () => {
    const error = await caught(
      new SuppressedError(new TypeError("second"), new RangeError("first"), "both"),
      mode,
    );
    assertEquals([error.name, error.message], ["SuppressedError", "both"]);
    assertInstanceOf(error.error, RemoteError);
    assertEquals((error.error as Error).message, "second");
    assertEquals((error.suppressed as Error).name, "RangeError");
  });

  Deno.test(`a caller gets no stack of the errors that an error holds, ${mode[0]}`, async () => {
    const inner = Object.assign(new Error("inner", { cause: new Error("the cause") }), {
      stack: "at secret",
    });
    const error = await caught(Object.assign(new AggregateError([inner], "all"), { inner }), mode);
    assertEquals((error.inner as Error).message, "inner");
    assertEquals((error.errors as Error[])[0]!.message, "inner");
  });

  Deno.test(`a caller gets an error that holds itself, ${mode[0]}`, async () => {
    const error = new AggregateError([], "round");
    error.errors.push(error);
    assertEquals((await caught(error, mode)).message, "round");
  });
}

Deno.test("a relay passes on what a RemoteError holds when it throws it on", async () => {
  const thrown = new AggregateError([new TypeError("one")], "all");
  await using third = await paired({ there: { f: () => Promise.reject(thrown) } });
  await using pair = await paired({ there: { f: () => third.client.getDriver().f!() } });
  const error = await pair.client.getDriver().f!().catch((error: unknown) => error);
  assertEquals(error.name, "AggregateError");
  assertEquals((error.errors as Error[]).map(String), ["TypeError: one"]);
});

Deno.test("a custom transport gets all other fields when it can't carry one", async () => {
  const error = Object.assign(new Error("m"), { code: "E", big: 1n });
  const end = new LocalEnd<object, never>({ f: () => Promise.reject(error) });
  const sent: unknown[] = [];
  end.deliver = (message) => {
    JSON.stringify(message);
    sent.push(message);
    return Promise.resolve();
  };
  end.receives({ uid: 1, listener: "f", parameters: [] });
  await microtasks();
  await microtasks();
  const value = { code: "E", name: "Error", message: "m" };
  assertEquals(sent, [{ uid: 1, success: false, value }]);
  await end.ends();
});

/** Each value of another realm, and what it is here. */
const FOREIGN: readonly [code: string, own: unknown][] = [
  ['new Map([["a", new Set([1])]])', new Map([["a", new Set([1])]])],
  ["new Set([1, 2])", new Set([1, 2])],
  ["new Date(7)", new Date(7)],
  ["/a+/gi", /a+/gi],
  ["new Uint16Array([1, 2])", new Uint16Array([1, 2])],
  ["new DataView(new ArrayBuffer(3), 1)", new DataView(new ArrayBuffer(2))],
  ["new Uint8Array([7]).buffer", new Uint8Array([7]).buffer],
  ["({ a: [1, { b: new Date(0) }] })", { a: [1, { b: new Date(0) }] }],
];

for (const [code, own] of FOREIGN) {
  Deno.test(`structured sends a value of another realm when it is ${code}`, async () => {
    await using pair = await paired({ use: [structured], there: { f: (value: unknown) => value } });
    const value = await pair.client.getDriver().f!(runInNewContext(code));
    assertEquals(value, own);
    assertEquals(value.constructor, own!.constructor);
  });
}

Deno.test("structured sends errors of another realm, and what they hold", async () => {
  await using pair = await paired({ use: [structured], there: { f: (value: unknown) => value } });
  const f = pair.client.getDriver().f!;
  const error = await f(runInNewContext('new AggregateError([new TypeError("one")], "all")'));
  assertInstanceOf(error, AggregateError);
  assertInstanceOf(error.errors[0], TypeError);
  assertEquals(Object.keys(error), []);
  const suppressed = await f(new SuppressedError(new TypeError("b"), new RangeError("a"), "both"));
  assertInstanceOf(suppressed, SuppressedError);
  assertInstanceOf(suppressed.error, TypeError);
  assertInstanceOf(suppressed.suppressed, RangeError);
  assertEquals([suppressed.message, Object.keys(suppressed)], ["both", []]);
});

Deno.test("structured sends the fields of an object that only says it is a Map", async () => {
  await using pair = await paired({ use: [structured], there: { f: (value: unknown) => value } });
  for (const tag of ["Map", "Set", "Date", "RegExp", "ArrayBuffer", "URL"]) {
    const impostor = Object.defineProperty({ a: 1 }, Symbol.toStringTag, { value: tag });
    Object.setPrototypeOf(impostor, {});
    assertEquals(await pair.client.getDriver().f!(impostor), { a: 1 });
  }
});
