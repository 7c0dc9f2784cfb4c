import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import {
  callbacks,
  ConnectionClosedError,
  DeadlineError,
  EncodeError,
  RemoteError,
  streams,
  structured,
} from "../../mod.ts";
import { Streaming } from "../../src/features/streams/streaming.ts";
import { stateOf } from "../../src/session/feature.ts";
import { until } from "../helpers/waiting.ts";
import { childOf } from "../linked/child.ts";
import { type FeaturePair, featurePair, type FeaturePairOptions } from "./feature_pair.ts";
import { StreamSource } from "./stream_source.ts";

/** Bytes that go each way in the long run. */
const BYTES = Number(Deno.env.get("STREAM_BYTES") ?? 4 * 2 ** 20);
/** Small items that go each way in the long run. */
const ITEMS = Number(Deno.env.get("STREAM_ITEMS") ?? 20_000);
const CHUNK = 65_536;
/** What a consumer asks for ahead. */
const WINDOW = 64;

const use = [structured, callbacks, streams];

interface StreamPair extends FeaturePair {
  readonly source: StreamSource;
}

async function streamPair(more: Partial<FeaturePairOptions> = {}): Promise<StreamPair> {
  const source = new StreamSource();
  return {
    ...await featurePair({ use, here: new StreamSource(), there: source, ...more }),
    source,
  };
}

/** What a call of a stream returns can be iterated over at once. */
function rowsOf<T>(promise: unknown): AsyncIterable<T> {
  return promise as AsyncIterable<T>;
}

async function listOf<T>(stream: unknown): Promise<T[]> {
  const list: T[] = [];
  for await (const item of rowsOf<T>(stream)) list.push(item);
  return list;
}

/** No stream is left at either end. */
function isOver({ here, there }: FeaturePair): boolean {
  return [...here, ...there].every((session) => {
    const { producers, consumers } = stateOf(session, Streaming);
    return producers.size === 0 && consumers.size === 0;
  });
}

Deno.test("streams gives a promise that can be iterated over without a second await", async () => {
  await using pair = await streamPair();
  let sum = 0;
  for await (const item of rowsOf<number>(pair.client.getDriver().count!(1_000))) sum += item;
  assertEquals([sum, pair.source.finished], [499_500, 1]);
  assert(isOver(pair));
});

Deno.test("streams ends the producer, within its credit, when its reader leaves", async () => {
  await using pair = await streamPair();
  for await (const item of await pair.client.getDriver().count!(1_000)) if (item === 3) break;
  await until(() => pair.source.finished === 1, "its finally has run");
  assert(pair.source.produced <= WINDOW + 4, `${pair.source.produced} items`);
  await until(() => isOver(pair), "both ends have forgotten it");
});

Deno.test("streams throws at its place what the producer throws", async () => {
  await using pair = await streamPair();
  const got: unknown[] = [];
  const error = await assertRejects(async () => {
    for await (const item of rowsOf(pair.client.getDriver().fails!())) got.push(item);
  }, RemoteError);
  assertEquals([error.name, error.message, got], ["RangeError", "in the middle", [1, 2]]);
  assert(isOver(pair));
});

Deno.test("streams ends with an EncodeError at its place when an item can't be sent", async () => {
  await using pair = await streamPair();
  const got: unknown[] = [];
  const error = await assertRejects(async () => {
    for await (const item of rowsOf(pair.client.getDriver().bad!())) got.push(item);
  }, RemoteError);
  assertEquals([error.name, got], ["EncodeError", [1]]);
  await until(() => pair.source.finished === 1, "its finally has run");
});

Deno.test("streams takes a stream as a parameter", async () => {
  await using pair = await streamPair();
  const own = new StreamSource();
  assertEquals(await pair.client.getDriver().sum!(own.count(500)), 124_750);
  assertEquals(await pair.client.getDriver().first!(own.count(500)), 0);
  await until(() => own.finished === 2, "both are over");
  await until(() => isOver(pair), "both ends have forgotten them");
});

Deno.test("streams takes and gives a ReadableStream", async () => {
  await using pair = await streamPair();
  const readable = await pair.client.getDriver().readable!(5);
  assertInstanceOf(readable, ReadableStream);
  assertEquals((await listOf<Uint8Array>(readable)).map(([byte]) => byte), [0, 1, 2, 3, 4]);
  const left = await pair.client.getDriver().readable!(500);
  for await (const _ of left) break;
  await until(() => pair.source.finished === 1, "it was cancelled");
  assertEquals(await pair.client.getDriver().sizeOf!(new StreamSource().readable(7)), 7);
});

Deno.test("streams keeps a byte stream one, whose reader brings its own buffer", async () => {
  await using pair = await streamPair({
    there: {
      bytes: () =>
        new ReadableStream({
          type: "bytes",
          start(controller) {
            for (const size of [3, 5]) controller.enqueue(new Uint8Array(size).fill(size));
            controller.close();
          },
        }),
    },
  });
  const stream: ReadableStream = await pair.client.getDriver().bytes!();
  const reader = stream.getReader({ mode: "byob" });
  const read = async () => [...(await reader.read(new Uint8Array(4))).value!];
  assertEquals([await read(), await read(), await read()], [[3, 3, 3], [5, 5, 5, 5], [5]]);
  assertEquals((await reader.read(new Uint8Array(4))).done, true);
});

Deno.test("streams refuses options that are out of range", () => {
  assertThrows(() => streams({ items: 0 }), RangeError, 'Cannot set "items"');
  assertThrows(() => streams({ bytes: 0.5 }), RangeError, 'Cannot set "bytes"');
  assertThrows(() => streams({ underWay: 1_000 }), RangeError, "an integer from 65536");
  assertThrows(() => streams({ item: 1 } as object), TypeError, 'Did you mean "items"?');
});

Deno.test("streams keeps its limit of streams", async () => {
  await using pair = await streamPair({ connect: { use, limits: { streams: 2 } } });
  const own = new StreamSource();
  const call = () => pair.client.getDriver().ignore!([own.count(1), own.count(1), own.count(1)]);
  await assertRejects(call, EncodeError, '"parameters[0][2]": too many streams');
  assert(isOver(pair));
});

Deno.test("streams takes a stream inside a value, and inside another", async () => {
  await using pair = await streamPair();
  const { rows, at } = await pair.client.getDriver().nested!();
  assertEquals([await listOf(rows), at], [[0, 1, 2], new Date(1)]);
  const lists: unknown[] = [];
  for await (const list of rowsOf(pair.client.getDriver().streams!())) {
    lists.push(await listOf(list));
  }
  assertEquals(lists, [[0], [0, 1], [0, 1, 2]]);
});

Deno.test("streams takes functions as items", async () => {
  await using pair = await streamPair();
  const sums: number[] = [];
  type Add = (x: number) => Promise<number>;
  for await (const add of rowsOf<Add>(pair.client.getDriver().functions!())) {
    sums.push(await add(1));
  }
  assertEquals(sums, [1, 2, 3]);
});

Deno.test("streams goes both ways", async () => {
  await using pair = await streamPair();
  assertEquals(await listOf(pair.acceptor.getDriver().count!(5)), [0, 1, 2, 3, 4]);
});

Deno.test("streams produces nothing before it is asked, and stops for a slow reader", async () => {
  await using pair = await streamPair();
  const list = await pair.client.getDriver().count!(1e9);
  await pair.client.getDriver().plus!(1, 2);
  assertEquals(pair.source.produced, 0);
  assertEquals(await list.next(), { done: false, value: 0 });
  // all that was asked for is here: a call behind it has returned
  while (pair.source.produced < WINDOW) await pair.client.getDriver().plus!(1, 2);
  for (let i = 0; i < 20; i++) await pair.client.getDriver().plus!(1, 2);
  assertEquals(pair.source.produced, WINDOW);
  await list.return();
  await until(() => pair.source.finished === 1, "it has ended");
});

Deno.test("streams asks for as many bytes ahead as its option says", async () => {
  const small = [structured, streams({ bytes: 1_000 })];
  await using pair = await streamPair({ connect: { use: small }, accept: { use: small } });
  const list = await pair.client.getDriver().chunks!(100, 600);
  const sizes: number[] = [];
  for await (const chunk of list) sizes.push(chunk.length);
  assertEquals(sizes, Array(100).fill(600));
});

Deno.test("streams lets many small streams go on when the connection was full", async () => {
  await using pair = await streamPair();
  const driver = pair.client.getDriver();
  const long = Array.from(
    { length: 8 },
    () => driver.sizeOf!(new StreamSource().chunks(10, CHUNK)),
  );
  const short = Array.from({ length: 40 }, () => driver.sum!(new StreamSource().count(3)));
  assertEquals(await Promise.all(short), Array(40).fill(3));
  assertEquals(await Promise.all(long), Array(8).fill(10 * CHUNK));
  assert(isOver(pair));
});

Deno.test("streams lets others go on when one reader stops", async () => {
  await using pair = await streamPair();
  const driver = pair.client.getDriver();
  const stopped = await driver.chunks!(1_000, CHUNK);
  await stopped.next();
  assertEquals(await driver.sizeOf!(new StreamSource().chunks(20, CHUNK)), 20 * CHUNK);
  assertEquals((await listOf(driver.chunks!(20, CHUNK))).length, 20);
  await stopped.return();
});

Deno.test("streams ends a stream when the signal of its call aborts", async () => {
  await using pair = await streamPair();
  const control = new AbortController();
  const list = await pair.client.getDriver({ signal: control.signal }).count!(1e9);
  for (let i = 0; i < 5; i++) await list.next();
  control.abort(new RangeError("enough"));
  await assertRejects(() => list.next(), RangeError, "enough");
  assertEquals(await list.next(), { done: true, value: undefined });
  await until(() => pair.source.finished === 1, "its finally has run");
});

Deno.test("streams ends a stream when the deadline of its call passes", async () => {
  await using pair = await streamPair();
  const endless = async () => {
    for await (const _ of rowsOf(pair.client.getDriver({ timeout: 100 }).count!(1e9)));
  };
  await assertRejects(endless, DeadlineError, 'Cannot wait any longer for "count"');
  await until(() => pair.source.finished === 1, "its finally has run");
});

Deno.test("streams runs a finally and fails the reader when the connection ends", async () => {
  await using pair = await streamPair();
  const list = await pair.client.getDriver().count!(1e9);
  await list.next();
  const unread = await pair.client.getDriver().count!(5);
  await pair.client.close();
  await until(() => pair.source.finished === 1, "its finally has run");
  await assertRejects(async () => {
    for (let i = 0; i < 2 * WINDOW; i++) await list.next();
  }, ConnectionClosedError);
  await assertRejects(() => unread.next(), ConnectionClosedError);
  assertEquals(await list.next(), { done: true, value: undefined });
  assert(isOver(pair));
});

Deno.test("streams runs nothing when a value with a stream can't be sent", async () => {
  await using pair = await streamPair();
  const own = new StreamSource();
  const call = () => pair.client.getDriver().ignore!([own.count(3), Object(1)]);
  await assertRejects(call, EncodeError, "parameters[0][1]");
  assert(isOver(pair));
  assertEquals(await listOf(own.count(2)), [0, 1]); // it is still the caller's
});

Deno.test("streams ends a stream when the message that brought it is refused", async () => {
  class Odd {}
  const odd = structured({
    types: { Odd: { class: Odd, encode: () => 1, decode: () => new Odd() } },
  });
  await using pair = await streamPair({ connect: { use: [odd, streams] } });
  const own = new StreamSource();
  const refused = (list: unknown[]) =>
    assertRejects(() => pair.client.getDriver().ignore!(list), RemoteError);
  await refused([new Odd(), own.count(3)]);
  await refused([own.count(3), new Odd()]);
  await until(() => isOver(pair), "both were cancelled");
  assertEquals(own.produced, 0);
});

Deno.test("streams refuses a stream when the other end does not use them", async () => {
  for (const accept of [{ use: [structured] }, { use: [] }]) {
    await using pair = await streamPair({ accept });
    const call = () => pair.client.getDriver().sum!(new StreamSource().count(1));
    await assertRejects(call, EncodeError, '"parameters[0]": the other side doesn\'t use streams');
  }
});

Deno.test(`streams carries ${BYTES} bytes each way`, async () => {
  await using pair = await streamPair();
  const count = Math.ceil(BYTES / CHUNK);
  let got = 0;
  let wrong = 0;
  for await (const chunk of rowsOf<Uint8Array>(pair.client.getDriver().chunks!(count, CHUNK))) {
    if (chunk[0] !== (got & 255) || chunk[CHUNK - 1] !== (got & 255)) wrong++;
    got++;
  }
  assertEquals([got, wrong], [count, 0]);
  const size = await pair.client.getDriver().sizeOf!(new StreamSource().chunks(count, CHUNK));
  assertEquals(size, count * CHUNK);
});

Deno.test(`streams carries ${ITEMS} items in order`, async () => {
  await using pair = await streamPair();
  let got = 0;
  for await (const row of rowsOf<{ id: number }>(pair.client.getDriver().rows!(ITEMS))) {
    if (row.id === got) got++;
  }
  assertEquals(got, ITEMS);
  assertEquals(
    await pair.client.getDriver().sum!(new StreamSource().count(ITEMS)),
    ITEMS * (ITEMS - 1) / 2,
  );
});

Deno.test("streams lets calls through beside ten streams at full speed", async () => {
  await using pair = await streamPair();
  const driver = pair.client.getDriver();
  let isReading = true;
  const ten = Array.from({ length: 10 }, async () => {
    for await (const _ of rowsOf(driver.chunks!(1e6, CHUNK))) if (!isReading) break;
  });
  for (let i = 0; i < 50; i++) assertEquals(await driver.plus!(i, 1), i + 1);
  isReading = false;
  await Promise.all(ten);
  await until(() => isOver(pair), "all are over");
});

Deno.test("streams leaves no entry when streams are dropped and collected", async () => {
  await using child = await childOf("../features/streams_gc.ts", ["--v8-flags=--expose-gc"]);
  const { before, after, produced, finished } = JSON.parse(child.line);
  assertEquals(before, [200, 200]);
  // one is still read: an item was taken, and one more was asked for
  assertEquals([after, produced, finished], [[1, 1], 2, 0]);
});
