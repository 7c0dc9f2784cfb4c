import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";
import type { Driver } from "../../src/types/driver.ts";
import type { Functional, Promisive } from "../../src/types/promisive.ts";
import { fake } from "./fake.ts";

interface Node {
  next: Node;
  children: Node[];
  maybe?: Node | null;
  byName: Record<string, Node>;
  f(): number;
  at(): Date;
  load(): Promise<Node>;
}

Deno.test("Driver ends, when the controller holds itself", async () => {
  type D = Driver<Node>;
  assertType<IsExact<D["next"]["next"]["next"]["f"], () => Promise<number>>>(true);
  assertType<IsExact<D["children"][number]["children"][number]["at"], () => Promise<string>>>(true);
  assertType<IsExact<NonNullable<D["maybe"]>["byName"][string], Promisive<Node>>>(true);
  const node: { f(): number; next?: unknown; children?: unknown } = { f: () => 1 };
  [node.next, node.children] = [node, [node]];
  const driver = fake<Node>(node);
  assertEquals(await driver.next.next.children[0]?.next.f(), 1);
  // @ts-expect-error however deep, results are promises
  const wrong: number = driver.next.next.next.f();
  assertEquals(await wrong, 1);
});

Deno.test("Driver ends, when controllers hold each other or a class returns itself", async () => {
  interface Left {
    right: Right;
    all(): Left[];
  }
  interface Right {
    left: Left;
    both: [Left, Right];
    all(): Promise<Right[]>;
  }
  type L = Driver<Left>["right"]["left"]["right"]["both"];
  assertType<IsExact<L[0], Promisive<Left>>>(true);
  assertType<IsExact<L[1]["both"][0], Promisive<Left>>>(true);
  class Chain {
    readonly self = this;
    add(_x: number): this {
      return this;
    }
    later(): Promise<this> {
      return Promise.resolve(this);
    }
    count: number = 1;
  }
  type Sent = Awaited<ReturnType<Driver<Chain>["add"]>>;
  assertType<IsExact<Sent["count"], number>>(true);
  assertType<IsExact<keyof Sent, "self" | "count">>(true);
  const chain: { add(): unknown; later(): unknown } = {
    add: () => 1,
    later: () => new Chain().count,
  };
  const driver = fake<Chain>(chain);
  const sent: Sent = await driver.add(1);
  assertEquals<unknown>([sent, await driver.later()], [1, 1]);
});

Deno.test("Functional ends, when a function carries itself", async () => {
  interface Self {
    (x: number): number;
    self: Self;
  }
  type F = Functional<Self>;
  assertType<IsExact<ReturnType<F["self"]["self"]>, Promise<number>>>(true);
  const self: Self = Object.assign((x: number) => x, { self: null as never });
  self.self = self;
  assertEquals(await fake<{ f: Self }>({ f: self }).f.self.self(1), 1);
});

Deno.test("Driver<T> goes where a T is asked for, when T holds itself", async () => {
  interface Tree {
    size(): Promise<number>;
    parent?: Tree;
    child: Tree;
  }
  const tree = { size: () => 1, child: { size: () => 2 } };
  const local: Tree = fake<Tree>(tree);
  assertEquals(await local.child.size(), 2);
  // @ts-expect-error not where the type of one deep inside differs
  const wrong: Tree = fake<Omit<Tree, "child"> & { child: { size(): string } }>(tree);
  assertEquals(await wrong.size(), 1);
});

Deno.test("Driver ends, when a generic controller grows as it holds itself", async () => {
  interface Box<T> {
    get(): T;
    inner: Box<{ of: T }>;
  }
  type Inner = ReturnType<Driver<Box<Date>>["inner"]["inner"]["get"]>;
  assertType<IsExact<Inner, Promise<{ of: { of: string } }>>>(true);
  const driver = fake<Box<Date>>({ inner: { inner: { get: () => ({ of: { of: "at" } }) } } });
  assertEquals((await driver.inner.inner.get()).of.of, "at");
});
