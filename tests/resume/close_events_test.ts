import { assertEquals } from "@std/assert";
import { until } from "../helpers/waiting.ts";
import { Random } from "../network/random.ts";
import { ReplayLine } from "./replay.ts";

Deno.test("reconnection reports one close when attempts fail before the session ends", async () => {
  await using line = await ReplayLine.open([], new Random(1));
  await line.connect([]);
  await line.cut();
  const attempts = (): number => line.events.filter(({ type }) => type === "reconnecting").length;
  await until(() => attempts() > 3, "attempts have failed");
  await line.client.close(3005, "enough");
  const { client, events } = line;
  const ends = events.flatMap((event) => event.type === "close" ? [event.code, event.reason] : []);
  assertEquals([client.state, ends], [3, [3005, "enough"]]);
  await line.server.close();
});
