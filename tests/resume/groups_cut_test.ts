import { assertEquals } from "@std/assert";
import { Group, type GroupEvent, type GroupOptions } from "../../mod.ts";
import { until } from "../helpers/waiting.ts";
import { Random } from "../network/random.ts";
import { ReplayLine } from "./replay.ts";

interface Remote {
  add(at: number, pad: string): number;
}

for (const slow of ["wait", "drop", "close"] as const satisfies GroupOptions["slow"][]) {
  Deno.test(`Group sends an away member what it missed when slow is "${slow}"`, async () => {
    await using line = await ReplayLine.open([], new Random(1));
    await line.connect([]);
    const events: GroupEvent<undefined>[] = [];
    await using group = new Group<Remote>("room", {
      slow,
      onEvent: (event) => void events.push(event),
    });
    await group.open();
    const { id } = group.add(line.acceptor);
    const { add } = group.getDriver();

    await add(0, "");
    await line.cut();
    assertEquals(line.acceptor.state, 1);
    for (let at = 1; at < 100; at++) await add(at, "x".repeat(at)); // resolves though it is away
    assertEquals((await group.members()).map((member) => member.id), [id]);
    line.mend();
    await until(() => line.client.state === 1, "the client is back");
    await add(100, "");

    await until(() => line.atClient.order.length > 100, "the client has got all");
    assertEquals([line.atClient.order.length, line.atClient.isInOrder], [101, true]);
    assertEquals(events.map(({ type }) => type), ["join"]);
  });
}
