import { assertEquals, assertThrows } from "@std/assert";
import { StateError } from "../../mod.ts";
import { Lifecycle, type Moves, type Phase } from "../../src/link/lifecycle.ts";

const MOVES: Moves = { none: ["connecting"], connecting: ["open", "none"], open: ["closed"] };

Deno.test("to() moves along the table when there is such a move", () => {
  const lifecycle = new Lifecycle("none", MOVES);
  const seen: Phase[] = [lifecycle.phase];
  for (const next of ["connecting", "none", "connecting", "open", "closed"] as const) {
    lifecycle.to(next);
    seen.push(lifecycle.phase);
  }
  assertEquals(seen, ["none", "connecting", "none", "connecting", "open", "closed"]);
});

for (
  const [from, next] of [
    ["none", "open"],
    ["none", "none"],
    ["open", "connecting"],
    ["closed", "connecting"],
    ["closing", "closed"],
  ] as const
) {
  Deno.test(`to() throws and stays when there is no move from ${from} to ${next}`, () => {
    const lifecycle = new Lifecycle(from, MOVES);
    const error = assertThrows(() => lifecycle.to(next), StateError);
    assertEquals(error.message, `Cannot move from "${from}" to "${next}": there is no such move`);
    assertEquals(lifecycle.phase, from);
  });
}
