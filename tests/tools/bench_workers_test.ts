import { assertEquals } from "@std/assert";
import { ratiosOf, tableOf } from "../../tools/bench/workers.ts";
import { sectionIn, withSection } from "../../tools/section.ts";

const windows = [
  ...[[0, "tgrid", 10], [0, "ours", 30], [1, "tgrid", 20], [1, "ours", 20], [2, "tgrid", 5], [
    2,
    "ours",
    10,
  ]]
    .map(([round, subject, calls]) => ({
      kind: "thread" as const,
      count: 16,
      round: round as number,
      subject: subject as string,
      calls: calls as number,
    })),
];

Deno.test("ratiosOf() compares a window with the baseline's of the same round", () => {
  assertEquals(ratiosOf(windows, { kind: "thread", count: 16, subject: "ours" }), {
    median: 2,
    least: 1,
    most: 3,
  });
});

Deno.test("tableOf() has a row for each number of calls at once", () => {
  assertEquals(
    tableOf(windows, "thread").split("\n").at(-1),
    [
      "| 16 small calls at once | 1.00 (1.00 to 1.00) | 2.00 (1.00 to 3.00) | 10 |",
    ][0],
  );
});

Deno.test("withSection() replaces the section of workers, wherever it is, and adds it at the end", () => {
  const section = "<!-- workers: made by a tool -->\n\ntext\n\n<!-- /workers -->";
  const page = withSection("# Page\n", "workers", section);
  assertEquals(page, `# Page\n\n${section}\n`);
  assertEquals(sectionIn(page, "workers"), section);
  const other = section.replace("text", "other");
  assertEquals(withSection(page, "workers", other), `# Page\n\n${other}\n`);
  assertEquals(sectionIn("# Page\n", "workers"), "");
  assertEquals(withSection("# Page\n", "workers", ""), "# Page\n");
});
