import { assertEquals } from "@std/assert";
import { closeAll, closedBy, HEADER, upgraded } from "../helpers/ends.ts";

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
