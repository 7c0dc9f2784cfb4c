import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  type Bus,
  ConnectionClosedError,
  DeadlineError,
  Group,
  NotSentError,
  WebSocketError,
} from "../../mod.ts";
import { LocalEnd, localPair } from "../helpers/local_end.ts";
import { Broker, type MemoryBus } from "./memory_bus.ts";

interface Guest {
  add(x: number, y: number): number;
  wait(): Promise<void>;
}
interface Name {
  readonly name: string;
}

/** A process of a test, whose members need no server. */
interface Process {
  readonly bus: MemoryBus;
  readonly group: Group<Guest, Name>;
  readonly log: string[];
  join(name: string): LocalEnd<null, Guest>;
}

/** Lets time pass until a promise settles, at most for a minute. */
async function passed<T>(time: FakeTime, promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = (): void => void (isOver = true);
  promise.then(over, over);
  for (let ms = 0; ms < 60_000 && !isOver; ms += 50) await time.tickAsync(50);
  assert(isOver);
  return await promise;
}

/** Lets time pass in steps, so that what timers begin goes on in between. */
async function pass(time: FakeTime, ms: number): Promise<void> {
  for (let step = 0; step < ms; step += 50) await time.tickAsync(Math.min(50, ms - step));
  await time.runMicrotasks();
}

async function start(time: FakeTime, broker: Broker, name = "room"): Promise<Process> {
  const bus = broker.bus();
  const log: string[] = [];
  const group = new Group<Guest, Name>(name, {
    bus,
    onEvent(event) {
      if (event.type === "join") log.push(`+${event.member.info.name}`);
      if (event.type === "leave") log.push(`-${event.member.info.name}`);
    },
  });
  await passed(time, group.open());
  return {
    bus,
    group,
    log,
    join(name) {
      const guest: Guest = { add: (x, y) => x + y, wait: () => new Promise(() => {}) };
      const [end] = localPair<null, Guest>(null, guest);
      group.add(end, { name });
      return end;
    },
  };
}

Deno.test("the members of a process that is gone leave within ten seconds, and calls reject", async () => {
  using time = new FakeTime();
  const broker = new Broker();
  const [a, b, c] = [
    await start(time, broker),
    await start(time, broker),
    await start(time, broker),
  ];
  for (const [place, name] of [[a, "Ada"], [b, "Bob"], [c, "Cyd"]] as const) place.join(name);
  await pass(time, 100);
  const bob = (await passed(time, a.group.members())).find(({ info }) => info.name === "Bob")!;
  const errors: unknown[] = [];
  const waits = [
    a.group.member(bob.id).getDriver().wait(),
    c.group.member(bob.id).getDriver().wait(),
  ];
  for (const wait of waits) wait.catch((error) => errors.push(error));
  await pass(time, 3_000);
  assertEquals(errors, []); // it only takes long
  b.bus.isCut = true;
  let ms = 0;
  for (; ms < 10_000 && !(a.log.includes("-Bob") && c.log.includes("-Bob")); ms += 100) {
    await pass(time, 100);
  }
  assertEquals([a.log.at(-1), c.log.at(-1)], ["-Bob", "-Bob"]);
  assert(
    errors.length === 2 &&
      errors.every((error) => error instanceof DeadlineError || error instanceof WebSocketError),
    `${errors}`,
  );
  await assertRejects(() => a.group.member(bob.id).getDriver().add(1, 2), NotSentError, "has left");
  assertEquals((await passed(time, a.group.members())).map(({ info }) => info.name), [
    "Ada",
    "Cyd",
  ]);
  // it was only cut off, and comes back
  b.bus.isCut = false;
  await pass(time, 1_500);
  assertEquals([a.log.at(-1), c.log.at(-1)], ["+Bob", "+Bob"]);
  assertEquals(await passed(time, a.group.member(bob.id).getDriver().add(1, 2)), 3);
  for (const { group } of [a, b, c]) await passed(time, group.close());
  assertEquals(broker.subscriptions, 0);
});

Deno.test("ask() counts each member of a silent process as an error", async () => {
  using time = new FakeTime();
  const broker = new Broker();
  const [a, b] = [await start(time, broker), await start(time, broker)];
  for (const name of ["Bob", "Cyd", "Eve"]) b.join(name);
  await pass(time, 100);
  b.bus.isCut = true;
  const silent: string[] = [];
  const asking = (async () => {
    for await (const answer of a.group.ask({ timeout: 500 }).wait()) {
      assert("error" in answer && answer.error instanceof DeadlineError);
      silent.push(answer.member.info.name);
    }
  })();
  await passed(time, asking);
  assertEquals(silent.sort(), ["Bob", "Cyd", "Eve"]);
  for (const { group } of [a, b]) await passed(time, group.close());
});

Deno.test("processes come together again after the bus was down", async () => {
  using time = new FakeTime();
  const broker = new Broker();
  const [a, b] = [await start(time, broker), await start(time, broker)];
  a.join("Ada");
  const bob = b.join("Bob");
  await pass(time, 100);
  broker.isDown = true;
  await pass(time, 5_000);
  a.join("Eve");
  b.group.remove(bob);
  await pass(time, 60_000);
  broker.isDown = false;
  await pass(time, 2_500);
  for (const { group } of [a, b]) {
    assertEquals((await passed(time, group.members())).map(({ info }) => info.name).sort(), [
      "Ada",
      "Eve",
    ]);
  }
  assertEquals(b.log.slice(-2).sort(), ["+Ada", "+Eve"]);
  for (const { group } of [a, b]) await passed(time, group.close());
});

Deno.test("a change that was lost is found, and a process that was suspended takes nobody for gone", async () => {
  using time = new FakeTime();
  const broker = new Broker();
  const [a, b] = [await start(time, broker), await start(time, broker)];
  await pass(time, 30_000);
  broker.isDown = true;
  a.join("Ada");
  await pass(time, 10);
  broker.isDown = false;
  assertEquals(b.log, []);
  await pass(time, 2_000);
  assertEquals(b.log, ["+Ada"]);
  // while a process is suspended, the clock goes on alone
  const clock = Date;
  globalThis.Date = new Proxy(clock, {
    get: (of, key) => key === "now" ? () => of.now() + 20_000 : Reflect.get(of, key),
  });
  try {
    await pass(time, 1_000);
  } finally {
    globalThis.Date = clock;
  }
  assertEquals(b.log, ["+Ada"]);
  for (const { group } of [a, b]) await passed(time, group.close());
});

Deno.test("groups of other names and of other prefixes hear nothing of each other", async () => {
  using time = new FakeTime();
  const broker = new Broker();
  const names = ["room", "room.", "room.*", "*", ">", ""];
  const places: Process[] = [];
  for (const name of names) places.push(await start(time, broker, name));
  for (const [at, place] of places.entries()) place.join(names[at]!);
  await pass(time, 3_000);
  assertEquals(places.map(({ log }) => log), names.map((name) => [`+${name}`]));
  for (const { group } of places) await passed(time, group.close());
  assertEquals(broker.subscriptions, 0);
});

Deno.test("groups of one name on one bus object know each other", async () => {
  using time = new FakeTime();
  const broker = new Broker();
  const bus = broker.bus();
  const groups = [0, 1].map(() => new Group<Guest, Name>("room", { bus }));
  for (const group of groups) await passed(time, group.open());
  groups.map((group, at) => group.add(new LocalEnd<null, Guest>(null), { name: `${at}` }));
  for (const group of groups) assertEquals((await passed(time, group.members())).length, 2);
  for (const group of groups) await passed(time, group.close());
  assertEquals(broker.subscriptions, 0);
});

Deno.test("close() rejects calls of other processes' members, and open() works again", async () => {
  using time = new FakeTime();
  const broker = new Broker();
  const [a, b] = [await start(time, broker), await start(time, broker)];
  b.join("Bob");
  await pass(time, 100);
  const [bob] = await passed(time, a.group.members());
  const wait = a.group.member(bob!.id).getDriver().wait();
  const rejects = assertRejects(() => wait, ConnectionClosedError);
  await passed(time, a.group.close());
  await rejects;
  await passed(time, a.group.open());
  assertEquals((await passed(time, a.group.members())).length, 1);
  await passed(time, b.group.close());
  await pass(time, 100);
  assertEquals((await passed(time, a.group.members())).length, 0);
  await passed(time, a.group.close());
  assertEquals(broker.subscriptions, 0);
});

Deno.test("open() rejects when the bus doesn't answer, or refuses", async () => {
  using time = new FakeTime();
  const silent: Bus = { maxBytes: 1_024, publish() {}, subscribe: () => new Promise(() => {}) };
  const group = new Group<Guest>("room", { bus: silent, timeout: 500 });
  const error = await assertRejects(() => passed(time, group.open()), DeadlineError);
  assertEquals(
    error.message,
    "Cannot open the group: the bus didn't answer within 500 ms",
  );
  await assertRejects(() => passed(time, group.open()), DeadlineError); // it can be tried again
  const refusing: Bus = { ...silent, subscribe: () => Promise.reject(new Error("not allowed")) };
  await assertRejects(
    () => passed(time, new Group("room", { bus: refusing }).open()),
    Error,
    "not allowed",
  );
});
