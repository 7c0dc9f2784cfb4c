import { assert, assertEquals } from "@std/assert";
import { Turns } from "../../src/session/turns.ts";
import { playedSession } from "../helpers/session.ts";
import { Timers } from "../helpers/timers.ts";

Deno.test("Turns leaves no timer when it has ended in the middle of a turn", () => {
  using timers = new Timers();
  const turns = new Turns({ turned() {} });
  turns.begin();
  assertEquals(timers.count, 1);
  turns.end();
  assertEquals(timers.count, 0);
});

Deno.test("Session leaves no timer when it ends while calls come for long", () => {
  using timers = new Timers();
  const { session, socket, heard } = playedSession();
  for (const end = performance.now() + 40; performance.now() < end;) {
    for (let uid = 1; uid <= 100; uid++) session.text(`[0,${uid},"f",[]]`);
  }
  assert(heard.length > 0);
  assertEquals(timers.count, 1);
  socket.ends();
  assertEquals(timers.count, 0);
});
