import { assert, assertEquals, assertGreater } from "@std/assert";
import { AT_CONNECTOR, type Phase } from "./row.ts";
import { groups } from "./rows/all.ts";
import { SERVERS } from "./victims/settings.ts";

const rows = Object.values(groups).flat();
const cases = rows.flatMap((row) => (Object.keys(row.gets) as Phase[]).map((phase) => phase));

Deno.test("groups have 250 reasons or more when rows with the same reason count once", () => {
  const reasons = rows.map(({ reason }) => reason);
  const twice = reasons.filter((reason, at) => reasons.indexOf(reason) !== at);
  assertEquals(twice, []);
  assertGreater(new Set(reasons.map((reason) => reason.toLowerCase())).size, 249);
});

Deno.test("groups attack both ends in every phase when their cases are counted", () => {
  const counts = Map.groupBy(cases, (phase) => phase);
  for (const phase of ["upgraded", "accepted", "linked", ...AT_CONNECTOR] as const) {
    assertGreater(counts.get(phase)?.length ?? 0, 20, phase);
  }
  assertGreater(counts.get("undecided")?.length ?? 0, 9);
  assertGreater(counts.get("tcp")?.length ?? 0, 50);
});

Deno.test("groups say why in words, and name what there is, when they are read", () => {
  for (const { reason, server = "roomy", gets } of rows) {
    assert(reason.split(" ").length >= 2, reason);
    assert(Object.hasOwn(SERVERS, server), `${reason}: ${server}`);
    assertGreater(Object.keys(gets).length, 0, reason);
  }
});
