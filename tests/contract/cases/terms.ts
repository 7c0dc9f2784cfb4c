import { equal, matches, ok, rejects } from "../check.ts";
import type { Case } from "../world.ts";

/** Calls that carry a signal, a limit, or want no return. */
export const TERMS: readonly Case[] = [
  {
    name: "a call is rejected with a DeadlineError that names it when its timeout passes",
    needs: ["our client"],
    async run(world) {
      const { connector, saw } = await world.visit();
      const { later } = connector.getDriver({ timeout: 15 });
      await rejects(later(300, "late"), {
        is: [Error, world.lib.DeadlineError!],
        fields: { code: "DEADLINE" },
        text: "later",
      });
      equal(await saw("finished"), "late"); // it may have run: its return is nobody's
      equal(await connector.getDriver().plus(1, 2), 3);
    },
  },
  {
    name: "a call is rejected with a DeadlineError when its deadline passes",
    needs: ["our client"],
    async run(world) {
      const { connector } = await world.visit();
      const driver = connector.getDriver({ deadline: new Date(Date.now() + 15) });
      await rejects(driver.never(), { is: [world.lib.DeadlineError!] });
    },
  },
  {
    name: "a call is rejected with the signal's reason when it aborts",
    needs: ["our client"],
    async run(world) {
      const { connector, saw } = await world.visit();
      const control = new AbortController();
      const reason = new Error("changed my mind");
      const call = connector.getDriver({ signal: control.signal }).later(300, "asked");
      await saw("begun");
      control.abort(reason);
      ok(await rejects(call) === reason, "it is the reason itself");
      await saw("finished");
      equal(await connector.getDriver().plus(1, 2), 3);
    },
  },
  {
    name: "a call does not leave when its signal has aborted before",
    needs: ["our client"],
    async run(world) {
      const { connector, hasSeen } = await world.visit();
      const signal = AbortSignal.abort(new Error("before"));
      matches(await rejects(connector.getDriver({ signal }).later(0, 1)), { text: "before" });
      equal(await connector.getDriver().plus(1, 2), 3);
      ok(!await hasSeen("begun"), "it has not run");
    },
  },
  {
    name: "a function's signal aborts when its caller cancels the call",
    needs: ["linked"],
    async run(world) {
      const { connector, saw } = await world.visit();
      const control = new AbortController();
      const call = connector.getDriver({ signal: control.signal }).watch();
      await saw("begun");
      control.abort(new Error("no more"));
      await rejects(call, { text: "no more" });
      await saw("aborted");
    },
  },
  {
    name: "a function's signal aborts when its client leaves",
    needs: ["our server"],
    async run(world) {
      const { connector, remote, saw } = await world.visit();
      const call = rejects(remote.watch());
      await saw("begun");
      await connector.close();
      await call;
      await saw("aborted");
    },
  },
  {
    name: "a call resolves at once, and runs, when nobody waits for its return",
    needs: ["our client"],
    async run(world) {
      const { connector, saw } = await world.visit();
      equal(await connector.getDriver({ reply: false }).later(1, "noted"), undefined);
      equal(await saw("finished"), "noted");
    },
  },
];
