import { assertEquals } from "@std/assert";
import type { ModeName } from "./modes.ts";
import { type Cell, tableOf } from "./table.ts";

function cell(client: string, mode: ModeName, held: string | undefined): Cell {
  if (held === undefined) return { client, server: "S", mode, ran: "it broke" };
  const results = [...held].map((one, index) => ({ case: String(index), ok: one === "+" }));
  const pairing = { client: "ours", server: "ours", codec: "linked" } as const;
  return { client, server: "S", mode, ran: { name: client, pairing, results } };
}

Deno.test("tableOf() tells how many cases held when all did, some did, and none ran", () => {
  const cells = [
    cell("A long one", "linked", "++"),
    cell("A long one", "plain", "+-"),
    cell("A long one", "structured", undefined),
    cell("B", "structured", "+"),
  ];
  assertEquals(
    tableOf(cells).split("\n"),
    [
      "client      server  linked  plain   structured",
      "A long one  S       2       1 of 2  not run",
      "B           S       –       –       1",
    ],
  );
});
