import { assertEquals, assertInstanceOf } from "@std/assert";
import { currentCall, DeadlineError } from "../../mod.ts";
import { SharedTimers } from "../../src/ends/shared_timers.ts";
import { connectedTo, opened } from "../helpers/servers.ts";
import { gate, soon, turn } from "../helpers/waiting.ts";

const HOUR = 3_600_000;

/** The wall clock is off by so many ms from now on. */
function shiftedClock(ms: number): Disposable {
  const { now } = Date;
  Date.now = () => now() + ms;
  return { [Symbol.dispose]: () => void (Date.now = now) };
}

Deno.test("timeout ends a call when the clock is set back meanwhile", async () => {
  await using server = await opened((acceptor) => acceptor.accept({ wait: () => gate().promise }));
  await using connector = await connectedTo(server);
  const call = connector.getDriver({ timeout: 20 }).wait!().catch((error: unknown) => error);
  using _ = shiftedClock(-HOUR);
  assertInstanceOf(await soon(call, "the call is over"), DeadlineError);
});

for (const wire of ["linked", "plain"] as const) {
  Deno.test(`timeout lets a good answer through when the clock is set forward, ${wire}`, async () => {
    const answer = gate<number>(), begun = gate();
    const provider = {
      never: () => gate().promise,
      wait(): Promise<number> {
        begun.open();
        return answer.promise;
      },
    };
    await using server = await opened((acceptor) => acceptor.accept(provider));
    await using connector = await connectedTo(server, { wire });
    const call = connector.getDriver({ timeout: HOUR / 2 }).wait!();
    await begun.promise;
    using _ = shiftedClock(HOUR);
    await connector.getDriver({ timeout: 5 }).never!().catch(() => {}); // its timer looks at all
    answer.open(7);
    assertEquals(await call, 7);
  });
}

Deno.test("currentCall().signal goes on when the clock is set forward", async () => {
  const next = gate();
  const provider = {
    async wait(): Promise<boolean> {
      const served = currentCall();
      await next.promise;
      const { signal } = served; // its timer begins here
      await new Promise((resolve) => setTimeout(resolve, 5));
      return signal.aborted;
    },
  };
  await using server = await opened((acceptor) => acceptor.accept(provider));
  await using connector = await connectedTo(server);
  const call = connector.getDriver({ timeout: HOUR / 2 }).wait!();
  using _ = shiftedClock(HOUR);
  await turn();
  next.open();
  assertEquals(await call, false);
});

Deno.test("deadline is a date of the wall clock when that is off", async () => {
  using _ = shiftedClock(-HOUR);
  const deadline = new Date(Date.now() + HOUR / 2);
  const provider = { told: () => currentCall().deadline!.getTime() };
  await using server = await opened((acceptor) => acceptor.accept(provider));
  await using connector = await connectedTo(server);
  const told = await connector.getDriver({ deadline }).told!() as number;
  // it travels as whole ms left
  assertEquals(Math.round((told - deadline.getTime()) / 60_000), 0);
  const late = connector.getDriver({ deadline: Date.now() - 1 }).told!();
  assertInstanceOf(await late.catch((error: unknown) => error), DeadlineError);
});

Deno.test("close() waits no longer than its grace when the clock is set back meanwhile", async () => {
  await using server = await opened((acceptor) => acceptor.accept({ wait: () => gate().promise }));
  await using connector = await connectedTo(server);
  const call = connector.getDriver().wait!().catch(() => "over");
  const closing = server.close({ grace: 50 });
  using _ = shiftedClock(-HOUR);
  assertEquals(await soon(call, "the server has closed"), "over");
  await closing;
});

Deno.test("later() of shared timers waits its time when the clock is set forward", async () => {
  const timers = new SharedTimers();
  const rung: string[] = [];
  timers.later(HOUR / 2, () => rung.push("late"));
  const first = gate();
  timers.later(1_000, () => {
    rung.push("soon");
    first.open();
  });
  using _ = shiftedClock(HOUR);
  await first.promise;
  assertEquals(rung, ["soon"]);
  timers.clear();
});
