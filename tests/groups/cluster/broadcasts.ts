import { assertEquals } from "@std/assert";
import { Cluster } from "./cluster.ts";

const CLIENTS = Number(Deno.env.get("CLUSTER_CLIENTS") ?? 3_000);
const ROOMS = Math.ceil(CLIENTS / 10);
const BROADCASTS = Number(Deno.env.get("CLUSTER_BROADCASTS") ?? 100_000);
/** The broadcasts are sent in so many rounds, at whose ends all clients have heard them. */
const ROUNDS = 20;

Deno.test("broadcasts of three processes reach the members of their rooms in order and once", async () => {
  await using cluster = await Cluster.start(ROOMS);
  const { processes, rooms, ears } = cluster;
  // every fourth is in two rooms
  await cluster.join(CLIENTS, (at) => {
    const others = at % 4 === 0 ? [rooms[(at + 7) % ROOMS]!] : [];
    return [rooms[at % ROOMS]!, ...others];
  });
  const inRound = BROADCASTS / ROUNDS;
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(processes.map(({ control }, at) => {
      return control.broadcast(Math.floor((inRound + at) / processes.length));
    }));
    await cluster.allHeard();
  }
  let sent = 0, expected = 0;
  for (const { control } of processes) {
    for (const [room, count] of Object.entries(await control.sent())) {
      sent += count;
      expected += count * cluster.clients.filter((client) => client.rooms.includes(room)).length;
    }
    assertEquals(await control.errors(), []);
  }
  assertEquals([sent, ears.faults], [BROADCASTS, []]);
  assertEquals(ears.count, expected);
});
