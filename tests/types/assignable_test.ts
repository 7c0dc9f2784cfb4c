import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";
import type { Driver } from "../../src/types/driver.ts";
import type { Promisive } from "../../src/types/promisive.ts";
import { fake } from "./fake.ts";

/** All promises, as code that also takes a local object would have it. */
interface Store {
  get(key: string): Promise<string | null>;
  put<T extends object>(key: string, value: T): Promise<T>;
  find(key: string): Promise<string>;
  find(index: number): Promise<string[]>;
  stats: { size(): Promise<number>; deeper?: { mean(): Promise<number> } };
  extra?: () => Promise<void>;
  by: Record<string, () => Promise<number>>;
}
const store = {
  get: (key: string) => key,
  put: (_key: string, value: unknown) => value,
  find: (key: unknown) => key,
  stats: { size: () => 3 },
  by: { a: () => 1 },
};

Deno.test("Driver<T> goes where a T is asked for, when its functions return promises", async () => {
  async function use(local: Store): Promise<unknown[]> {
    return [await local.get("a"), await local.stats.size(), await local.put("b", { c: 1 })];
  }
  assertEquals(await use(fake<Store>(store)), ["a", 3, { c: 1 }]);
  assertEquals(await use(fake<Store, true>(store)), ["a", 3, { c: 1 }]);
  const either: Store | Driver<Store> = fake<Store>(store);
  assertEquals(await either.by.a?.(), 1);
  const namespace: Promisive<Store> = fake<Store>(store);
  assertEquals(await namespace.find("a"), "a");
  const part: Promisive<Store["stats"]> = fake<Store>(store).stats;
  assertEquals(await part.size(), 3);
});

Deno.test("Driver<T> is refused where a T is asked for, when T has what no driver has", () => {
  interface Plain {
    size(): number;
  }
  interface Dated {
    at(): Promise<Date>;
  }
  interface Listed {
    list: { f(): Promise<void> }[];
  }
  class Private {
    #secret = 1;
    f(): Promise<number> {
      return Promise.resolve(this.#secret);
    }
  }
  // @ts-expect-error its result comes later
  const plain: Plain = fake<Plain>({});
  // @ts-expect-error its date comes as text
  const dated: Dated = fake<Dated>({});
  // @ts-expect-error its list has no functions of its own
  const listed: Listed = fake<Listed>({});
  // @ts-expect-error it is not of that class
  const secret: Private = fake<Private>(new Private());
  // @ts-expect-error nor has it an atom
  const atom: { a: number } = fake<{ a: number }>({});
  assertEquals(new Set([plain, dated, listed, secret, atom]).size, 5);
});

Deno.test("driver[name] can be called, when the name is one of several", async () => {
  interface Calculator {
    plus(x: number, y: number): number;
    minus(x: number, y: number): number;
    at(since: string): Date;
  }
  const driver = fake<Calculator>({
    plus: (x: number, y: number) => x + y,
    minus: (x: number, y: number) => x - y,
  });
  const results: number[] = [];
  for (const name of ["plus", "minus"] as const) results.push(await driver[name](3, 1));
  assertEquals(results, [4, 2]);
  const loose: "plus" | "at" = "plus";
  // @ts-expect-error no parameters do for both
  assertEquals<unknown>(await driver[loose as "plus" | "at"](3, 1), 4);
});

Deno.test("Driver stays what it is, when a remote's member is a driver itself", async () => {
  interface Client {
    show(text: string): Date;
    nested: { ask(): Promise<number> };
  }
  interface Hub {
    client: Driver<Client>;
    clients: Driver<Client>[];
    any: Promisive<Client>;
    find(name: string): Driver<Client>;
  }
  assertType<IsExact<Driver<Hub>["client"], Driver<Client>>>(true);
  assertType<IsExact<Driver<Hub>["any"], Driver<Client>>>(true);
  assertType<IsExact<Driver<Hub>["clients"], { readonly [index: number]: Driver<Client> }>>(true);
  assertType<IsExact<Driver<Driver<Client>>, Driver<Client>>>(true);
  const client = fake<Client>({ show: () => "shown", nested: { ask: () => 1 } });
  const provider: Pick<Hub, "client"> = { client };
  const hub = fake<Hub>(provider);
  assertEquals(await hub.client.show("a"), "shown");
  const again: Driver<Client> = hub.client;
  assertEquals(await again.nested.ask(), 1);
});

abstract class End<P extends object | null, R extends object | null> {
  #provider: P;
  constructor(provider: P) {
    this.#provider = provider;
  }
  getProvider(): P {
    return this.#provider;
  }
  setProvider(provider: P): void {
    this.#provider = provider;
  }
  getDriver<C extends NonNullable<R> = NonNullable<R>, U extends boolean = false>(): Driver<C, U> {
    return fake<C, U>(this.#provider ?? {});
  }
}
class Client<P extends object | null, R extends object | null> extends End<P, R> {}

Deno.test("a communicator goes where a wider one is asked for, when its types do", async () => {
  interface Wide {
    f(): number;
  }
  interface Narrow extends Wide {
    g(): Date;
  }
  const narrow = new Client<Narrow, Narrow>({ f: () => 1, g: () => new Date(0) });
  const wideProvider: End<Wide, Narrow> = narrow;
  const wideRemote: End<Narrow, Wide> = narrow;
  const nullable: End<Narrow | null, Wide | null> = narrow;
  // deno-lint-ignore no-explicit-any -- takes all, as TGrid's do
  const all: End<any, any> = narrow;
  // @ts-expect-error a wide one lacks what a narrow one has
  const back: End<Narrow, Narrow> = new Client<Wide, Narrow>({ f: () => 1 });
  assertEquals(await wideProvider.getDriver().f(), 1);
  assertEquals(await wideRemote.getDriver().f(), 1);
  assertEquals(await nullable.getDriver().f(), 1);
  assertEquals(await all.getDriver().f(), 1);
  assertEquals(await back.getDriver().f(), 1);
  const chosen: Driver<Narrow> = narrow.getDriver<Narrow>();
  assertEquals((await chosen.g()).length, 24);
});

Deno.test("Driver can be used in generic code, when its controller is not known yet", async () => {
  async function ask<T extends { name(): string }>(driver: Driver<T & { name(): string }>) {
    const named: Driver<{ name(): string }> = driver as Driver<{ name(): string }>;
    return await named.name();
  }
  class Holder<R extends object> {
    constructor(readonly driver: Driver<R>) {}
    use<T>(how: (driver: Driver<R>) => T): T {
      return how(this.driver);
    }
  }
  const driver = fake<{ name(): string }>({ name: () => "n" });
  assertEquals(await ask(driver), "n");
  const holder = new Holder<{ name(): string }>(driver);
  assertEquals(await holder.use((held) => held.name()), "n");
});
