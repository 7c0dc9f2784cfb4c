import { assertEquals, assertGreater } from "@std/assert";
import { WebSocketConnector } from "../../../mod.ts";
import { Cluster, untilAsync } from "./cluster.ts";

/** How long `nats-server` is away, in ms. */
const AWAY = 5_000;
/** So long until the processes know each other again, at most, in ms. */
const TOGETHER = 10_000;
const CLIENTS = 60;
const ROOMS = 6;

/** Waits until each process knows the members of all. */
async function allTrue({ processes, rooms }: Cluster): Promise<boolean> {
  for (const room of rooms) {
    const lists = processes.map(({ control }) => control.local(room));
    const truth = (await Promise.all(lists)).flat().map(({ id }) => id).sort();
    for (const { control } of processes) {
      const known = (await control.known(room)).sort();
      if (known.join() !== truth.join()) return false;
      const members = (await control.members(room)).map(({ id }) => id).sort();
      if (members.join() !== truth.join()) return false;
    }
  }
  return true;
}

/** Waits until a new broadcast of each process reaches all clients. */
async function allHear({ processes, clients }: Cluster): Promise<boolean> {
  const before = await Promise.all(processes.map(({ control }) => control.sent()));
  await Promise.all(processes.map(({ control }) => control.broadcast(ROOMS)));
  await new Promise((resolve) => setTimeout(resolve, 50));
  return processes.every(({ name }, at) =>
    clients.every((client) =>
      client.rooms.every((room) => client.heard(room, name) > before[at]![room]!)
    )
  );
}

Deno.test("processes come together again when nats-server was away", async () => {
  await using cluster = await Cluster.start(ROOMS);
  const { nats, processes, rooms, clients, ears } = cluster;
  await cluster.join(CLIENTS, (at) => [rooms[Math.floor(at / 3) % ROOMS]!]);
  for (const { control } of processes) await control.broadcast(ROOMS);
  await cluster.allHeard();
  for (const client of clients) client.isLossy = true;
  let closed = 0;
  for (const { connector } of clients) void connector.join().then(() => closed++);

  await nats.stop();
  const end = performance.now() + AWAY;
  await cluster.join(6, () => [rooms[0]!]);
  for (const client of clients.slice(-6)) client.isLossy = true;
  const leaving = clients.splice(0, 3);
  for (const { connector } of leaving) await connector.close();
  while (performance.now() < end) {
    // those of a process hear it, and its calls return
    for (const { name, control } of processes) {
      await control.broadcast(ROOMS);
      const sent = await control.sent();
      const own = clients.filter(({ place }) => place === name);
      await untilAsync(
        () =>
          Promise.resolve(
            own.every((one) => one.heard(one.rooms[0]!, name) === sent[one.rooms[0]!]),
          ),
        `the members of ${name} have heard it`,
      );
      const ids = (await control.local(rooms[0]!)).map(({ id }) => id);
      await control.beginCalls(rooms[0]!, ids);
      const { right, faults } = await control.endCalls();
      assertEquals(faults, []);
      assertGreater(right, 0);
    }
  }

  await nats.start();
  const limit = performance.now() + TOGETHER;
  const left = (): number => Math.max(0, limit - performance.now());
  await untilAsync(() => allHear(cluster), "all hear each other again", left());
  await untilAsync(() => allTrue(cluster), "all know each other again", left());
  assertEquals([closed, ears.faults], [leaving.length, []]);
  for (const { connector } of clients) {
    assertEquals(connector.state, WebSocketConnector.State.OPEN);
  }
});
