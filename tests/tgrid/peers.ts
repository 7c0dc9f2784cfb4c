import { equal, inTime, matches, ok, rejects } from "../contract/check.ts";
import type { Case, Visit, World } from "../contract/world.ts";

/** How long what is done many times at once may take, in ms. */
const LONG = 100_000;

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** As many visits at once. */
function visits(world: World, count: number, path = "/accept"): Promise<Visit[]> {
  const provider = { same: (value: unknown) => value, early: (i: number) => i * 2 };
  return Promise.all(numbers(count).map(() => world.visit(path, { provider })));
}

/** What programs do to their peers all day, in quantities: runs against TGrid's ends and ours. */
export const PEERS: readonly Case[] = [
  {
    name: "100 connections are served when they are open at once",
    async run(world) {
      const open = await visits(world, 100);
      const calls = open.map(({ remote }, i) => remote.plus(i, 1));
      equal(await inTime(Promise.all(calls), "the returns", LONG), numbers(100).map((i) => i + 1));
      const back = open.map(({ remote }, i) => remote.callBack("same", i));
      const wanted = numbers(100).map((value) => ({ value }));
      equal(await inTime(Promise.all(back), "the calls back", LONG), wanted);
      await inTime(Promise.all(open.map(({ connector }) => connector.close())), "the ends", LONG);
      equal(open.map(({ connector }) => connector.state), numbers(100).map(() => 3));
      for (const { saw } of open) equal(await saw("joined"), 3);
    },
  },
  {
    name: "100 of 100 servers' calls are answered when they are made right after accept()",
    needs: ["an end of ours"],
    async run(world) {
      const open = await visits(world, 100, "/early?calls=3");
      const answers = await Promise.all(open.map(({ saw }) => saw("answers")));
      // the first is what accept() gave
      equal(answers.map((one) => (one as unknown[]).slice(1)), numbers(100).map(() => [0, 2, 4]));
    },
  },
  {
    name: "1,000 calls are answered, each by its own, when they are in flight at once",
    async run(world) {
      const { remote } = await world.visit();
      const calls = numbers(1_000).map((i) => remote.same(i));
      equal(await inTime(Promise.all(calls), "the returns", LONG), numbers(1_000));
    },
  },
  {
    name: "1,000 calls of a server are answered when they are in flight at once",
    async run(world) {
      const [visit] = await visits(world, 1);
      const back = visit!.remote.callBackMany("same", 1_000);
      equal(await inTime(back, "the returns", LONG), numbers(1_000));
    },
  },
  {
    name: "calls cross each other, and none is mixed up, when 20 clients call both ways",
    async run(world) {
      const open = await visits(world, 20);
      const calls = open.flatMap(({ remote }, i) =>
        numbers(25).map((j) => j % 2 === 0 ? remote.same([i, j]) : remote.callBack("same", [i, j]))
      );
      const wanted = open.flatMap((_, i) =>
        numbers(25).map((j) => j % 2 === 0 ? [i, j] : { value: [i, j] })
      );
      equal(await inTime(Promise.all(calls), "the returns", LONG), wanted);
    },
  },
  {
    name: "a call takes 20 MB when its parameter is that large",
    async run(world) {
      const { remote } = await world.visit();
      const size = 20_000_000;
      equal(await inTime(remote.size("x".repeat(size)), "the return", LONG), size);
      equal(await remote.plus(1, 2), 3);
    },
  },
  {
    name: "one object connects 20 times when it closes each time",
    async run(world) {
      const { connector, remote, connect } = world.prepare("/accept");
      for (const i of numbers(20)) {
        await connect();
        equal(await remote.plus(i, 1), i + 1);
        await connector.close();
      }
      equal(connector.state, 3);
    },
  },
  {
    name: "every call settles when 30 clients leave in the middle of them",
    async run(world) {
      const open = await visits(world, 30);
      const calls = open.flatMap(({ remote }) =>
        numbers(10).map(() => rejects(remote.never(), { is: [world.lib.WebSocketError] }))
      );
      await Promise.all(open.map(({ connector }) => connector.close(3005, "enough")));
      const errors = await inTime(Promise.all(calls), "the rejections", LONG);
      equal(errors.length, 300);
      for (const error of errors) matches(error, { fields: { status: 3005, message: "enough" } });
    },
  },
  {
    name: "50 of 50 clients are turned away, each with its own reason, when they come at once",
    async run(world) {
      const attempts = numbers(50).map(async (i) => {
        const { connect } = world.prepare(`/reject?status=${3_000 + i}&reason=no${i}`);
        return matches(await rejects(connect()), {
          is: [world.lib.WebSocketError],
          fields: { status: 3_000 + i, message: `no${i}` },
        });
      });
      equal((await Promise.all(attempts)).length, 50);
    },
  },
  {
    name: "a program of everything goes through when it does one thing after another",
    async run(world) {
      const provider = { deep: { greet: (name: string) => `hello ${name}` } };
      const header = { token: "secret" };
      const { connector, remote, saw } = await world.visit("/accept", { header, provider });
      equal(await saw("header"), ["given", header]);
      equal(await remote.deep.a.b.c.leaf(1), 2);
      equal(await remote.callBack("deep.greet", "you"), { value: "hello you" });
      const error = await rejects(remote.raise("error with fields"));
      matches(error, { fields: { name: "TypeError", code: "E_USER", deep: { a: [1] } } });
      const joined = connector.join();
      equal(await connector.join(5), false);
      await connector.close();
      await inTime(joined, "the join");
      equal(await saw("joined"), 3);
      ok(connector.state === 3, "it is closed");
    },
  },
];
