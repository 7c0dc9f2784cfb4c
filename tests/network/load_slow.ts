/** Short forms of what `deno task load` measures: memory is flat, killed clients leave nothing. */
import { assertEquals, assertGreater } from "@std/assert";
import type { Wire } from "../../tools/load/lab.ts";
import { costOfLimits, ratioOf } from "../../tools/load/limits_cost.ts";
import { bursts, calls, hold } from "../../tools/load/scenarios.ts";

const CONNECTIONS = Number(Deno.env.get("LOAD_CONNECTIONS") ?? 400);
const CALLS = Number(Deno.env.get("LOAD_CALLS") ?? 40_000);

for (const wire of ["linked", "plain"] as const satisfies readonly Wire[]) {
  Deno.test(`a server holds ${CONNECTIONS} ${wire} connections and lets go when they are killed`, async () => {
    const { faults, samples } = await hold({
      wire,
      connections: CONNECTIONS,
      isPatient: false,
      processes: 2,
    });
    assertEquals(faults, []);
    const [none, all] = [0, CONNECTIONS];
    const held = samples.map(({ connections }) => connections);
    assertEquals(held, [none, all, all, none, all, none]);
  });

  Deno.test(`a server takes ${CONNECTIONS / 2} ${wire} connects at once when they come in bursts`, async () => {
    const { faults } = await bursts({ wire, count: CONNECTIONS / 2, bursts: 2, every: 0 });
    assertEquals(faults, []);
  });

  Deno.test(`memory stays flat when ${CALLS} ${wire} calls go over one connection`, async () => {
    const { faults } = await calls({ wire, calls: CALLS, atOnce: 256 });
    assertEquals(faults, []);
  });
}

Deno.test("costOfLimits() gives what it measured of both", async () => {
  const { wire, atOnce, on, off, ratio, spread } = await costOfLimits({
    wire: "linked",
    atOnce: 16,
    calls: 500,
    pairs: 1,
  });
  assertEquals([wire, atOnce], ["linked", 16]);
  assertGreater(Math.min(on, off), 0);
  assertEquals([ratio, ...spread], Array(3).fill(on / off)); // of the one pair
});

Deno.test("ratioOf() compares within each pair, whatever the machine did between them", () => {
  const cost = ratioOf({ on: [90, 9, 80, 10, 70], off: [100, 10, 100, 10, 100] });
  assertEquals(cost, { ratio: 0.9, spread: [0.8, 0.9], on: 70, off: 100 });
  assertEquals(ratioOf({ on: [1, 2, 3, 4], off: [1, 1, 1, 1] }).spread, [2, 4]);
});
