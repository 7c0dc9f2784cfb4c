import { assertEquals } from "@std/assert";
import { type ConnectionEvent, reconnection } from "../../mod.ts";
import { accepted } from "../helpers/ends.ts";
import { microtasks } from "../helpers/waiting.ts";

const HEADER = JSON.stringify({
  header: null,
  link: { version: 1, features: ["frames", "batch", "resume"], values: ["json"] },
});

for (const code of [1013, 3013]) {
  Deno.test(`acceptor keeps the session when it reads late that its client lost it, with ${code}`, async () => {
    const events: ConnectionEvent["type"][] = [];
    const { acceptor, socket } = await accepted({
      use: [reconnection({ window: 60_000 })],
      onEvent: ({ type }) => void events.push(type),
    }, { header: HEADER });
    socket.closed(code, "The heartbeat wasn't answered in time");
    await microtasks();
    assertEquals([acceptor.state, events], [1, ["open", "disconnect"]]);
    await acceptor.close();
    assertEquals(acceptor.state, 3);
  });
}

Deno.test("acceptor ends the session when its client gives it up, with 3013", async () => {
  const { acceptor, socket } = await accepted({ use: [reconnection()] }, { header: HEADER });
  socket.closed(3013, "The receiver stopped acknowledging");
  await microtasks();
  assertEquals(acceptor.state, 3);
});
