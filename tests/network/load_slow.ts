/** Short forms of what `deno task load` measures: memory is flat, killed clients leave nothing. */
import { assertEquals } from "@std/assert";
import type { Wire } from "../../tools/load/lab.ts";
import { costOfLimits } from "../../tools/load/limits_cost.ts";
import { bursts, calls, hold } from "../../tools/load/scenarios.ts";

for (const wire of ["linked", "plain"] as const satisfies readonly Wire[]) {
  Deno.test(`a server holds 400 ${wire} connections and lets go when they are killed`, async () => {
    const { faults, samples } = await hold({
      wire,
      connections: 400,
      isPatient: false,
      processes: 2,
    });
    assertEquals(faults, []);
    assertEquals(samples.map(({ connections }) => connections), [0, 400, 400, 0, 400, 0]);
  });

  Deno.test(`a server takes 200 ${wire} connects at once when they come in bursts`, async () => {
    const { faults } = await bursts({ wire, count: 200, bursts: 2, every: 0 });
    assertEquals(faults, []);
  });

  Deno.test(`memory stays flat when 40,000 ${wire} calls go over one connection`, async () => {
    const { faults } = await calls({ wire, calls: 40_000, atOnce: 256 });
    assertEquals(faults, []);
  });
}

Deno.test("costOfLimits() compares the two when they take turns", async () => {
  const cost = await costOfLimits({ wire: "linked", atOnce: 16, calls: 500, pairs: 2 });
  assertEquals([cost.wire, cost.atOnce], ["linked", 16]);
  const [least, most] = cost.spread; // no figure is demanded here: the machine may be busy
  assertEquals(least > 0 && least <= cost.ratio && cost.ratio <= most, true);
});
