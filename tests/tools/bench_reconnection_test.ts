import { assertEquals } from "@std/assert";
import type { Window } from "../../tools/bench/client.ts";
import { costsOf } from "../../tools/bench/reconnection.ts";
import { withSection } from "../../tools/section.ts";

function windows(subject: string, perSecond: readonly number[]): Window[] {
  return perSecond.map((value, at) => ({
    workload: "sequential",
    round: at + 1,
    subject,
    perSecond: value,
    cpu: 100 / value,
  }));
}

Deno.test("costsOf() compares a window with both others of its round", () => {
  const [cost] = costsOf([
    ...windows("on", [9, 30, 5]),
    ...windows("off", [8, 40, 5]),
    ...windows("off again", [12, 20, 5]),
  ]);
  const { speed, noise, perSecond } = cost!;
  assertEquals(speed, { median: 1, lower: 0.75, upper: 1.125 });
  assertEquals(noise, { median: 1, lower: 0.5, upper: 1.5 });
  assertEquals(perSecond, 8);
});

Deno.test("withSection() replaces the section of reconnection, or adds it before the workers'", () => {
  const section = "<!-- reconnection: made by a tool -->\n\ntext\n\n<!-- /reconnection -->";
  const workers = "<!-- workers: made by a tool -->\n\nworkers\n\n<!-- /workers -->\n";
  assertEquals(withSection("# Page\n", "reconnection", section), `# Page\n\n${section}\n`);
  const page = withSection(`# Page\n\n${workers}`, "reconnection", section);
  assertEquals(page, `# Page\n\n${section}\n\n${workers}`);
  const other = section.replace("text", "$& other");
  assertEquals(withSection(page, "reconnection", other), `# Page\n\n${other}\n\n${workers}`);
});

Deno.test("withSection() replaces the section at the end of a page without workers, whose text ends in a line", () => {
  const part = "<!-- reconnection: made by a tool -->\n\ntext\n\n<!-- /reconnection -->\n";
  const page = withSection("# Page\n", "reconnection", part);
  assertEquals(page, `# Page\n\n${part}`);
  const other = part.replace("text", "other");
  assertEquals(withSection(page, "reconnection", other), `# Page\n\n${other}`);
});
