import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  ConnectionClosedError,
  DeadlineError,
  EncodeError,
  WebSocketConnector,
  WebSocketError,
} from "../../mod.ts";
import {
  assertUsable,
  closeAll,
  closedBy,
  connected,
  type Connector,
  dialled,
} from "../helpers/ends.ts";
import { ScriptedSocket } from "../helpers/scripted_socket.ts";
import { Timers } from "../helpers/timers.ts";
import { microtasks, turn } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

const { State } = WebSocketConnector;

function raise(error: Error): never {
  throw error;
}

for (const header of [7n, { a: [1n] }, { toJSON: () => raise(new RangeError("no")) }]) {
  Deno.test(`connect() rejects and dials nothing when JSON can't tell its header: ${Deno.inspect(header)}`, async () => {
    let dials = 0;
    const connector = new WebSocketConnector<unknown, null, null>(header, null);
    const socket = () => (dials++, new ScriptedSocket());
    const error = await assertRejects(
      () => connector.connect("ws://host", { socket }),
      EncodeError,
    );
    assertMatch(error.message, /^Cannot encode "header/);
    assertEquals([dials, connector.state], [0, State.NONE]);
  });
}

Deno.test("connect() rejects with a TypeError, and is usable, when the address is none", async () => {
  const connector: Connector = new WebSocketConnector(null, null);
  for (const url of ["", "nonsense", "ftp://host", "ws://host:99999"]) {
    const error = await assertRejects(() => connector.connect(url), TypeError);
    assertEquals(error.message, `Cannot connect to "${url}": it isn't a WebSocket URL`);
  }
  await assertUsable(connector);
});

for (const timeout of [NaN, "5", new Date("never")]) {
  Deno.test(`connect() rejects before it dials when its timeout is ${timeout}`, async () => {
    const { connector, connecting, socket } = dialled({ timeout: timeout as number });
    await assertRejects(() => connecting, TypeError);
    assertEquals([connector.state, socket.listenerCount], [State.NONE, 0]);
  });
}

Deno.test("connect() rejects before it dials when a limit has no such name", async () => {
  const { connector, connecting, socket } = dialled({ limits: { frames: 1 } as never });
  await assertRejects(() => connecting, TypeError, 'Did you mean "frameBytes"?');
  assertEquals([connector.state, socket.listenerCount], [State.NONE, 0]);
});

for (const opened of [false, true]) {
  const when = opened ? "after" : "before";

  Deno.test(`connect() rejects with 1008 when its timeout comes ${when} the upgrade`, async () => {
    using time = new FakeTime();
    const { connector, connecting, socket } = dialled({ timeout: 50 });
    if (opened) socket.opens();
    await time.tickAsync(49);
    assertEquals(connector.state, State.CONNECTING);
    await time.tickAsync(1);
    const error = await connecting.catch((error) => error);
    assertInstanceOf(error, WebSocketError);
    const text = 'Cannot connect to "ws://host/path": not accepted within 50 ms';
    assertEquals([error.status, error.message], [1008, text]);
    assertInstanceOf(error.cause, DeadlineError);
    assertEquals(socket.closes, [[3008, "not accepted within 50 ms"]]);
    socket.closed(1006);
    assertEquals(socket.listenerCount, 0);
    assertEquals(connector.state, State.NONE);
  });

  Deno.test(`connect() rejects with the signal's reason when it is aborted ${when} the upgrade`, async () => {
    for (const reason of [new RangeError("changed my mind"), "a text"]) {
      const control = new AbortController();
      const { connector, connecting, socket } = dialled({ signal: control.signal });
      if (opened) socket.opens();
      control.abort(reason);
      assertStrictEquals(await connecting.catch((error) => error), reason);
      assertEquals(socket.closes, [[1000, "The client canceled connect()"]]);
      socket.receives("1");
      socket.closed(1006);
      assertEquals(socket.listenerCount, 0);
      await assertUsable(connector);
    }
  });

  Deno.test(`close() ends the attempt when it is called ${when} the upgrade`, async () => {
    const { connector, connecting, socket } = dialled({ timeout: 60_000 });
    if (opened) socket.opens();
    const closing = connector.close(3001, "never mind");
    const error = await assertRejects(() => connecting, ConnectionClosedError);
    assertEquals(error.message, "Cannot connect: close() was called");
    await closing;
    socket.closed(1006);
    assertEquals(socket.listenerCount, 0);
    await assertUsable(connector);
  });

  Deno.test(`asyncDispose ends the attempt when it is called ${when} the upgrade`, async () => {
    const { connector, connecting, socket } = dialled();
    if (opened) socket.opens();
    await connector[Symbol.asyncDispose]();
    await assertRejects(() => connecting, ConnectionClosedError);
    socket.closed(1006);
    await assertUsable(connector);
  });

  Deno.test(`connect() rejects with 1006 when the socket ends ${when} the upgrade`, async () => {
    const { connector, connecting, socket } = dialled();
    if (opened) socket.opens();
    socket.fails("Unexpected EOF");
    socket.closed(0, "");
    const error = await assertRejects(() => connecting, WebSocketError);
    const text = 'Cannot connect to "ws://host/path": Unexpected EOF';
    assertEquals([error.status, error.message], [1006, text]);
    assertEquals(socket.listenerCount, 0);
    await assertUsable(connector);
  });
}

Deno.test("connect() is refused with 1006 when the platform shows another code", async () => {
  for (const code of [undefined, 0, 1000, 1005, 1006, 1015]) {
    const { connector, connecting, socket } = dialled();
    socket.closed(code, "");
    assertEquals((await assertRejects(() => connecting, WebSocketError)).status, 1006);
    assertEquals(connector.state, State.NONE);
  }
});

for (
  const [code, reason] of [[1000, ""], [1005, ""], [3001, "wrong token"], [1008, "ä€😀"], [
    1011,
    "",
  ]] as const
) {
  Deno.test(`connect() rejects with code and reason, word for word, when the server says ${code} "${reason}"`, async () => {
    const { connector, connecting, socket } = dialled();
    socket.opens();
    socket.closed(code, reason);
    const error = await assertRejects(() => connecting, WebSocketError);
    assertEquals([error.status, error.message], [code, reason]);
    await assertUsable(connector);
  });
}

for (const frame of ["hello", "{}", "null", "2", '{"accept":2}', "", '{"uid":1,"listener":"f"}']) {
  Deno.test(`connect() rejects with 1008 when the server's first frame is '${frame}'`, async () => {
    const { connector, connecting, socket } = dialled();
    socket.opens();
    socket.receives(frame);
    const error = await assertRejects(() => connecting, WebSocketError);
    const text = 'Cannot connect to "ws://host/path": the server doesn\'t speak this protocol';
    assertEquals([error.status, error.message], [1008, text]);
    assertEquals(socket.closes.length, 1);
    socket.receives("1");
    socket.closed(1005);
    assertEquals(socket.listenerCount, 0);
    await assertUsable(connector);
  });
}

Deno.test("connect() rejects with 1008 when the server's first frame is binary", async () => {
  const { connector, connecting, socket } = dialled();
  socket.opens();
  socket.receivesBinary();
  assertEquals((await assertRejects(() => connecting, WebSocketError)).status, 1008);
  socket.closed(1005);
  await assertUsable(connector);
});

for (
  const [what, failed] of [
    ["its signal is aborted already", { signal: AbortSignal.abort(new Error("no")) }],
    ["its timeout is NaN", { timeout: NaN }],
    ["its header can't be encoded", { header: { self: 1n } }],
  ] as [string, WebSocketConnector.ConnectOptions & { header?: unknown }][]
) {
  Deno.test(`url is of the last address that was dialled when connect() failed because ${what}`, async () => {
    const { header = null, ...options } = failed;
    const connector = new WebSocketConnector<unknown, null, null>(header, null);
    const make = () => {
      throw new Error("it was dialled");
    };
    for (const url of ["ws://one", "ws://other"]) {
      const error = await assertRejects(() => connector.connect(url, { socket: make, ...options }));
      assertEquals((error as Error).message === "it was dialled", false);
    }
    assertEquals([connector.url, connector.state], [undefined, State.NONE]);
    if ("header" in failed) return;
    await assertRejects(() => connector.connect("ws://one", { socket: make }), Error, "dialled");
    await assertRejects(() => connector.connect("ws://other", { socket: make, ...options }));
    assertEquals(connector.url, "ws://one");
  });
}

Deno.test("connect() rejects with the reason, and dials nothing, when its signal is aborted already", async () => {
  const reason = new Error("no");
  const { connector, connecting, socket } = dialled({ signal: AbortSignal.abort(reason) });
  assertStrictEquals(await connecting.catch((error) => error), reason);
  assertEquals([socket.listenerCount, connector.url], [0, undefined]);
  await assertUsable(connector);
});

Deno.test("connect() is done with its signal when it has resolved", async () => {
  const control = new AbortController();
  let listeners = 0;
  const { signal } = control;
  const { addEventListener, removeEventListener } = signal;
  Object.assign(signal, {
    addEventListener: (...args: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(signal, args);
    },
    removeEventListener: (...args: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(signal, args);
    },
  });
  const { connector, socket } = await connected({ signal });
  assertEquals(listeners, 0);
  control.abort(new Error("too late"));
  await turn();
  assertEquals([connector.state, socket.closes], [State.OPEN, []]);
});

Deno.test("connect() leaves no timer and no listener when it has failed or resolved", async () => {
  using timers = new Timers();
  const { connector, connecting, socket } = dialled({ timeout: 60_000 });
  assertEquals(timers.count, 1);
  socket.closed(1006);
  await assertRejects(() => connecting, WebSocketError);
  await microtasks();
  assertEquals([timers.count, socket.listenerCount], [0, 0]);
  const other = new ScriptedSocket();
  const again = connector.connect("ws://host", {
    socket: () => other,
    timeout: 60_000,
    heartbeat: Infinity,
  });
  other.opens();
  other.receives("1");
  await again;
  await microtasks();
  assertEquals(timers.count, 0);
  await closedBy(other);
  assertEquals([timers.count, other.listenerCount], [0, 0]);
});

Deno.test("connect() lets go of a socket that can't be closed before it is open", async () => {
  const control = new AbortController();
  const { connector, connecting, socket } = dialled({ signal: control.signal }, {
    script: { refusesClose: true },
  });
  control.abort(new Error("no"));
  await assertRejects(() => connecting, Error, "no");
  socket.opens();
  socket.receives("1");
  assertEquals([connector.state, socket.sent], [State.NONE, []]);
});
