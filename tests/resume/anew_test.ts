import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { gate, microtasks, stateOf } from "../helpers/waiting.ts";
import { away, clientOf, cut, endAll, FIRST, pass } from "./script.ts";

Deno.test.afterEach(endAll);

Deno.test("a connector begins a fresh session when the server answers with another id", async () => {
  using time = new FakeTime();
  const running = gate();
  const client = await clientOf({}, { provider: { g: () => running.promise } });
  client.socket.receives('[0,1,"g",[]]');
  const { f } = client.connector.getDriver();
  const { again } = client.connector.getDriver({ retry: true });
  const left = f!("left");
  const repeated = again!("left");
  await microtasks();
  await cut(client.socket);
  const waits = f!("waits");
  const { note } = client.connector.getDriver({ reply: false });
  const noted = note!();
  await pass(time, FIRST);
  client.accept({ session: "another" });
  assertEquals(await stateOf(left), {
    error: await left.catch((error: unknown) => error),
  });
  const error = await left.catch((error: Error) => error);
  assertEquals(String(error), "WebSocketError: The server has started a new session");
  assertEquals(error.status, 1006);
  await noted;
  assertEquals(client.socket.sent, [
    '[[0,2,"again",["left"]],[0,3,"f",["waits"]],[0,4,"note",[],[],null,1]]',
  ]);
  running.open(); // its connection is over: no return
  client.socket.receives("[[67,3],[1,2,20],[1,3,30]]");
  assertEquals(await Promise.all([repeated, waits]), [20, 30]);
  assertEquals(client.socket.sent.length, 1);
  assertEquals(client.told, ["disconnect 1006", "reconnecting 1", "open", "reconnect anew 1"]);

  await away(client, time); // and the fresh session is resumed
  const { link } = client.resume(3, { session: ["another", 3] });
  assertEquals((link as { session: unknown }).session, ["another", 2]);
  await microtasks();
  assertEquals(client.told.slice(4), [
    "disconnect 1006",
    "reconnecting 1",
    "reconnect resumed 1",
  ]);
});

for (
  const [what, said] of [
    ["does not know the feature", { features: ["frames", "batch", "cancel", "deadline", "quiet"] }],
    ["gives no id", {}],
    ["gives an id that is no text", { session: 5 }],
  ] as const
) {
  Deno.test(`a connector begins anew at each cut when the server ${what}`, async () => {
    using time = new FakeTime();
    const client = await clientOf({}, {}, said);
    for (let round = 0; round < 3; round++) {
      const { f } = client.connector.getDriver({ timeout: 60_000 });
      const left = f!(1).catch((error: Error) => String(error));
      const repeated = client.connector.getDriver({ retry: true }).f!(2);
      await microtasks();
      await cut(client.socket);
      const waits = f!(3);
      await pass(time, FIRST);
      const { link } = client.accept(said);
      assertEquals((link as { session: unknown }).session, undefined);
      assertEquals(await left, "WebSocketError: The server has started a new session");
      await microtasks();
      const uid = round * 3 + 1;
      assertEquals(client.socket.sent, [
        `[[0,${uid + 1},"f",[2]],[0,${uid + 2},"f",[3],[],${60_000 - FIRST}]]`,
      ]);
      client.socket.receives(`[[1,${uid + 1}],[1,${uid + 2}]]`);
      await Promise.all([repeated, waits]);
    }
    assertEquals(client.told.filter((one) => one === "reconnect anew 1").length, 3);
  });
}

Deno.test("a connector begins anew at each cut when the peer is plain", async () => {
  using time = new FakeTime();
  const client = await clientOf({}, { wire: "plain" }, {});
  await cut(client.socket);
  await pass(time, FIRST);
  client.socket.opens();
  client.socket.receives("1");
  await microtasks();
  const call = client.connector.getDriver().f!();
  const rejected = call.catch((error: Error) => String(error));
  await microtasks();
  assertEquals(client.socket.messages.map(({ listener }) => listener), ["f"]);
  await cut(client.socket);
  const waits = client.connector.getDriver().f!();
  await pass(time, FIRST);
  client.socket.opens();
  client.socket.receives("1");
  assertEquals(await rejected, "WebSocketError: The server has started a new session");
  await microtasks();
  const [{ uid } = {}] = client.socket.messages;
  client.socket.receives({ uid, success: true, value: 5 });
  assertEquals(await waits, 5);
});
