import { assertEquals, assertGreater } from "@std/assert";
import { Cluster, untilAsync } from "./cluster.ts";

const CLIENTS = 90;
const ROOMS = 9;
const CHANGES = 10_000;
const SEED = Number(Deno.env.get("CLUSTER_SEED") ?? Math.floor(Math.random() * 1_000_000) + 1);

Deno.test(`members() is true in every process after ${CHANGES} joins and leaves (CLUSTER_SEED=${SEED})`, async () => {
  await using cluster = await Cluster.start(ROOMS);
  const { processes, rooms } = cluster;
  await cluster.join(CLIENTS, (at) => [rooms[at % ROOMS]!]);
  await Promise.all(processes.map(({ control }, at) => {
    return control.churn(SEED + at, Math.floor((CHANGES + at) / processes.length));
  }));
  let total = 0;
  for (const room of rooms) {
    const group = await cluster.group(room);
    const lists = await Promise.all(processes.map(({ control }) => control.local(room)));
    const truth = lists.flat().map(({ id, info: { name } }) => `${id} ${name}`).sort();
    total += truth.length;
    const members = [group.members(), ...processes.map(({ control }) => control.members(room))];
    for (const list of await Promise.all(members)) {
      assertEquals(list.map(({ id, info: { name } }) => `${id} ${name}`).sort(), truth);
    }
    const ids = lists.flat().map(({ id }) => id).sort().join();
    for (const { name, control } of processes) {
      const isKnown = async () => (await control.known(room)).sort().join() === ids;
      await untilAsync(isKnown, `the events in ${name} say the same`);
    }
  }
  assertGreater(total, CLIENTS);
  for (const { control } of processes) assertEquals(await control.errors(), []);
});
