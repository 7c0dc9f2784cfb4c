import { equal, ok } from "../check.ts";
import type { Case, World } from "../world.ts";

const SOUND = { is: true, dates: true };

function sound(event: { readonly type: string }, type: string, ...dates: unknown[]): unknown {
  return { is: event.type === type, dates: dates.every((date) => date instanceof Date) };
}

/** What a client's listener is told of one call of `plus(1, 2)`. */
async function told(world: World, type: "send" | "complete"): Promise<unknown[]> {
  const { connector, remote } = await world.visit();
  const events: unknown[] = [];
  // deno-lint-ignore no-explicit-any -- each event has its own shape
  connector.on(type, (event: any) => {
    const { function: call, return: result } = event;
    const dates = type === "send" ? [event.time] : [event.requested_at, event.completed_at];
    events.push(
      sound(event, type, ...dates),
      [typeof call.uid, call.listener, call.parameters],
      result && [result.uid === call.uid, result.success, result.value],
    );
  });
  equal(await remote.plus(1, 2), 3);
  return events;
}

const PLUS = ["number", "plus", [{ type: "number", value: 1 }, { type: "number", value: 2 }]];

const client: readonly Case[] = [
  {
    name: "on() tells of a call when it is sent",
    run: async (world) => equal(await told(world, "send"), [SOUND, PLUS, undefined]),
  },
  {
    name: "on() tells of a call when it is complete",
    run: async (world) => equal(await told(world, "complete"), [SOUND, PLUS, [true, true, 3]]),
  },
  {
    name: "a listener's changes travel when it changes a parameter or a result",
    async run(world) {
      const { connector, remote } = await world.visit();
      connector.on("send", ({ function: { parameters } }) => parameters[0].value += 10);
      connector.on("complete", ({ return: result }) => result.value *= 100);
      equal(await remote.plus(1, 2), 1_300);
    },
  },
  {
    name: "a listener changes what is thrown when a call is complete",
    async run(world) {
      const { connector, remote } = await world.visit();
      connector.on("complete", ({ return: result }) => result.value.message += ", a listener says");
      const error = await remote.raise("error").catch((error: unknown) => error);
      equal(error.message, "too large, a listener says");
    },
  },
  {
    name: "a listener harms nothing when it throws",
    async run(world) {
      const { connector, remote } = await world.visit();
      let told = 0;
      for (const type of ["send", "complete"]) {
        connector.on(type, () => {
          throw new Error("a listener that fails");
        });
        connector.on(type, () => told++);
      }
      equal(await remote.plus(1, 2), 3);
      equal(told, 2);
    },
  },
  {
    name: "on() counts a listener once when it is added twice, and off() ends it",
    async run(world) {
      const { connector, remote } = await world.visit();
      let told = 0;
      const listener = (): void => void told++;
      connector.on("send", listener);
      connector.on("send", listener);
      await remote.plus(1, 2);
      equal(told, 1);
      connector.off("send", listener);
      await remote.plus(1, 2);
      equal(told, 1);
    },
  },
  {
    name: "off() is no fault when the listener never was on",
    needs: ["our client"],
    async run(world) {
      const { connector, remote } = await world.visit();
      connector.off("send", () => {});
      connector.off("complete", () => {});
      equal(await remote.plus(1, 2), 3);
    },
  },
  {
    name: "listeners stay on when the connector connects again",
    async run(world) {
      const { connector, remote, connect } = world.prepare("/accept");
      let told = 0;
      connector.on("send", () => told++);
      for (let times = 1; times <= 3; times++) {
        await connect();
        await remote.plus(1, 2);
        equal(told, times);
        await connector.close();
      }
    },
  },
];

const server: readonly Case[] = [
  {
    name: "an acceptor's listeners are told, and their changes travel, when a call is served",
    async run(world) {
      const { remote, saw } = await world.visit("/listen");
      equal(await remote.plus(1, 2), 1_012);
      equal(await saw("receive"), [
        "receive",
        true,
        "plus",
        [{ type: "number", value: 10 }, { type: "number", value: 2 }],
      ]);
      equal(await saw("return of plus"), ["return", true, true, false]);
    },
  },
  {
    name: "an acceptor's listeners are told of the error itself when a call fails",
    async run(world) {
      const { remote, saw, hasSeen } = await world.visit("/listen");
      ok(await remote.raise("error").then(() => false, () => true), "it fails");
      equal(await saw("return of raise"), ["return", true, false, true]);
      ok(await hasSeen("receive"), "its function was found");
    },
  },
  {
    name: "an acceptor's listeners hear of the return alone when a call is refused",
    async run(world) {
      const { remote, saw, hasSeen } = await world.visit("/listen");
      ok(await remote.absent().then(() => false, () => true), "it is refused");
      equal(await saw("return of absent"), ["return", true, false, true]);
      ok(!await hasSeen("receive"), "no function was found");
    },
  },
];

/** Listeners at both ends. */
export const EVENTS: readonly Case[] = [...client, ...server];
