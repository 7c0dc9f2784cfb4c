import { assertEquals } from "@std/assert";
import { type ConnectionEvent, reconnection } from "../../mod.ts";
import { accepted } from "../helpers/ends.ts";
import { microtasks } from "../helpers/waiting.ts";

const HEADER = JSON.stringify({
  header: null,
  link: { version: 1, features: ["frames", "batch", "quiet", "resume"], values: ["json"] },
});

/** The state of an acceptor after its client has closed, and the events. */
async function afterClose(code: number, reason: string): Promise<unknown[]> {
  const types: string[] = [];
  const onEvent = ({ type }: ConnectionEvent): void => void types.push(type);
  const { socket, acceptor } = await accepted(
    { use: [reconnection({ window: 1 })], onEvent },
    { provider: {}, header: HEADER },
  );
  socket.closed(code, reason);
  const { state } = acceptor;
  await microtasks();
  await acceptor.join(); // the window is over soon
  return [state, types.includes("disconnect")];
}

const OPEN = [1, true];
const CLOSED = [3, false];

Deno.test("a session goes on when its client gave up a connection that was slow", async () => {
  for (const more of [0, 2_000]) { // browsers send no codes below 3000, except 1000
    assertEquals(await afterClose(1013 + more, "The heartbeat wasn't answered in time"), OPEN);
    assertEquals(await afterClose(1011 + more, "the socket failed to send"), OPEN);
    assertEquals(await afterClose(1008 + more, "not accepted within 30000 ms"), OPEN);
  }
});

Deno.test("a session ends when its client closes it, or breaks off because of a rule", async () => {
  for (const more of [0, 2_000]) {
    assertEquals(await afterClose(1008 + more, "A value is nested too deeply"), CLOSED);
    assertEquals(await afterClose(1002 + more, "The frame can't be read"), CLOSED);
    assertEquals(await afterClose(1009 + more, "The frame is too long"), CLOSED);
  }
  assertEquals(await afterClose(1000, "The client canceled connect()"), CLOSED);
  assertEquals(await afterClose(1005, ""), CLOSED);
  assertEquals(await afterClose(1001, ""), CLOSED);
  assertEquals(await afterClose(4000, "enough"), CLOSED);
});
