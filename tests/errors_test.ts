import { assert, assertEquals, assertFalse, assertInstanceOf } from "@std/assert";
import * as api from "../mod.ts";
import { endError } from "../src/errors.ts";

const { RemoteError, WebSocketError } = api;

for (
  const [name, code, base] of [
    ["ConnectionClosedError", "CONNECTION_CLOSED", Error],
    ["NotSentError", "NOT_SENT", Error],
    ["EncodeError", "ENCODE", TypeError],
    ["DeadlineError", "DEADLINE", Error],
    ["StateError", "STATE", Error],
  ] as const
) {
  Deno.test(`${name}() has its name, code, message and cause when it is made`, () => {
    const cause = new Error("why");
    const error = new api[name]("what", { cause });
    assertInstanceOf(error, base);
    assertInstanceOf(error, Error);
    assertEquals([error.name, error.code, error.message], [name, code, "what"]);
    assertEquals(error.cause, cause);
    assertEquals(`${error}`, `${name}: what`);
  });

  Deno.test(`${name}() has no cause when none is given`, () => {
    assertFalse("cause" in new api[name]("what"));
  });
}

Deno.test("WebSocketError() has status and reason, word for word, when it is made", () => {
  const cause = new Error("why");
  const error = new WebSocketError(3001, "wrong token", { cause });
  assertInstanceOf(error, Error);
  assertEquals([error.name, error.message, error.cause], ["WebSocketError", "wrong token", cause]);
  assert(Object.hasOwn(error, "status"));
  assertEquals(error.status, 3001);
});

for (const code of [1000, 1005]) {
  Deno.test(`endError() is no WebSocketError when the code is ${code}`, () => {
    const error = endError({ code, reason: "enough", detail: "" });
    assertInstanceOf(error, api.ConnectionClosedError);
    assertFalse(error instanceof WebSocketError);
    assertEquals(error.message, "enough");
    assertEquals(
      endError({ code, reason: "", detail: "" }).message,
      "The connection has been closed",
    );
  });
}

for (
  const [code, reason, message] of [
    [1001, "The server is closing", "The server is closing"],
    [1006, "", "The connection was lost"],
    [1006, "cut", "cut"],
    [1011, "", ""],
    [3005, "enough", "enough"],
    [4999, "ä€😀", "ä€😀"],
  ] as const
) {
  Deno.test(`endError() tells status and reason when ${code} ended it with "${reason}"`, () => {
    const error = endError({ code, reason, detail: "" });
    assertInstanceOf(error, WebSocketError);
    assertEquals([error.status, error.message], [code, message]);
  });
}

Deno.test("RemoteError() is an Error with the remote name, message and fields when it is made", () => {
  const error = new RemoteError("RangeError", "too large", { limit: 7, path: ["a"] });
  assertInstanceOf(error, Error);
  assertFalse(error instanceof RangeError);
  assertEquals([error.name, error.message, error.limit], ["RangeError", "too large", 7]);
  assertEquals(error.path, ["a"]);
  assertEquals(`${error}`, "RangeError: too large");
  assertEquals(Object.keys(error), ["limit", "path"]);
});

Deno.test("RemoteError.code is the remote one when there is one, and a word when not", () => {
  assertEquals(new RemoteError("Error", "gone", { code: "ENOENT" }).code, "ENOENT");
  assertEquals(new RemoteError("Error", "gone", { code: undefined }).code, undefined);
  assertEquals(new RemoteError("Error", "gone").code, "REMOTE");
});

Deno.test("RemoteError() keeps stack and cause unlisted when they were sent", () => {
  const fields = { stack: "Error: gone\n    at there", cause: { name: "E", message: "m" } };
  const error = new RemoteError("Error", "gone", fields);
  assertEquals([error.stack, error.cause], [fields.stack, fields.cause]);
  assertEquals(Object.keys(error), []);
});

Deno.test("RemoteError() has a stack of its own and no cause when none were sent", () => {
  const error = new RemoteError("Error", "gone", { stack: 7 });
  assertEquals(typeof error.stack, "string");
  assertFalse("cause" in error);
});

Deno.test("RemoteError() leaves out a field when it would hide a method or a prototype", () => {
  const fields = JSON.parse(
    '{"toJSON":1,"toString":2,"constructor":3,"hasOwnProperty":4,"__proto__":{"evil":true},"a":5}',
  );
  const error = new RemoteError("Error", "gone", fields);
  assertEquals(Object.keys(error), ["a"]);
  assertEquals(`${error}`, "Error: gone");
  assertFalse("evil" in error);
  assertEquals(error.constructor, RemoteError);
});

Deno.test("RemoteError.toJSON() gives what travels on when it is thrown again", () => {
  const error = new RemoteError("E", "m", { code: "C", a: 1, stack: "s", cause: "c" });
  assertEquals(JSON.stringify(error), '{"name":"E","message":"m","code":"C","a":1}');
});

Deno.test("RemoteError.toJSON() says what was changed when a program edits the error", () => {
  const error = new RemoteError("E", "m");
  error.name = "F";
  Object.assign(error, { note: "n" });
  assertEquals(error.toJSON(), { name: "F", message: "m", note: "n" });
});

Deno.test("WebSocketError has status as its only own field when it is listed or sent as JSON", () => {
  const error = new WebSocketError(3001, "no");
  assertEquals([error.name, `${error}`], ["WebSocketError", "WebSocketError: no"]);
  assertEquals(Object.keys(error), ["status"]);
  assertEquals(JSON.stringify(error), '{"status":3001}');
});

Deno.test("WebSocketError can be extended when a subclass sets its name in any way", () => {
  class ByField extends WebSocketError {
    override name = "ByField";
  }
  class ByGetter extends WebSocketError {
    override get name(): string {
      return this.constructor.name;
    }
  }
  class ByConstructor extends WebSocketError {
    constructor() {
      super(3001, "no");
      this.name = "ByConstructor";
    }
  }
  const names = [new ByField(3001, "no"), new ByGetter(3001, "no"), new ByConstructor()]
    .map((error) => `${error}`);
  assertEquals(names, ["ByField: no", "ByGetter: no", "ByConstructor: no"]);
});
