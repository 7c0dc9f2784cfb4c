import { assert, assertEquals, assertRejects } from "@std/assert";
import { callbacks, type Driver, streams, structured } from "../../mod.ts";
import { Streaming } from "../../src/features/streams/streaming.ts";
import { stateOf } from "../../src/session/feature.ts";
import type { Session } from "../../src/session/session.ts";
import type { Anything } from "../helpers/ends.ts";
import { connectedTo } from "../helpers/servers.ts";
import { gate, until } from "../helpers/waiting.ts";
import { type FeaturePair, featurePair } from "./feature_pair.ts";

class Odd {}
const odd = structured({
  types: { Odd: { class: Odd, encode: () => 1, decode: () => new Odd() } },
});
/** The client knows a class that the server doesn't. */
const here = [odd, callbacks, streams];
const there = [structured, callbacks, streams];

/** A source that counts how often it was started, and how often its `finally` ran. */
class Endings {
  started = 0;
  ended = 0;

  async *items(count = 1e9, last: () => unknown = () => 0): AsyncGenerator<unknown> {
    this.started++;
    try {
      for (let i = 0; i < count; i++) yield i;
      yield last();
    } finally {
      this.ended++;
    }
  }

  /** It counts its start as well when nobody reads: cleaning up is all that it does. */
  unread(): AsyncIterable<unknown> {
    this.started++;
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error("It was read")),
        return: () => {
          this.ended++;
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    };
  }

  readable(): ReadableStream {
    this.started++;
    return new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel: () => void this.ended++,
    });
  }
}

class Provider extends Endings {
  readonly isReading = gate();
  readonly late = gate();
  kept: AsyncIterable<unknown> | undefined;

  throwing(): unknown {
    return this.items(2, () => {
      throw new RangeError("no");
    });
  }

  unsendable(): unknown {
    return this.items(2, () => Object(1));
  }

  waiting(): unknown {
    return this.items(2, () => new Promise((resolve) => setTimeout(resolve, 50)));
  }

  nested(): unknown {
    return { list: [this.items()] };
  }

  async *streams(): AsyncGenerator<unknown> {
    yield this.items();
  }

  async afterAll(): Promise<unknown> {
    await this.late.promise;
    return this.unread();
  }

  async readableLater(): Promise<unknown> {
    await this.late.promise;
    return { list: [this.readable()] };
  }

  async read(list: AsyncIterable<unknown>, count: number): Promise<void> {
    for await (const item of list) {
      this.isReading.open();
      if (item === count) return;
    }
  }

  async readAndThrow(list: AsyncIterable<unknown>): Promise<void> {
    for await (const _ of list) throw new RangeError("no");
  }

  ignore(_list: unknown): void {}

  keep(list: AsyncIterable<unknown>): void {
    this.kept = list;
  }

  give(): unknown {
    return this.kept;
  }
}

interface Scene {
  readonly pair: FeaturePair;
  readonly driver: Driver<Anything>;
  readonly theirs: Provider;
  /** The client's source. */
  readonly ours: Endings;
}

type Stream = AsyncIterableIterator<unknown> & AsyncDisposable;

async function opened(scene: Scene, name = "items"): Promise<Stream> {
  const stream = await scene.driver[name]!() as Stream;
  await stream.next();
  return stream;
}

async function drain(stream: unknown): Promise<void> {
  for await (const _ of stream as AsyncIterable<unknown>);
}

const WAYS: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  "the last item is read": ({ driver }) => drain(driver.items!(3)),
  "a loop over the call breaks": async ({ driver }) => {
    for await (const _ of driver.items!() as unknown as Stream) break;
  },
  "a loop over the stream breaks": async (scene) => {
    for await (const _ of await opened(scene)) break;
  },
  "a loop throws": (scene) =>
    assertRejects(async () => {
      for await (const _ of await opened(scene)) throw new RangeError("no");
    }, RangeError),
  "return() is called": async (scene) => await (await opened(scene)).return!(),
  "return() is called twice": async (scene) => {
    const stream = await opened(scene);
    await Promise.all([stream.return!(), stream.return!()]);
  },
  "return() is called while next() waits": async (scene) => {
    const stream = await opened(scene, "waiting");
    await stream.next();
    const next = stream.next();
    await stream.return!();
    assertEquals((await next).done, true);
  },
  "return() is called before an item is read": async ({ driver }) =>
    await (await driver.unread!()).return(),
  "a block with `await using` ends": async (scene) => {
    await using _stream = await opened(scene);
  },
  "the producer throws": ({ driver }) =>
    assertRejects(() => drain(driver.throwing!()), Error, "no"),
  "an item can't be encoded": ({ driver }) =>
    assertRejects(() => drain(driver.unsendable!()), Error, "boxed"),
  "the signal aborts between two items": async ({ pair }) => {
    const control = new AbortController();
    const stream = await pair.client.getDriver({ signal: control.signal }).items!();
    await stream.next();
    control.abort(new RangeError("enough"));
    await assertRejects(() => stream.next(), RangeError, "enough");
  },
  "the signal aborts while next() waits": async ({ pair }) => {
    const control = new AbortController();
    const stream = await pair.client.getDriver({ signal: control.signal }).waiting!();
    for (let i = 0; i < 2; i++) await stream.next();
    const next = stream.next();
    control.abort(new RangeError("enough"));
    await assertRejects(() => next, RangeError, "enough");
  },
  "the signal aborts before an item is read": async ({ pair }) => {
    const control = new AbortController();
    await pair.client.getDriver({ signal: control.signal }).unread!();
    control.abort();
  },
  "the deadline passes": ({ pair }) =>
    assertRejects(() => drain(pair.client.getDriver({ timeout: 500 }).items!()), Error, "timeout"),
  "the deadline passes before an item is read": async ({ pair }) =>
    await pair.client.getDriver({ timeout: 500 }).unread!(),
  "the caller gives up before the stream arrives": async ({ pair, theirs, driver }) => {
    const control = new AbortController();
    const call = pair.client.getDriver({ signal: control.signal }).afterAll!();
    control.abort(new RangeError("enough"));
    await assertRejects(() => call, RangeError, "enough");
    theirs.late.open();
    await driver.ignore!(1);
  },
  "the deadline passed before the function returns it": async ({ pair, theirs }) => {
    const call = pair.client.getDriver({ timeout: 500 }).readableLater!();
    await assertRejects(() => call, Error, "timeout");
    theirs.late.open();
  },
  "the caller of the function that returns it expects no result": async ({ pair, theirs }) => {
    await pair.client.getDriver({ reply: false }).readableLater!();
    theirs.late.open();
  },
  "the connection closed before the function returns it": async ({ driver, pair, theirs }) => {
    const call = assertRejects(() => driver.readableLater!());
    await pair.client.close();
    await call;
    await until(() => pair.there[0]!.phase === "closed", "the server knows");
    theirs.late.open();
  },
  "the client closes": async (scene) => {
    await opened(scene);
    await scene.pair.client.close();
  },
  "the server closes the connection": async (scene) => {
    await opened(scene);
    await scene.pair.acceptor.close(4_000);
  },
  "the server closes": async (scene) => {
    await opened(scene);
    await scene.pair.server.close();
  },
  "the connection fails": async (scene) => {
    await opened(scene);
    (scene.pair.there[0] as Session).fail(1011, "broken");
    await scene.pair.client.join();
  },
  "the client closes before an item is read": async ({ driver, pair }) => {
    await driver.unread!();
    await pair.client.close();
  },
  "a ReadableStream is canceled": async ({ driver }) => await (await driver.readable!()).cancel(),
  "a reader of a ReadableStream cancels": async ({ driver }) => {
    const reader = (await driver.readable!() as ReadableStream).getReader();
    await reader.read();
    await reader.cancel();
  },
  "a stream in a value is left": async ({ driver }) => {
    for await (const _ of (await driver.nested!()).list[0]) break;
  },
  "a stream in a stream is left": async ({ driver }) => {
    for await (const inner of driver.streams!() as unknown as AsyncIterable<Stream>) {
      for await (const _ of inner) break;
    }
  },
  "an argument is read to its end": ({ driver, ours }) => driver.read!(ours.items(3), -1),
  "an argument is read in part": ({ driver, ours }) => driver.read!(ours.items(), 3),
  "a function throws while it reads an argument": ({ driver, ours }) =>
    assertRejects(() => driver.readAndThrow!(ours.items()), Error, "no"),
  "a function that doesn't exist gets an argument": ({ driver, ours }) =>
    assertRejects(() => driver.nothing!(ours.unread()), Error, "doesn't exist"),
  "a function gets an argument that is refused": ({ driver, ours }) =>
    assertRejects(() => driver.ignore!([ours.unread(), new Odd()]), Error, "malformed"),
  "an item of an argument can't be decoded": ({ driver, ours }) =>
    assertRejects(() => driver.read!(ours.items(2, () => new Odd()), -1), Error, "class"),
  "an argument's signal aborts": async ({ pair, ours, theirs }) => {
    const control = new AbortController();
    const call = pair.client.getDriver({ signal: control.signal }).read!(ours.items(), -1);
    await theirs.isReading.promise;
    control.abort(new RangeError("enough"));
    await assertRejects(() => call, RangeError, "enough");
  },
  "an argument's deadline passes": ({ pair, ours }) =>
    assertRejects(
      () => pair.client.getDriver({ timeout: 500 }).read!(ours.items(), -1),
      Error,
      "timeout",
    ),
  "the client closes while an argument is read": async ({ driver, pair, ours, theirs }) => {
    const call = assertRejects(() => driver.read!(ours.items(), -1));
    await theirs.isReading.promise;
    await pair.client.close();
    await call;
  },
  "a third program leaves": async ({ driver, pair, ours }) => {
    await driver.keep!(ours.items());
    await using third = await connectedTo(pair.server, { use: there });
    for await (const _ of await third.getDriver().give!()) break;
  },
};

function isOver({ here, there }: FeaturePair): boolean {
  return [...here, ...there].every((session) => {
    const { producers, consumers } = stateOf(session, Streaming);
    return producers.size === 0 && consumers.size === 0;
  });
}

for (const [way, run] of Object.entries(WAYS)) {
  Deno.test(`streams run a finally once when ${way}`, async () => {
    const theirs = new Provider();
    const ours = new Endings();
    await using pair = await featurePair({
      use: there,
      there: theirs,
      connect: { use: here },
      accept: { onEvent: () => {} },
    });
    await run({ pair, driver: pair.client.getDriver(), theirs, ours });
    const sum = () => [theirs.started + ours.started, theirs.ended + ours.ended];
    await until(() => sum()[0]! > 0 && sum()[0] === sum()[1], "its finally has run");
    await until(() => isOver(pair), "both sides have forgotten it");
    for (let i = 0; i < 10; i++) await Promise.resolve();
    assertEquals(sum(), [1, 1]);
  });
}

Deno.test("there are 30 ways to end a stream, or more", () => {
  assert(Object.keys(WAYS).length >= 30);
});
