import { assertEquals } from "@std/assert";
import { acrossTable, localTable, membersTable, sharesOf } from "../../tools/bench/groups/page.ts";
import type { RoomResult } from "../../tools/bench/groups/rooms.ts";
import { sectionIn, withSection } from "../../tools/section.ts";

function result(
  { subject = "ours", way = "send" }: Partial<RoomResult>,
  perSecond: readonly number[],
  cpu: number,
): RoomResult {
  const windows = perSecond.map((one) => ({ perSecond: one, cpu }));
  return { subject, way, runtime: "node", bus: undefined, encoded: 66, windows };
}

const loop = result({ way: "loop" }, [100, 50, 200], 8);
const own = result({}, [90, 50, 150], 10);
const theirs = result({ subject: "socketIo" }, [50, 50, 50], 20);

/** The cells of a row. */
function cells(table: string, row: number): string[] {
  return table.split("\n")[row + 2]!.slice(2, -2).split(" | ");
}

Deno.test("sharesOf() compares a window with that of the same round, and time the other way round", () => {
  assertEquals(sharesOf(own, loop), { median: 0.9, least: 0.75, most: 1 });
  assertEquals(sharesOf(own, loop, "cpu"), { median: 0.8, least: 0.8, most: 0.8 });
});

Deno.test("localTable() compares with the loop of the same runtime", () => {
  assertEquals(cells(localTable([[own, loop, theirs]]), 0), [
    "Sheetbend in Node",
    "0.90 (0.75 to 1.00)",
    "0.80 (0.80 to 0.80)",
    "90.0",
    "10.0",
    "66",
  ]);
});

Deno.test("acrossTable() compares with socket.io for each number of rooms", () => {
  const table = acrossTable([
    { rooms: 1, results: [theirs, own] },
    { rooms: 100, results: [theirs, own] },
  ]);
  assertEquals(cells(table, 1), [
    "1 room, Sheetbend in Node",
    "1.80 (1.00 to 3.00)",
    "90.0",
    "10.0",
  ]);
  assertEquals(cells(table, 2)[0], "100 rooms, socket.io in Node");
});

Deno.test("membersTable() compares a member with an entry in a set", () => {
  const bytes = { group: 900, own: 600 };
  const times = [{ group: 2, own: 1 }, { group: 3, own: 1 }, { group: 8, own: 2 }];
  const table = membersTable([{ runtime: "deno", bytes, times }]);
  assertEquals(cells(table, 0), ["memory in Deno, bytes", "900", "600", "1.50"]);
  assertEquals(cells(table, 1), [
    "a join and a leave in Deno, µs",
    "3.00",
    "1.00",
    "3.00 (2.00 to 4.00)",
  ]);
});

Deno.test("withSection() replaces the section of groups, or adds it before that of workers", () => {
  const section = "<!-- groups: made by a tool -->\n\ntext\n\n<!-- /groups -->";
  const page = withSection("# Page\n\n<!-- workers: made by a tool -->\n", "groups", section);
  assertEquals(page, `# Page\n\n${section}\n\n<!-- workers: made by a tool -->\n`);
  assertEquals(sectionIn(page, "groups"), section);
  const other = section.replace("text", "other");
  assertEquals(withSection(page, "groups", other), page.replace("text", "other"));
});
