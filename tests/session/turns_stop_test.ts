import { assertEquals } from "@std/assert";
import { Turns } from "../../src/session/turns.ts";
import { Timers } from "../helpers/timers.ts";

Deno.test("stop() leaves no timer when the slice of a turn is still running", () => {
  using timers = new Timers();
  const turns = new Turns(() => {});
  turns.begin();
  assertEquals(timers.count, 1);
  turns.stop();
  assertEquals(timers.count, 0);
});
