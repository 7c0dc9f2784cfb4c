import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type ConnectionEvent, WebSocketAcceptor } from "../../mod.ts";
import { closeAll, closedBy, HEADER, scripted, upgraded } from "../helpers/ends.ts";

Deno.test.afterEach(closeAll);

for (
  const [what, limits, header, code] of [
    ["is too long", { headerBytes: 20 }, '{"header":"01234567890"}', 1009],
    ["is too deep", { depth: 1_000 }, `{"header":${"[".repeat(1_000)}${"]".repeat(1_000)}}`, 1008],
    ["is no JSON", {}, "{", 1002],
    ["is null", {}, "null", 1002],
    ["is a list", {}, "[]", 1002],
    ["is a number", {}, "1", 1002],
  ] as const
) {
  Deno.test(`an incoming connection ends with ${code} and never accepts when the header ${what}`, async () => {
    const { socket, acceptor } = await upgraded({ limits }, { header });
    assertEquals(acceptor, undefined);
    assertEquals([socket.closes.map(([code]) => code), socket.sent], [[code], []]);
    socket.receives(HEADER);
    assertEquals(socket.sent, []);
    await closedBy(socket, code);
    assertEquals(socket.listenerCount, 0);
  });
}

Deno.test("an incoming connection takes a header when it is just as long as the limit", async () => {
  const { socket, acceptor } = await upgraded({ limits: { headerBytes: HEADER.length } });
  assertEquals(acceptor.state, -1);
  await closedBy(socket);
});

Deno.test("an incoming connection ends with 1002 when the first frame is binary", async () => {
  const { socket } = await upgraded({}, { header: "" });
  assertEquals(socket.closes[0]?.[0], 1002);
  await closedBy(socket);
});

Deno.test("an incoming connection reports one broken limit when it is slow to end after it", () => {
  using time = new FakeTime();
  const limits = { headerBytes: 20, headerTimeout: 50, closeTimeout: 900 };
  const log: unknown[] = [];
  const onEvent = (event: ConnectionEvent) =>
    void log.push(event.type === "limit" ? event.limit : event.type);
  const socket = scripted({ readyState: 1, isServer: true });
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, undefined, { limits, onEvent });
  for (let sent = 0; sent < 2; sent++) socket.receives(HEADER);
  time.tick(899);
  assertEquals([log, socket.closes], [["headerBytes"], [[1009, "The header is too long"]]]);
  time.tick(1);
  assertEquals(log, ["headerBytes", "close"]);
});
