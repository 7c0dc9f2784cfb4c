import { assertEquals, assertRejects } from "@std/assert";
import { assertType, type IsAny, type IsExact, type IsUnknown } from "@std/testing/types";
import type { Driver } from "../../src/types/driver.ts";
import type { OmitEdgeUnderscored, Promisive } from "../../src/types/promisive.ts";
import { fake, json } from "./fake.ts";

// deno-lint-ignore no-explicit-any -- is what is tested
type Any = any;
interface Room {
  post(text: string): Date;
}
const room = { post: () => new Date(0) };

Deno.test("Driver drives objects of any depth, when they hold functions", async () => {
  interface Remote {
    plus(x: number, y: number): number;
    a: { b: { c: { at(): Date } } };
  }
  type Expected = {
    readonly plus: (x: number, y: number) => Promise<number>;
    readonly a: { readonly b: { readonly c: { readonly at: () => Promise<string> } } };
  };
  assertType<IsExact<Driver<Remote>, Expected>>(true);
  assertType<IsExact<Promisive<Remote>, Expected>>(true);
  const driver = fake<Remote>({ plus: (x: number) => x, a: { b: { c: { at: () => "at" } } } });
  assertEquals([await driver.plus(1, 2), await driver.a.b.c.at()], [1, "at"]);
  // @ts-expect-error members are readonly
  driver.plus = () => Promise.resolve(1);
  // @ts-expect-error there is no such function
  await assertRejects(() => driver.a.b.d(), TypeError);
});

Deno.test("Driver has no member, when that is an atom or a built-in object", () => {
  interface Atoms {
    f(): void;
    text: string;
    count: number | null;
    flag?: boolean;
    big: bigint;
    symbol: symbol;
    literal: "a";
    // deno-lint-ignore ban-types -- is what is tested
    boxes: String | Number | Boolean;
    date: Date;
    map: Map<string, Room>;
    set: ReadonlySet<Room>;
    bytes: Float32Array | ArrayBuffer | DataView;
    pattern: RegExp;
    promise: Promise<Room>;
    texts: readonly string[];
    nothing: null;
    never: never;
  }
  assertType<IsExact<Driver<Atoms>, { readonly f: () => Promise<void> }>>(true);
  const driver = fake<Atoms>({});
  // @ts-expect-error an atom can't be read from afar
  void driver.text;
});

Deno.test("Driver has no member, when its name is one that no remote may reach", () => {
  const key = Symbol();
  class Names {
    _private() {}
    private_() {}
    a_b() {}
    __proto() {}
    then() {}
    toJSON() {}
    prototype = { f() {} };
    [key]() {}
    protected guarded() {}
    private own() {}
    #hidden() {}
    uses() {
      return [this.own, this.#hidden];
    }
  }
  assertType<IsExact<keyof Driver<Names>, "a_b" | "uses">>(true);
  type Indexed = Driver<{ [name: string]: () => void; [name: `_${string}`]: () => void }>;
  assertType<IsExact<Indexed, { readonly [name: string]: () => Promise<void> }>>(true);
  type Held = Driver<{ constructor: () => void; f(): void }>;
  assertType<IsExact<keyof Held, "f">>(true);
  const driver = fake<Names>(new Names());
  // @ts-expect-error refused
  void driver._private;
});

Deno.test("Driver has `call`, `apply` and `bind`, when they are the root's alone", async () => {
  interface Remote {
    call(name: string): number;
    below: { call(name: string): number; f(): number };
  }
  assertType<IsExact<Driver<Remote>["call"], (name: string) => Promise<number>>>(true);
  assertType<IsExact<keyof Driver<Remote>["below"], "f">>(true);
  assertType<IsExact<keyof Promisive<Remote>, "below">>(true);
  const driver = fake<Remote>({ below: () => 1, call: (name: string) => name.length });
  assertEquals(await driver.call("name"), 4);
  // @ts-expect-error below the root it is the local one
  void driver.below.call("name");
});

Deno.test("OmitEdgeUnderscored leaves names out, when they begin or end with a line", () => {
  type Open = OmitEdgeUnderscored<{ a?: 1; readonly a_b: 2; _c: 3; d_: 4; 5: 5 }>;
  assertType<IsExact<Open, { a?: 1; readonly a_b: 2; 5: 5 }>>(true);
  const open: Open = { a_b: 2, 5: 5 };
  // @ts-expect-error not there
  assertEquals(open._c, undefined);
});

Deno.test("Driver keeps any and unknown, when they are members or the whole remote", async () => {
  interface Loose {
    any: Any;
    unknown: unknown;
    anys: Any[];
    unknowns: unknown[];
  }
  assertType<IsAny<Driver<Loose>["any"]>>(true);
  assertType<IsUnknown<Driver<Loose>["unknown"]>>(true);
  assertType<IsAny<Driver<Loose>["anys"][number]>>(true);
  assertType<IsUnknown<Driver<Loose>["unknowns"][number]>>(true);
  const driver = fake<Loose>({ any: { deep: { f: () => 1 } }, unknown: () => 2 });
  assertEquals(await driver.any.deep.f(), 1);
  // @ts-expect-error it has to be looked at first
  assertEquals(await driver.unknown(), 2);
  assertEquals(typeof driver.unknown === "function" && await driver.unknown(), 2);

  const untyped = fake<Any>({ a: { b: () => 3 } });
  assertType<IsExact<Driver<Any>, { readonly [name: string]: Any }>>(true);
  assertEquals(await untyped.a.b(), 3);
  // @ts-expect-error it has every member, but it is no function
  await assertRejects(() => untyped(), TypeError);
});

Deno.test("Driver lets a member be missing, when the remote may have none", async () => {
  interface Sparse {
    maybe?: () => Date;
    nullable: (() => number) | null;
    undefinable: { f(): number } | undefined;
    space?: { f(): number; deeper?: Room };
  }
  type Expected = {
    readonly maybe?: () => Promise<string>;
    readonly nullable: (() => Promise<number>) | null;
    readonly undefinable: { readonly f: () => Promise<number> } | undefined;
    readonly space?: { readonly f: () => Promise<number>; readonly deeper?: Promisive<Room> };
  };
  assertType<IsExact<Driver<Sparse>, Expected>>(true);
  const driver = fake<Sparse>({ maybe: () => "now", space: { f: () => 1, deeper: room } });
  assertEquals(await driver.maybe?.(), "now");
  assertEquals(await driver.space?.f(), 1);
  assertEquals((await driver.space?.deeper?.post("a"))?.length, 24);
  // @ts-expect-error it may be missing
  assertEquals(await driver.maybe(), "now");
});

Deno.test("Driver is a union, when the remote or a member is one", async () => {
  type Remote = { kind(): "a"; a(): Date } | { kind(): "b"; b(): Date };
  type Expected =
    | { readonly kind: () => Promise<"a">; readonly a: () => Promise<string> }
    | { readonly kind: () => Promise<"b">; readonly b: () => Promise<string> };
  assertType<IsExact<Driver<Remote>, Expected>>(true);
  interface Either {
    f: ((x: string) => number) | ((x: string, y: number) => Date);
    g: string | Room | (() => 1);
  }
  type F = ((x: string) => Promise<number>) | ((x: string, y: number) => Promise<string>);
  assertType<IsExact<Driver<Either>["f"], F>>(true);
  assertType<IsExact<Driver<Either>["g"], Promisive<Room> | (() => Promise<1>)>>(true);
  const driver = fake<Remote>({ kind: () => "a", a: () => "at" });
  assertEquals(await driver.kind(), "a");
  // @ts-expect-error only one of them has it
  assertEquals(await driver.a(), "at");
  const either = fake<Either>({ f: (x: string) => x.length });
  assertEquals(await either.f("abc", 1), 3);
});

Deno.test("Driver has a list's elements by index, when they can be driven", async () => {
  interface Lists {
    rooms: Room[];
    pair: readonly [first: Room, name: string, last?: () => 1];
    rest: [first: Room, ...rest: (() => 1)[]];
    grid: Room[][];
  }
  type L = Driver<Lists>;
  assertType<IsExact<L["rooms"], { readonly [index: number]: Promisive<Room> }>>(true);
  assertType<IsExact<L["pair"][0], Promisive<Room>>>(true);
  assertType<IsExact<keyof L["pair"], "0" | "2">>(true);
  assertType<IsExact<L["rest"][0], Promisive<Room>>>(true);
  assertType<IsExact<L["rest"][number], Promisive<Room> | (() => Promise<1>)>>(true);
  const driver = fake<Lists>({
    rooms: [room, room],
    pair: [room, "", () => 1],
    rest: [room],
    grid: [[room]],
  });
  assertEquals((await driver.rooms[1]?.post("a"))?.length, 24);
  assertEquals((await driver.pair[0].post("a")).length, 24);
  assertEquals([await driver.pair[2]?.(), (await driver.rest[0].post("a")).length], [1, 24]);
  assertEquals((await driver.grid[0]?.[0]?.post("a"))?.length, 24);
  // @ts-expect-error a list's own functions are refused
  void driver.rooms.pop;
  // @ts-expect-error nor has it a length
  void driver.rooms.length;
  // @ts-expect-error an atom among the elements is none of the driver's
  void driver.pair[1];
});

Deno.test("Driver has a class's public functions, when there are getters and more", async () => {
  abstract class Base {
    static make(): void {}
    protected abstract secret(): number;
    abstract open(): Date;
    inherited(): number {
      return this.secret();
    }
  }
  class Service extends Base {
    #count = 1;
    field = (x: number): number => x + this.#count;
    protected secret = (): number => 2;
    open(): Date {
      return new Date(0);
    }
    get room(): Room {
      return room;
    }
    get count(): number {
      return this.#count;
    }
  }
  assertType<IsExact<keyof Driver<Base>, "open" | "inherited">>(true);
  assertType<IsExact<keyof Driver<Service>, keyof Driver<Base> | "field" | "room">>(true);
  const driver = fake<Service>(new Service());
  const results = [await driver.open(), await driver.inherited(), await driver.field(1)];
  assertEquals(results, [json(new Date(0)), 2, 2]);
  assertEquals((await driver.room.post("a")).length, 24);
  // @ts-expect-error what a getter gives is an atom
  void driver.count;
});

Deno.test("Driver has what a class adds, when it extends a built-in collection", async () => {
  class Rooms extends Map<string, Room> {
    open(name: string): number {
      return this.has(name) ? 1 : 0;
    }
  }
  class Stack extends Array<Room> {
    top(): number {
      return this.length;
    }
  }
  class Guests extends Set<Room> {
    greet(): number {
      return this.size;
    }
  }
  type R = Driver<{ rooms: Rooms; stack: Stack; guests: Guests }>;
  assertType<IsExact<R["guests"], { readonly greet: () => Promise<number> }>>(true);
  assertType<IsExact<R["rooms"], { readonly open: (name: string) => Promise<number> }>>(true);
  assertType<IsExact<keyof R["stack"], number | "top">>(true);
  const driver = fake<{ rooms: Rooms; stack: Stack }>({
    rooms: new Rooms([["a", room]]),
    stack: new Stack(room, room),
  });
  assertEquals([await driver.stack.top(), await driver.stack[1]?.post("a")], [
    2,
    json(new Date(0)),
  ]);
  assertEquals(await driver.rooms.open("a"), 1);
  const { guests } = fake<{ guests: Guests }>({ guests: new Guests([room]) });
  assertEquals(await guests.greet(), 1);
  // @ts-expect-error what it inherits is refused
  void driver.rooms.clear;
});

Deno.test("Driver has every name, when the remote has an index signature", async () => {
  type Remote = { rooms: Record<string, Room>; [on: `on${string}`]: (x: number) => Date };
  type R = Driver<Remote>;
  assertType<IsExact<R["rooms"], { readonly [name: string]: Promisive<Room> }>>(true);
  assertType<IsExact<R["onOpen"], (x: number) => Promise<string>>>(true);
  const driver = fake<Remote>({ rooms: { a: room }, onOpen: () => "opened" });
  assertEquals((await driver.rooms.a?.post("b"))?.length, 24);
  assertEquals(await driver.onOpen?.(1), "opened");
  // @ts-expect-error not of that pattern
  void driver.atOpen;
});
