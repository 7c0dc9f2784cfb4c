import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";
import { type Callback, type Driver, type Proxied, proxy } from "../../mod.ts";
import type { Primitive } from "../../src/types/primitive.ts";

type Told<T> = Primitive<T, "structured">;
type Remote<T extends object> = Driver<T, false, "structured">;

declare class Counter {
  up(by: number): number;
}

class Note {
  readonly at = new Date(0);
  shout(): string {
    return "!";
  }
}

interface Provider {
  each(count: number, f: Callback<(i: number) => string>): Promise<number>;
  plain(f: (at: Date) => Promise<boolean>): void;
  watch(options: { name: string; onChange?: Callback<(at: Date) => void> }): void;
  made(): (text: string) => Note;
  counter(): Proxied<Counter>;
  handle(): { at: Date; stop: Proxied<() => void>; lost(): void };
  dates(): AsyncIterable<Date>;
  notes(): AsyncGenerator<Note>;
  later(): Promise<AsyncIterable<Date>>;
  file(): ReadableStream<Uint8Array>;
  upload(file: ReadableStream<Uint8Array>, rows: AsyncIterable<Note>): void;
  nested(): { rows: AsyncIterable<Date>; at: Date };
}

type D = Remote<Provider>;

/** A driver whose functions are typed, and never called. */
const driver = proxy({}) as D;
/** Its type is checked, and it doesn't run. */
const unrun = (_f: () => unknown): void => {};

Deno.test("a driver takes functions that return a value or a promise of it", () => {
  unrun(() => driver.each(3, (i) => i.toFixed()));
  unrun(() => driver.each(3, (i) => Promise.resolve(i.toFixed())));
  unrun(() => driver.plain((at) => at.getTime() > 0));
  unrun(() => driver.watch({ name: "a", onChange: (at) => void at.getTime() }));
  unrun(() => driver.watch({ name: "a" }));
  // @ts-expect-error it returns no text
  unrun(() => driver.each(3, (i) => i));
  // @ts-expect-error it takes no text
  unrun(() => driver.each(3, (i: string) => i));
  // @ts-expect-error it isn't a function
  unrun(() => driver.each(3, "f"));
  // @ts-expect-error it takes no text
  unrun(() => driver.watch({ name: "a", onChange: (at: string) => at }));
  // @ts-expect-error the name is missing
  unrun(() => driver.watch({}));
});

Deno.test("a callback returns a promise, and can be released", () => {
  type F = Callback<(at: Date, more?: number) => Note>;
  assertType<IsExact<ReturnType<F>, Promise<{ readonly at: Date }>>>(true);
  assertType<IsExact<Parameters<F>[0], Date>>(true);
  const f: F = Object.assign(() => Promise.resolve({ at: new Date(0) }), { [Symbol.dispose]() {} });
  f[Symbol.dispose]();
  // @ts-expect-error it returns a promise
  unrun(() => f(new Date(0)).at);
  // @ts-expect-error it takes a date
  unrun(() => f("now"));
  // @ts-expect-error it isn't a function
  type None = Callback<string>;
  const none: None | undefined = undefined;
  assertEquals(none, undefined);
});

Deno.test("a driver's function returns callbacks and drivers", () => {
  assertType<IsExact<ReturnType<D["made"]>, Promise<Callback<(text: string) => Note>>>>(true);
  assertType<IsExact<ReturnType<D["counter"]>, Promise<Remote<Counter> & Disposable>>>(true);
  type Handle = Awaited<ReturnType<D["handle"]>>;
  assertType<IsExact<keyof Handle, "at" | "stop">>(true); // methods aren't sent
  assertType<IsExact<Handle["stop"], Callback<() => void>>>(true);
  unrun(async () => (await driver.counter()).up(1));
  // @ts-expect-error it is a driver, whose functions return promises
  unrun(async () => (await driver.counter()).up(1).toFixed());
  // @ts-expect-error there is no such function
  unrun(async () => (await driver.counter()).down(1));
  // @ts-expect-error it takes a number
  unrun(async () => (await driver.counter()).up("1"));
});

Deno.test("a driver's function returns a promise of a stream, which is iterable, too", () => {
  assertType<IsExact<Told<AsyncIterable<Date>>, AsyncIterable<Date>>>(true);
  type Dates = Promise<AsyncIterable<Date>> & AsyncIterable<Date>;
  assertType<IsExact<ReturnType<D["dates"]>, Dates>>(true);
  assertType<IsExact<ReturnType<D["later"]>, Dates>>(true);
  assertType<IsExact<Told<ReadableStream<Uint8Array>>, ReadableStream<Uint8Array>>>(true);
  assertType<IsExact<Awaited<ReturnType<D["nested"]>>["rows"], AsyncIterable<Date>>>(true);
  unrun(async () => {
    for await (const at of driver.dates()) at.getTime();
    for await (const { at } of driver.notes()) at.getTime();
    for await (const chunk of driver.file()) chunk.at(-1);
    await using notes = await driver.notes();
    await notes.return?.();
  });
  unrun(async () => {
    // @ts-expect-error its methods are gone
    for await (const note of driver.notes()) note.shout();
  });
  unrun(async () => {
    // @ts-expect-error its result isn't a stream
    for await (const row of driver.nested()) row;
  });
});

Deno.test("a driver takes streams as parameters", () => {
  const rows = async function* () {
    yield new Note();
  };
  unrun(() => driver.upload(new ReadableStream(), rows()));
  // @ts-expect-error they are no notes
  unrun(() => driver.upload(new ReadableStream(), new ReadableStream<number>()));
  // @ts-expect-error it isn't a stream
  unrun(() => driver.upload([1], rows()));
});

Deno.test("Driver<R> of JSON values knows no callbacks and streams", () => {
  type J = Driver<Provider>;
  assertType<IsExact<Awaited<ReturnType<J["made"]>>, never>>(true);
  assertType<IsExact<Parameters<J["plain"]>, [f: never]>>(true);
  type Handle = Awaited<ReturnType<J["handle"]>>;
  assertType<IsExact<keyof Handle, "at">>(true);
  assertType<IsExact<ReturnType<J["dates"]>, Promise<Primitive<AsyncIterable<Date>>>>>(true);
});
