import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import { DeadlineError, NotSentError, WebSocketError } from "../../../mod.ts";
import { until } from "../../helpers/waiting.ts";
import { Cluster, type ServerProcess, untilAsync } from "./cluster.ts";

/** So long until the members of a process that was killed have left, at most, in ms. */
const LEFT = 10_000;
const CLIENTS = 300;
const ROOMS = 30;

/** Broadcasts from these processes until it is stopped. */
function keepSending(processes: readonly ServerProcess[]): { stop(): Promise<void> } {
  let isOver = false;
  const sending = Promise.all(processes.map(async ({ control }) => {
    while (!isOver) {
      await control.broadcast(200);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }));
  return {
    async stop() {
      isOver = true;
      await sending;
    },
  };
}

/** An error with which calls to a process that is gone reject. */
function isGone(error: unknown): boolean {
  return [DeadlineError, WebSocketError, NotSentError].some((one) => error instanceof one);
}

Deno.test("the members of a killed process leave everywhere, and others lose no call", async () => {
  await using cluster = await Cluster.start(ROOMS);
  const { processes, rooms, clients, ears } = cluster;
  const [a, b, c] = processes as [ServerProcess, ServerProcess, ServerProcess];
  await cluster.join(CLIENTS, (at) => [rooms[Math.floor(at / 3) % ROOMS]!]);
  const room = rooms[0]!;
  const group = await cluster.group(room);
  const ids = async ({ control }: ServerProcess) => (await control.local(room)).map(({ id }) => id);
  const [ofA, ofB, ofC] = [await ids(a), await ids(b), await ids(c)];
  const allOfC = (await Promise.all(rooms.map(c.control.local))).flat().map(({ id }) => id);
  assertEquals(allOfC.length, CLIENTS / 3);
  assertGreater(Math.min(ofA.length, ofB.length, ofC.length), 2);
  await a.control.beginCalls(room, ofB);
  await b.control.beginCalls(room, ofA);
  const sending = keepSending([a, b]);
  void c.control.broadcast(1_000_000).catch(() => {}); // it doesn't get that far
  const waiting = ofC.map((id) => group.member(id).getDriver().wait());
  const outcomes = Promise.allSettled(waiting);
  await until(
    () => clients.filter(({ waits }) => waits.begun > 0).length === ofC.length,
    "the members of C are being called",
  );

  await c.kill();
  const calls = await Promise.allSettled(
    ofC.map((id) => group.member(id).getDriver().add(1, 2)),
  );
  const gone = async ({ control }: ServerProcess): Promise<boolean> => {
    const known = new Set((await Promise.all(rooms.map(control.known))).flat());
    return allOfC.every((id) => !known.has(id));
  };
  await untilAsync(async () => await gone(a) && await gone(b), "C's members have left", LEFT);
  for (const outcome of [...await outcomes, ...calls]) {
    assert(outcome.status === "rejected" && isGone(outcome.reason), Deno.inspect(outcome));
  }
  await assertRejects(() => group.member(ofC[0]!).getDriver().add(1, 2), NotSentError);
  const rest = [...ofA, ...ofB].sort();
  for (const { control } of [a, b]) {
    assertEquals((await control.members(room)).map(({ id }) => id).sort(), rest);
  }

  await sending.stop();
  await cluster.allHeard([a, b]);
  for (const { control } of [a, b]) {
    const { right, faults } = await control.endCalls();
    assertEquals(faults, []);
    assertGreater(right, 0);
  }
  assertEquals(ears.faults, []);
});
