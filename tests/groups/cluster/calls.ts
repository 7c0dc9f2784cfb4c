import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { DeadlineError, mayHaveRun, NotSentError, RemoteError } from "../../../mod.ts";
import { until } from "../../helpers/waiting.ts";
import { Cluster } from "./cluster.ts";
import type { Guest, Name } from "./shared.ts";
import type { Group, Member } from "../../../mod.ts";

const CLIENTS = 30;
/** Over NATS's limit of one message, with what is around it. */
const LARGE = "a".repeat(1_100_000);

/** A cluster with one room, and a group in this process, which calls the members of the others. */
async function withRoom(
  use: (group: Group<Guest, Name>, cluster: Cluster) => Promise<void>,
): Promise<void> {
  await using cluster = await Cluster.start(1);
  const room = cluster.rooms[0]!;
  await cluster.join(CLIENTS, () => [room]);
  const group = await cluster.group(room);
  assertEquals((await group.members()).length, CLIENTS);
  await use(group, cluster);
  for (const { control } of cluster.processes) assertEquals(await control.errors(), []);
}

/** One member of each process, with its client. */
async function oneOfEach(group: Group<Guest, Name>, { clients, processes }: Cluster) {
  const members = await group.members();
  return processes.map(({ name: place }) => {
    const client = clients.find((one) => one.place === place)!;
    const member = members.find(({ info }) => info.name === client.name) as Member<Name>;
    return { client, member };
  });
}

Deno.test("ask() gets the values and errors of the members of all processes", () =>
  withRoom(async (group, { clients }) => {
    const sums = new Map<string, unknown>();
    for await (const answer of group.ask().add(2, 3)) {
      assert("value" in answer);
      sums.set(answer.member.info.name, answer.value);
    }
    assertEquals([sums.size, new Set(sums.values())], [CLIENTS, new Set([5])]);
    let failed = 0;
    for await (const answer of group.ask().fail(7)) {
      assert("error" in answer);
      assertInstanceOf(answer.error, RemoteError);
      const { name, message, code, method } = answer.error;
      assertEquals([name, message, code, method], ["RangeError", "out of range", 7, "fail"]);
      failed++;
    }
    assertEquals(failed, CLIENTS);
    let large = 0;
    for await (const answer of group.ask({ timeout: 60_000 }).echo(LARGE)) {
      assert("value" in answer && answer.value === LARGE);
      large++;
    }
    assertEquals(large, CLIENTS);
    let silent = 0;
    for await (const answer of group.ask({ timeout: 1_000 }).wait()) {
      assert("error" in answer);
      assertInstanceOf(answer.error, DeadlineError);
      silent++;
    }
    assertEquals(silent, CLIENTS);
    await until(() => clients.every(({ waits }) => waits.canceled === 1), "all have stopped");
    const answers = group.ask().wait()[Symbol.asyncIterator]();
    await until(() => clients.every(({ waits }) => waits.begun === 2), "all wait");
    await answers.return!();
    await until(() => clients.every(({ waits }) => waits.canceled === 2), "all have stopped");
  }));

Deno.test("member() calls members of other processes with values, errors and large results", () =>
  withRoom(async (group, cluster) => {
    for (const { member } of await oneOfEach(group, cluster)) {
      const driver = group.member(member.id).getDriver();
      const numbers = Array.from({ length: 1_000 }, (_, x) => x);
      const sums = await Promise.all(numbers.map((x) => driver.add(x, 1)));
      assertEquals(sums, numbers.map((x) => x + 1));
      const error = await assertRejects(() => driver.fail(9), RemoteError, "out of range");
      assertEquals([error.name, error.code, error.method, mayHaveRun(error)], [
        "RangeError",
        9,
        "fail",
        "yes",
      ]);
      assertEquals(await driver.echo(LARGE), LARGE);
    }
    const large = (await oneOfEach(group, cluster)).map(({ member }) =>
      group.member(member.id).getDriver().echo(LARGE)
    );
    assertEquals((await Promise.all(large)).map((text) => text === LARGE), [true, true, true]);
    const guess = `${(await group.members())[0]!.id.slice(0, -1)}!`;
    await assertRejects(() => group.member(guess).getDriver().add(1, 2), NotSentError);
  }));

Deno.test("member() keeps deadlines and signals across processes", () =>
  withRoom(async (group, cluster) => {
    for (const { member, client: { waits } } of await oneOfEach(group, cluster)) {
      const handle = group.member(member.id);
      await assertRejects(() => handle.getDriver({ timeout: 500 }).wait(), DeadlineError);
      await until(() => waits.begun === 1 && waits.canceled === 1, "the member has stopped");
      const control = new AbortController();
      const call = handle.getDriver({ signal: control.signal }).wait();
      await until(() => waits.begun === 2, "the member waits");
      control.abort(new Error("enough"));
      await assertRejects(() => call, Error, "enough");
      await until(() => waits.canceled === 2, "the member has stopped");
    }
  }));
