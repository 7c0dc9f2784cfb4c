import { assertEquals } from "@std/assert";
import { shareOf, streamTable } from "../../tools/bench/streams/page.ts";
import type { StreamWindow } from "../../tools/bench/streams_client.ts";
import { sectionIn, withSection } from "../../tools/section.ts";

const windows: StreamWindow[] = [[1, 10, 30], [2, 20, 20], [3, 5, 10]].flatMap((
  [round, theirs, own],
) => [
  { workload: "bytes", round: round!, subject: "byHand", value: theirs! },
  { workload: "bytes", round: round!, subject: "ours", value: own! },
]);

Deno.test("shareOf() compares a window with that of the same round", () => {
  assertEquals(shareOf(windows, "bytes", "byHand"), { median: 2, least: 1, most: 3 });
  assertEquals(shareOf(windows, "bytes", "capnweb"), undefined);
});

Deno.test("streamTable() has a dash for what has no windows", () => {
  assertEquals(
    streamTable(windows).split("\n").at(-1),
    "| 64 kB chunks from the server, MB/s | 2.00 (1.00 to 3.00) | — | — | 10 | 20 | — | — |",
  );
});

Deno.test("withSection() replaces the section of streams, or adds it before that of workers", () => {
  const section = "<!-- streams: made by a tool -->\n\ntext\n\n<!-- /streams -->";
  const page = withSection("# Page\n\n<!-- workers: made by a tool -->\n", "streams", section);
  assertEquals(page, `# Page\n\n${section}\n\n<!-- workers: made by a tool -->\n`);
  assertEquals(sectionIn(page, "streams"), section);
  const other = section.replace("text", "other");
  assertEquals(withSection(page, "streams", other), page.replace("text", "other"));
});
