import fc from "npm:fast-check@4.10.2";
import { assert, assertEquals } from "@std/assert";
import { setRealTimeout } from "../../src/global_scope.ts";
import { Clock } from "./clock.ts";
import { isStructured } from "./fuzzed_end.ts";
import type { Wire } from "./grammar.ts";
import { type CallPlan, Model, TIMEOUT } from "./model.ts";
import { Pair, type PairOptions } from "./pair.ts";
import { Followed, fuzz, rest } from "./runs.ts";

/** More than the mark above which nothing is begun. */
const FULL = 20 * 2 ** 20;

/** What a run does, one after the other. */
type Step =
  | { readonly kind: "call"; readonly plan: CallPlan }
  | { readonly kind: "settle"; readonly nth: number; readonly isOk: boolean }
  | { readonly kind: "abort"; readonly nth: number }
  | { readonly kind: "deliver"; readonly to: 0 | 1; readonly count: number }
  | { readonly kind: "tick"; readonly ms: number }
  | { readonly kind: "full"; readonly by: 0 | 1; readonly isFull: boolean }
  | { readonly kind: "close"; readonly by: 0 | 1; readonly code: number | undefined }
  | { readonly kind: "cut" };

const end = fc.constantFrom<0 | 1>(0, 1);
const nth = fc.nat({ max: 20 });

/** JSON alone has no bytes. */
function callsOn(wire: Wire): fc.WeightedArbitrary<Step> {
  const plan = fc.record({
    by: end,
    name: wire === "passing"
      ? fc.constantFrom("echo", "through", "rows", "read", "watch")
      : fc.constantFrom("echo", "echo", "fail", "later", "watch"),
    terms: fc.constantFrom("none", "none", "signal", "timeout", "patience", "quiet"),
    pad: fc.constantFrom(0, 0, 0, 1_000, 5_000, 40_000),
    bytes: isStructured(wire) ? fc.constantFrom(0, 0, 1, 2_000) : fc.constant(0),
  });
  return { weight: 8, arbitrary: fc.record({ kind: fc.constant("call"), plan }) };
}

/** What ends no connection. */
const calm: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("settle"), nth, isOk: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("abort"), nth }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("deliver"), to: end, count: fc.nat({ max: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("tick"), ms: fc.constantFrom(1, 5, TIMEOUT) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("full"), by: end, isFull: fc.boolean() }),
  },
];

const stormy: fc.WeightedArbitrary<Step>[] = [
  ...calm,
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("close"),
      by: end,
      code: fc.constantFrom(undefined, 1000, 3001),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut") }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("tick"), ms: fc.constantFrom(400, 6_000, 11_000) }),
  },
];

async function take(step: Step, pair: Pair, { model, clock }: Tools): Promise<void> {
  switch (step.kind) {
    case "call":
      return model.call(step.plan);
    case "settle":
      return model.settle(step.nth, step.isOk);
    case "abort":
      return model.abort(step.nth);
    case "deliver":
      return await pair.deliver(step.to, step.count);
    case "tick":
      return clock.tick(step.ms);
    case "full":
      pair.ends[step.by].socket.ballast = step.isFull ? FULL : 0;
      return;
    case "close":
      void pair.ends[step.by].end.close(step.code, "by plan").catch(() => {}); // it is closed
      return;
    case "cut":
      return pair.cut();
    default:
      step satisfies never;
  }
}

interface Tools {
  readonly model: Model;
  readonly clock: Clock;
}

async function run(options: PairOptions, steps: readonly Step[], isCalm: boolean): Promise<void> {
  using clock = new Clock();
  const pair = await Pair.open(options);
  const model = new Model(pair);
  const joined = pair.ends.map(({ end }) => new Followed(end.join()));
  for (const step of steps) {
    await take(step, pair, { model, clock });
    await rest(8);
    void model.hasEnded; // it is noted while it can be seen
  }
  for (const { socket } of pair.ends) socket.ballast = 0;
  if (isCalm && options.wire !== "plain") {
    for (let round = 0; round < 60; round++) { // a cancel may wait behind much else
      clock.tick(20);
      await pair.deliverAll();
    }
    for (let slice = 0; slice < 2; slice++) {
      await sliceOver();
      await pair.deliverAll();
    }
    model.checkAborts();
  }
  await calmDown(pair, model, clock);
  if (isCalm) {
    assertEquals(model.hasEnded, false, "the connection has ended");
    model.check();
  }
  pair.cut();
  await rest();
  model.check();
  assert(joined.every(({ ending }) => ending?.kind === "resolved"), "a joiner still waits");
  assertEquals(clock.count, 0, "timers remain");
  for (const { socket } of pair.ends) {
    assertEquals(socket.escaped, [], "thrown out of a listener");
    assertEquals(socket.listenerCount, 0, "listeners remain");
  }
}

/** All arrives, all that waits returns. */
async function calmDown(pair: Pair, model: Model, clock: Clock): Promise<void> {
  for (let round = 0; round < 3 || (round < 80 && model.isWaiting); round++) {
    clock.tick(20);
    await pair.deliverAll();
    void model.hasEnded;
    model.settleAll();
    await pair.deliverAll();
    if (round >= 3) await sliceOver();
  }
}

/** Calls that wait for their slice of a turn begin after a timer of the real clock. */
function sliceOver(): Promise<void> {
  return new Promise((resolve) => void setRealTimeout(resolve, 1));
}

for (
  const wire of ["plain", "linked", "structured", "passing"] as const satisfies readonly Wire[]
) {
  Deno.test(`two ends keep to the model when ${wire} frames interleave`, async () => {
    const options = fc.record({
      wire: fc.constant(wire),
      stalls: fc.boolean(),
      heartbeat: fc.constant(Infinity),
    });
    const cases = fc.tuple(
      options,
      fc.array(fc.oneof(callsOn(wire), ...calm), { maxLength: 40, size: "max" }),
    );
    await fuzz(cases, wire === "passing" ? 0.01 : 0.034, ([each, steps]) => run(each, steps, true));
  });

  Deno.test(`two ends keep to the model when ${wire} connections end`, async () => {
    const options = fc.record({
      wire: fc.constant(wire),
      stalls: fc.boolean(),
      heartbeat: fc.constantFrom(Infinity, 300),
    });
    const cases = fc.tuple(
      options,
      fc.array(fc.oneof(callsOn(wire), ...stormy), { maxLength: 40, size: "max" }),
    );
    await fuzz(
      cases,
      wire === "passing" ? 0.01 : 0.034,
      ([each, steps]) => run(each, steps, false),
    );
  });
}

/** Calls run at both ends when the cable is cut; then more by the same connector. */
async function reconnect(options: PairOptions, { before, after, order }: Reconnect): Promise<void> {
  using clock = new Clock();
  const older = await Pair.open(options);
  const calls = new Model(older);
  for (const by of before) calls.call(lasting(by));
  await older.deliverAll();
  older.cut();
  await rest();
  calls.check();
  const younger = await older.again();
  const model = new Model(younger);
  for (const by of after) model.call(lasting(by));
  await younger.deliverAll();
  for (const nth of order) older.waiting[nth % older.waiting.length]?.settle(nth % 2 === 0);
  await younger.deliverAll();
  assertEquals(model.settledCount, 0, "what an old call returned met a younger one");
  model.settleAll();
  await younger.deliverAll();
  assertEquals([model.settledCount, model.hasEnded], [after.length, false]);
  model.check();
  younger.cut();
  await rest();
  assertEquals(clock.count, 0, "timers remain");
}

interface Reconnect {
  readonly before: readonly (0 | 1)[];
  readonly after: readonly (0 | 1)[];
  readonly order: readonly number[];
}

function lasting(by: 0 | 1): CallPlan {
  return { by, name: "later", terms: "none", pad: 0, bytes: 0 };
}

Deno.test("an old return meets no younger call when a connector connects again", async () => {
  const options = fc.record({
    wire: fc.constantFrom<Wire>("plain", "linked", "structured", "passing"),
    stalls: fc.boolean(),
    heartbeat: fc.constant(Infinity),
  });
  const ends = fc.array(end, { minLength: 1, maxLength: 5 });
  const order = fc.array(nth, { minLength: 1, maxLength: 5 });
  const cases = fc.tuple(options, fc.record({ before: ends, after: ends, order }));
  await fuzz(cases, 0.02, ([each, plan]) => reconnect(each, plan));
});
