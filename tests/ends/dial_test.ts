import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { WebSocketError } from "../../src/errors.ts";
import { dial, whyUnreachable } from "../../src/ends/dial.ts";
import { moduleOf, standIn } from "../helpers/module_hook.ts";
import { ScriptedSocket } from "../helpers/scripted_socket.ts";

/** What `run` gives while `WebSocket` is something else. */
function withWebSocket<T>(stand: unknown, run: () => T): T {
  const kept = globalThis.WebSocket;
  Object.assign(globalThis, { WebSocket: stand });
  try {
    return run();
  } finally {
    Object.assign(globalThis, { WebSocket: kept });
  }
}

for (
  const [url, address] of [
    ["ws://127.0.0.1:1", "ws://127.0.0.1:1"],
    ["wss://host/a?b=c", "wss://host/a?b=c"],
    ["http://host:80/a/b?c=d", "ws://host:80/a/b?c=d"],
    ["https://host/", "wss://host/"],
    ["HTTP://Host/", "ws://Host/"],
    ["ws://host/?next=http://other", "ws://host/?next=http://other"],
    ["nonsense", "nonsense"],
  ] as const
) {
  Deno.test(`dial() gives the factory "${address}" when it is asked for "${url}"`, () => {
    const socket = new ScriptedSocket();
    const asked: string[] = [];
    const made = dial(url, (to) => {
      asked.push(to);
      return socket;
    });
    assertStrictEquals(made, socket);
    assertEquals(asked, [address]);
  });
}

Deno.test("dial() takes the platform's own WebSocket when there is no factory", () => {
  const asked: unknown[][] = [];
  class Stand extends ScriptedSocket {
    constructor(...args: unknown[]) {
      super();
      asked.push(args);
    }
  }
  assertInstanceOf(withWebSocket(Stand, () => dial("http://host/a")), Stand);
  assertEquals(asked, [["ws://host/a"]]);
});

Deno.test("dial() hands on what the factory throws", () => {
  const error = new Error("no certificate");
  const factory = (): never => {
    throw error;
  };
  const thrown = assertThrows(() => dial("ws://host", factory), Error);
  assertStrictEquals(thrown, error);
});

Deno.test("dial() hands the promise on when the factory gives one", async () => {
  const socket = new ScriptedSocket();
  assertStrictEquals(await dial("ws://host", () => Promise.resolve(socket)), socket);
});

for (const url of ["", "nonsense", "ftp://host", "ws://", "ws://host:99999", "ws://host/#part"]) {
  Deno.test(`dial() throws and names the address when it is "${url}"`, () => {
    const error = assertThrows(() => dial(url), TypeError);
    assertEquals(error.message, `Cannot connect to "${url}": it isn't a WebSocket URL`);
    assertInstanceOf(error.cause, DOMException);
  });
}

Deno.test("dial() says what a page may open when the browser forbids it", () => {
  const stand = class {
    constructor() {
      throw new DOMException("insecure", "SecurityError");
    }
  };
  const error = assertThrows(() => withWebSocket(stand, () => dial("ws://host")), TypeError);
  const text = 'Cannot connect to "ws://host": an https: page can only open wss: URLs';
  assertEquals(error.message, text);
});

Deno.test("dial() throws a WebSocketError 1006 when Firefox blocks the address by a policy", () => {
  const cause = { name: "NS_ERROR_CONTENT_BLOCKED", message: "" }; // not even an Error
  const stand = class {
    constructor() {
      throw cause;
    }
  };
  const error = assertThrows(() => withWebSocket(stand, () => dial("ws://host")), WebSocketError);
  assertEquals(error.message, `Cannot connect to "ws://host": ${whyUnreachable("")}`);
  assertEquals(error.status, 1006);
  assertStrictEquals(error.cause, cause);
});

Deno.test("dial() takes the socket of the ws package when the platform has none", async () => {
  const url = moduleOf(`
    export const createWebSocketStream = () => {};
    export class WebSocketServer {}
    export class WebSocket {
      constructor(...args) {
        if (args[0] === "nonsense") throw new SyntaxError("no");
        this.args = args;
      }
    }`);
  using _ws = standIn({ ws: url });
  const made = await withWebSocket(undefined, () => dial("http://host/a"));
  assertEquals(
    (made as unknown as { args: unknown }).args,
    ["ws://host/a", { perMessageDeflate: false }],
  );
  const failed = withWebSocket(undefined, () => dial("nonsense")) as Promise<unknown>;
  const error = await assertRejects(() => failed, TypeError);
  const text = 'Cannot connect to "nonsense": it isn\'t a WebSocket URL';
  assertEquals(error.message, text);
});

Deno.test("dial() says what is missing when the platform has no socket, and no package has one", async () => {
  using _ws = standIn({
    ws: moduleOf('throw Object.assign(new Error("gone"), { code: "MODULE_NOT_FOUND" })'),
  });
  const failed = withWebSocket(undefined, () => dial("ws://host")) as Promise<unknown>;
  const error = await assertRejects(() => failed, Error);
  assertEquals(
    error.message.startsWith('Cannot connect to "ws://host": the "ws" package is missing'),
    true,
  );
});

Deno.test("whyUnreachable() gives the platform's words when it has any, else where to look", () => {
  assertEquals(whyUnreachable("Connection refused"), "Connection refused");
  assertEquals(
    whyUnreachable(""),
    "it can't be reached. Check the address, the certificate and your content security policy.",
  );
});
