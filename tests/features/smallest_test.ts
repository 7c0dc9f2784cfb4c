import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConnectionClosedError, DeadlineError, RemoteError, WebSocketError } from "../../mod.ts";
import { linesOfCode } from "../../tools/source.ts";
import { connectedTo, opened } from "../helpers/servers.ts";
import { gate, until } from "../helpers/waiting.ts";
import { featurePair } from "./feature_pair.ts";
import { notices } from "./smallest.ts";
import { type Trace, tracing } from "./tracing.ts";

Deno.test("the smallest feature is small, and is what docs/ARCHITECTURE.md shows", async () => {
  const text = await Deno.readTextFile(new URL("smallest.ts", import.meta.url));
  assert(linesOfCode(text) <= 25, text);
  const page = await Deno.readTextFile("docs/ARCHITECTURE.md");
  const [, shown] = /### The smallest feature[^]*?```ts ignore\n([^]*?)```/.exec(page) ?? [];
  assertEquals(shown, text.slice(text.indexOf("/**")));
});

Deno.test("notices reach the other end, in order with calls, when both ends use them", async () => {
  const heard: string[] = [];
  const here = notices((text) => heard.push(`client: ${text}`));
  const there = notices((text) => heard.push(`server: ${text}`));
  await using pair = await featurePair({
    use: [],
    there: { call: () => void heard.push("server: a call") },
    connect: { use: [here] },
    accept: { use: [there] },
  });
  here.notify('"one"');
  const called = pair.client.getDriver().call!();
  here.notify("two");
  await called;
  there.notify("three");
  await until(() => heard.length === 4, "all are here");
  assertEquals(heard, ['server: "one"', "server: a call", "server: two", "client: three"]);
});

Deno.test("notices are not sent when the other end does not use them", async () => {
  const here = notices(() => {});
  await using server = await opened((acceptor) => acceptor.accept({ one: () => 1 }));
  for (const wire of ["linked", "plain"] as const) {
    await using client = await connectedTo(server, { use: [here], wire });
    here.notify("hello");
    assertEquals(await client.getDriver().one!(), 1);
  }
});

Deno.test("a notice that is not a string closes the connection with 1002", async () => {
  const here = notices(() => {});
  await using pair = await featurePair({
    use: [here],
    there: { hang: () => new Promise(() => {}) },
  });
  const hanging = pair.client.getDriver().hang!();
  pair.here[0]!.send("[40,5]");
  const error = await assertRejects(() => hanging, WebSocketError);
  assertEquals(error.status, 1002);
});

Deno.test("tracing tells of each call when it is over, at either end", async () => {
  const traces: Trace[] = [];
  const release = gate();
  const there = {
    quick: () => 1,
    slow: () => release.promise,
    fails: () => {
      throw new RangeError("no");
    },
  };
  const feature = tracing((trace) => traces.push(trace));
  await using pair = await featurePair({ use: [feature], there });
  const { quick, slow, fails, nope } = pair.client.getDriver();
  const waiting = slow!();
  await quick!();
  await assertRejects(() => fails!(), RemoteError, "no");
  await assertRejects(() => nope!(), RemoteError, "peers can't call it");
  release.open();
  await waiting;
  assertEquals(traces.map(({ side, path }) => `${side} ${path}`), [
    "served quick",
    "made quick",
    "served fails",
    "made fails",
    "made nope",
    "served slow",
    "made slow",
  ]);
  for (const path of ["quick", "slow"]) {
    const [served, made] = traces.filter((trace) => trace.path === path);
    assert(made!.took >= served!.took, path);
  }
});

Deno.test("tracing tells of calls that are given up, or that their connection leaves behind", async () => {
  const traces: string[] = [];
  const feature = tracing(({ side, path }) => traces.push(`${side} ${path}`));
  await using pair = await featurePair({
    use: [],
    there: { hang: () => new Promise(() => {}) },
    connect: { use: [feature] },
  });
  const late = pair.client.getDriver({ timeout: 5 }).hang!();
  await assertRejects(() => late, DeadlineError);
  assertEquals(traces, ["made hang"]);
  const left = pair.client.getDriver().hang!();
  const rejected = assertRejects(() => left, ConnectionClosedError);
  await pair.client.close();
  await rejected;
  assertEquals(traces, ["made hang", "made hang"]);
});
