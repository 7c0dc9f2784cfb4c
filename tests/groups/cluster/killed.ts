import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import { DeadlineError, NotSentError, WebSocketError } from "../../../mod.ts";
import { until } from "../../helpers/waiting.ts";
import { Cluster, type ServerProcess, untilAsync } from "./cluster.ts";

/** So long until the members of a process that was killed have left, at most, in ms. */
const LEFT = 10_000;
const CLIENTS = 300;
const ROOMS = 30;

/** Lets a process broadcast until it is stopped, but not faster than the others can read. */
class Sending implements AsyncDisposable {
  readonly #over: Promise<void>;
  #isEnding = false;

  constructor(process: ServerProcess) {
    this.#over = this.#send(process).catch(() => {}); // it was killed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    await this.#over;
  }

  async #send({ control }: ServerProcess): Promise<void> {
    while (!this.#isEnding) {
      await control.broadcast(ROOMS);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
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
  const left = new Set<string>();
  const group = await cluster.group(room, (event) => {
    if (event.type === "leave") left.add(event.member.id);
  });
  const ids = async ({ control }: ServerProcess) => (await control.local(room)).map(({ id }) => id);
  const [ofA, ofB, ofC] = [await ids(a), await ids(b), await ids(c)];
  const allOfC = (await Promise.all(rooms.map(c.control.local))).flat().map(({ id }) => id);
  assertEquals(allOfC.length, CLIENTS / 3);
  assertGreater(Math.min(ofA.length, ofB.length, ofC.length), 2);
  await a.control.beginCalls(room, ofB);
  await b.control.beginCalls(room, ofA);
  await using sending = new AsyncDisposableStack();
  for (const process of processes) sending.use(new Sending(process));
  const waiting = ofC.map((id) => group.member(id).getDriver().wait());
  const outcomes = Promise.allSettled(waiting);
  await until(
    () => clients.filter(({ waits }) => waits.begun > 0).length === ofC.length,
    "the members of C are being called",
  );

  await c.kill();
  const end = performance.now() + LEFT;
  const calls = Promise.allSettled(
    ofC.map((id) => group.member(id).getDriver().add(1, 2)),
  );
  const gone = async ({ control }: ServerProcess): Promise<boolean> => {
    const known = new Set((await Promise.all(rooms.map(control.known))).flat());
    return allOfC.every((id) => !known.has(id));
  };
  const allGone = async (): Promise<boolean> =>
    ofC.every((id) => left.has(id)) && await gone(a) && await gone(b);
  await untilAsync(allGone, "C's members have left", end - performance.now());
  for (const outcome of [...await outcomes, ...await calls]) {
    assert(outcome.status === "rejected" && isGone(outcome.reason), Deno.inspect(outcome));
  }
  await assertRejects(() => group.member(ofC[0]!).getDriver().add(1, 2), NotSentError);
  const rest = [...ofA, ...ofB].sort();
  for (const { control } of [a, b]) {
    assertEquals((await control.members(room)).map(({ id }) => id).sort(), rest);
  }

  await sending.disposeAsync();
  await cluster.allHeard([a, b]);
  for (const { control } of [a, b]) {
    const { right, faults } = await control.endCalls();
    assertEquals(faults, []);
    assertGreater(right, 0);
  }
  assertEquals(ears.faults, []);
});
