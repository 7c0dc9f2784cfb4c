/** What functions and streams do in calls that wait for their turn, because the server is busy. */
import { assertEquals } from "@std/assert";
import { callbacks, type Feature, streams, structured, withOptions } from "../../mod.ts";
import { until } from "../helpers/waiting.ts";
import { type FeaturePair, featurePair } from "./feature_pair.ts";

type Kept = ((x: number) => Promise<number>) & Disposable;

/** Its calls are served in order, and `work` takes longer than a slice of a turn. */
class Busy {
  kept: Kept | undefined;
  readonly seen: unknown[] = [];

  work(): void {
    for (const end = performance.now() + 4; performance.now() < end;);
  }

  keep(f: Kept): void {
    this.kept = f;
  }

  callKept(x: number): Promise<number> {
    return this.kept!(x);
  }

  release(): void {
    this.kept![Symbol.dispose]();
  }

  rows(): AsyncIterable<number> {
    return rows(3);
  }

  async sum(list: AsyncIterable<number>): Promise<number> {
    let sum = 0;
    try {
      for await (const item of list) sum += item;
    } catch (error) {
      this.seen.push((error as Error).message);
    }
    return sum;
  }
}

async function* rows(count: number): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) yield i;
}

const use: Feature[] = [structured, callbacks, streams];

/** So many calls that those behind them wait. */
function occupy(pair: FeaturePair): Promise<unknown> {
  const { work } = pair.client.getDriver();
  return Promise.all(Array.from({ length: 40 }, () => work!()));
}

Deno.test("a function is not released by a call before the one that brings it again", async () => {
  await using pair = await featurePair({ use, there: new Busy() });
  const { keep, release, callKept } = pair.client.getDriver();
  const f = (x: number) => x + 1;
  await keep!(f);
  const busy = occupy(pair);
  const results = await Promise.all([release!(), keep!(f), callKept!(1), release!(), keep!(f)]);
  assertEquals(results, [undefined, undefined, 2, undefined, undefined]);
  assertEquals(await callKept!(2), 3);
  await busy;
});

Deno.test("a stream in a call that waits is read, behind streams that did not wait", async () => {
  await using pair = await featurePair({ use, there: new Busy(), here: { rows: () => rows(4) } });
  const { sum } = pair.client.getDriver();
  const back = pair.acceptor.getDriver() as unknown as { rows(): AsyncIterable<number> };
  const busy = occupy(pair);
  const sums = [sum!(rows(5)), sum!(rows(6))]; // sent first, decoded last
  const got: number[] = [];
  for await (const item of back.rows()) got.push(item);
  assertEquals(got, [0, 1, 2, 3]);
  assertEquals(await Promise.all(sums), [10, 15]);
  await busy;
});

Deno.test("a stream that its signal ended while its call waits throws at its reader", async () => {
  const there = new Busy();
  await using pair = await featurePair({ use, there });
  const { sum } = pair.client.getDriver();
  const busy = occupy(pair);
  const control = new AbortController();
  const summed = withOptions(sum!, { signal: control.signal })(rows(5)).catch(String);
  await Promise.resolve();
  control.abort(new Error("enough"));
  assertEquals(await summed, "Error: enough");
  await until(() => there.seen.length > 0, "the reader has ended");
  assertEquals(there.seen, ["enough"]);
  await busy;
});
