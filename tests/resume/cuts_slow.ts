import { assertEquals, assertGreater, assertGreaterOrEqual } from "@std/assert";
import { seedOf } from "../network/random.ts";
import { Timers } from "../helpers/timers.ts";
import { until } from "../helpers/waiting.ts";
import { type Kind, KINDS, TEXT_KINDS } from "./callers.ts";
import { type CutPlan, cutRun } from "./cut_line.ts";
import { SeededMath } from "./seeded.ts";

const CUTS = Number(Deno.env.get("CUTS") ?? 1_000);
/** How many calls each end makes, at least. */
const CALLS = Number(Deno.env.get("CUT_CALLS") ?? 100 * CUTS);
/** How often each of the short plans runs, with other seeds. */
const RUNS = Number(Deno.env.get("CUT_RUNS") ?? 2);

/** Calls that return, whatever happens: mostly short ones. */
const LASTING: readonly Kind[] = [
  ...Array<Kind>(30).fill("add"),
  ...["quiet", "slow", "text", "fail"] as const,
];

Deno.test(`${CUTS} cuts lose none of ${CALLS} calls in each direction, and double none`, async () => {
  const seed = seedOf("CUT_SEED");
  using _math = new SeededMath(seed);
  using timers = new Timers();
  const result = await cutRun({
    seed,
    cuts: CUTS,
    calls: CALLS,
    kinds: LASTING,
    faults: ["cut", "reset"],
    reaches: [300, 900, 9_000, 200_000], // in the handshake, soon after it, later
  }, 600_000);
  assertEquals(result.wrong, []);
  assertEquals(result.ran, result.made);
  assertGreaterOrEqual(Math.min(...result.made), CALLS);
  assertGreaterOrEqual(result.cuts, CUTS);
  assertEquals(result.renewed, 0);
  assertGreater(result.cuts, result.resumed); // others were cut in their handshake
  await until(() => timers.count === 0, "no timer is left");
});

type Plan = Omit<CutPlan, "seed">;
const SHORT = {
  cuts: 20,
  calls: 200,
  faults: ["cut", "reset"],
  reaches: [300, 3_000, 60_000],
} as const;

const PLANS: Readonly<Record<string, Plan>> = {
  "with deadlines and signals": { ...SHORT, kinds: TEXT_KINDS },
  "with bytes": { ...SHORT, kinds: KINDS, reaches: [300, 3_000, 60_000, 300_000] },
  "when the server checks each header": { ...SHORT, kinds: KINDS, checks: true },
  "when little is kept": {
    ...SHORT,
    kinds: KINDS,
    client: { unacknowledgedBytes: 30_000 },
    server: { unacknowledgedBytes: 80_000 },
  },
  "when sockets hold little": {
    ...SHORT,
    kinds: KINDS,
    limits: { sendBytes: 10_000 },
    faults: ["cut", "reset", "throttle"],
  },
  "when connections go silent": {
    ...SHORT,
    cuts: 8,
    kinds: KINDS,
    heartbeat: 300,
    faults: ["stall", "cut", "delay"],
  },
  "when windows are short": { ...SHORT, kinds: KINDS, server: { window: 15 }, mayEnd: true },
  "when no session is kept": { ...SHORT, kinds: KINDS, server: { awaySessions: 0 }, mayEnd: true },
};

for (const [name, plan] of Object.entries(PLANS)) {
  Deno.test(`calls settle, and run once at most, ${name}`, async () => {
    const first = seedOf("CUT_SEED");
    for (let seed = first; seed < first + RUNS; seed++) {
      using _math = new SeededMath(seed);
      using timers = new Timers();
      const result = await cutRun({ ...plan, seed });
      assertEquals(result.wrong, [], `CUT_SEED=${seed}`);
      if (plan.mayEnd !== true) assertEquals(result.renewed, 0, `CUT_SEED=${seed}`);
      assertGreater(result.resumed + result.renewed, 0);
      await until(() => timers.count === 0, "no timer is left");
    }
  });
}
