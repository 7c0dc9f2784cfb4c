import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { StateError, WebSocketConnector, WebSocketError } from "../../mod.ts";
import { closeAll, closedBy, connected, dialled } from "../helpers/ends.ts";
import { ScriptedSocket } from "../helpers/scripted_socket.ts";
import { stateOf } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

const { State } = WebSocketConnector;

Deno.test("State has TGrid's values, can't be changed, and is what state gives", async () => {
  assertEquals(State, { NONE: -1, CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
  assertThrows(() => Object.assign(State, { OPEN: 7 }), TypeError);
  const fresh = new WebSocketConnector(null, null);
  assertEquals([fresh.state, fresh.url], [State.NONE, undefined]);
  const { socket, connector, connecting } = dialled();
  assertEquals(connector.state, State.CONNECTING);
  socket.opens();
  assertEquals(connector.state, State.CONNECTING);
  socket.receives("1");
  assertEquals(connector.state, State.OPEN);
  await connecting;
  const closing = connector.close();
  assertEquals(connector.state, State.CLOSING);
  await closedBy(socket, 1005);
  await closing;
  assertEquals(connector.state, State.CLOSED);
});

for (
  const header of [null, undefined, "", "token", 0, false, true, [1, [2]], {}, { a: { b: 1 } }]
) {
  Deno.test(`connect() sends the header as its first frame when it is ${JSON.stringify(header)}`, async () => {
    const socket = new ScriptedSocket();
    const connector = new WebSocketConnector(header, null);
    assertStrictEquals(connector.header, header);
    const connecting = connector.connect("ws://host", { socket: () => socket });
    assertEquals(socket.sent, []);
    socket.opens();
    const { link, ...fields } = JSON.parse(socket.sent[0]!);
    assertEquals(fields, header === undefined ? {} : { header });
    assertEquals([socket.sent.length, link.version], [1, 1]);
    socket.receives("1");
    await connecting;
    await closedBy(socket);
  });
}

Deno.test("connect() offers plain messages alone when it is asked to", async () => {
  const { socket, connecting } = dialled({ wire: "plain" });
  socket.opens();
  const link = { version: 1, features: [], values: ["json"] };
  assertEquals(JSON.parse(socket.sent[0]!), { header: null, link });
  socket.receives("1");
  await connecting;
});

for (
  const url of [
    "ws://host:1",
    "ws://host:1/",
    "http://host:1/a?b=c",
    "HTTPS://Host",
    "ws://user:word@host/",
  ]
) {
  Deno.test(`url is kept as it was given when that is "${url}"`, async () => {
    const { connector, connecting, socket } = dialled();
    socket.closed(1006);
    await connecting.catch(() => {});
    const other = new ScriptedSocket();
    const again = connector.connect(url, { socket: () => other });
    assertEquals(connector.url, url);
    other.closed(1006);
    await assertRejects(() => again, WebSocketError);
    assertEquals(connector.url, url);
  });
}

Deno.test("connect() takes a URL when that is what it is given", async () => {
  const socket = new ScriptedSocket();
  const asked: string[] = [];
  const connector = new WebSocketConnector(null, null);
  const connecting = connector.connect(new URL("http://host:1/a b?c=d"), {
    socket: (url) => (asked.push(url), socket),
  });
  socket.opens();
  socket.receives("1");
  await connecting;
  assertEquals([asked, connector.url], [["ws://host:1/a%20b?c=d"], "http://host:1/a%20b?c=d"]);
  await closedBy(socket);
});

Deno.test("connect() is open within the frame that accepts: a call in the same read is not lost", async () => {
  const { connector, connecting, socket } = dialled({}, { provider: { f: () => "here" } });
  socket.opens();
  socket.sent.length = 0;
  socket.receives("1");
  socket.receives({ uid: 1, listener: "f", parameters: [] });
  assertEquals([connector.state, socket.messages], [State.OPEN, [
    { uid: 1, success: true, value: "here" },
  ]]);
  await connecting;
});

Deno.test("connect() resolves when the server accepts and closes in the same read", async () => {
  const { connector, connecting, socket } = dialled();
  socket.opens();
  socket.receives("1");
  socket.closed(3001, "enough");
  await connecting;
  assertEquals(connector.state, State.CLOSED);
  await connector.join();
});

Deno.test("connect() connects again, on the same driver, after a close and after a failure", async () => {
  const { connector, socket } = await connected();
  const driver = connector.getDriver();
  const log: string[] = [];
  connector.on("send", (event) => log.push(event.function.listener));
  const old = driver.f!().catch(() => "ended");
  await closedBy(socket);
  assertEquals(await old, "ended");
  for (let round = 1; round <= 5; round++) {
    const failing = new ScriptedSocket();
    const failed = connector.connect("ws://host", { socket: () => failing });
    failing.closed(1006);
    await assertRejects(() => failed, WebSocketError);
    const next = new ScriptedSocket();
    const connecting = connector.connect("ws://host", { socket: () => next });
    next.opens();
    next.receives("1");
    await connecting;
    assertStrictEquals(connector.getDriver(), driver);
    const call = driver.g!();
    assertEquals(next.messages.map(({ uid }) => uid), [round + 1]);
    next.receives({ uid: round, success: true, value: "of an older connection" });
    assertEquals(await stateOf(call), "waits");
    next.receives({ uid: round + 1, success: true, value: round });
    assertEquals(await call, round);
    const closing = connector.close();
    await closedBy(next, 1005);
    await closing;
  }
  assertEquals(log, ["f", ...Array(5).fill("g")]);
});

Deno.test("connect() rejects with a StateError, and nothing changes, when it is under way", async () => {
  const { connector, connecting, socket } = dialled();
  let dials = 0;
  const again = () => connector.connect("ws://other", { socket: () => (dials++, socket) });
  await assertRejects(again, StateError);
  socket.opens();
  socket.receives("1");
  await connecting;
  await assertRejects(again, StateError);
  const closing = connector.close();
  await assertRejects(again, StateError);
  assertEquals([dials, connector.url], [0, "ws://host/path"]);
  await closedBy(socket, 1005);
  await closing;
});
