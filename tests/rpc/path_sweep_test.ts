import { Buffer } from "node:buffer";
import vm from "node:vm";
import { assert, assertEquals } from "@std/assert";
import { find } from "../../src/rpc/resolve_path.ts";

/** All names that an object answers without having them, but for those that are always refused. */
function inheritedNames(object: object): Set<string> {
  const names = new Set<string>();
  for (let at = Object.getPrototypeOf(object); at !== null; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (!/^_|_$|\./.test(name) && !Object.hasOwn(object, name)) names.add(name);
    }
  }
  return names;
}

/** What of it can be reached, and how many names were tried. */
function sweep(label: string, object: object): { reached: string[]; tried: number } {
  const names = [...inheritedNames(object)];
  const reached = names.filter((name) =>
    find(object, name) !== undefined || find({ object }, `object.${name}`) !== undefined
  );
  return { reached: reached.map((name) => `${label}: ${name}`), tried: names.length };
}

function sweepAll(objects: Iterable<readonly [string, object]>): number {
  let total = 0;
  for (const [label, object] of objects) {
    const { reached, tried } = sweep(label, object);
    assertEquals(reached, []);
    total += tried;
  }
  return total;
}

/** The classes that a runtime has as globals, whether they are native or not. */
function* globalClasses(): Generator<[string, { prototype: object }]> {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!/^[A-Z]/.test(name)) continue;
    const value = Reflect.get(globalThis, name);
    if (typeof value !== "function" || typeof value.prototype !== "object") continue;
    if (value.prototype !== null) yield [name, value];
  }
}

Deno.test("find() refuses all that is inherited when a class is global", () => {
  const classes = [...globalClasses()];
  assert(classes.length > 100, `${classes.length} classes`);
  const tried = sweepAll(
    classes.map(([name, { prototype }]) => [name, Object.create(prototype) as object] as const),
  );
  assert(tried > 1_500, `${tried} names`);
});

Deno.test("find() refuses all that is inherited when a user's class extends a global one", () => {
  const classes = [...globalClasses()].flatMap(([name, base]) => {
    class Extended {}
    Object.setPrototypeOf(Extended, base);
    Object.setPrototypeOf(Extended.prototype, base.prototype);
    return [[`static ${name}`, Extended], [name, Object.create(Extended.prototype)]] as const;
  });
  assert(sweepAll(classes) > 1_500);
});

/** Values whose prototypes are no global classes', or stand somewhere else. */
const VALUES: Readonly<Record<string, () => object>> = {
  "a function": () => () => {},
  "an async function": () => async () => {},
  "a generator function": () => function* () {},
  "an async generator function": () => async function* () {},
  "a class": () => class {},
  "a bound function": () => Math.max.bind(null),
  "the arguments of a function": () =>
    (function () {
      return arguments;
    })(),
  "a list's iterator": () => [1].values(),
  "a map's iterator": () => new Map().entries(),
  "a set's iterator": () => new Set().values(),
  "a text's iterator": () => ""[Symbol.iterator](),
  "the matches of a text": () => "".matchAll(/a/g),
  "an iterator of a helper": () => [1].values().map((x) => x),
  "a generator": () => (function* () {})(),
  "an async generator": () => (async function* () {})(),
  "iterated headers": () => new Headers().entries(),
  "an iterated form": () => new FormData().keys(),
  "an iterated query": () => new URLSearchParams().values(),
  "an iterated stream": () => new ReadableStream()[Symbol.asyncIterator](),
  "segments": () => new Intl.Segmenter().segment("a"),
  "iterated segments": () => new Intl.Segmenter().segment("a")[Symbol.iterator](),
  "a number format": () => new Intl.NumberFormat(),
  "a memory": () => new WebAssembly.Memory({ initial: 1 }),
  "a module": () => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  "a Node buffer": () => Buffer.from("a"),
  "a frozen list": () => Object.freeze([1]),
  "a proxy of a map": () => new Proxy(new Map(), {}),
  "an object over `Math`": () => Object.create(Math),
  "an object over `Reflect`": () => Object.create(Reflect),
  "an object over `JSON`": () => Object.create(JSON),
  "an object over `Intl`": () => Object.create(Intl),
  "an object over `Atomics`": () => Object.create(Atomics),
  "the global object": () => globalThis,
  "an object over the global object": () => Object.create(globalThis),
  "cryptography": () => crypto.subtle,
  "a clock": () => performance,
};

Deno.test("find() refuses all that is inherited when a value is built in", () => {
  const values = Object.entries(VALUES).map(([label, make]) => [label, make()] as const);
  assert(sweepAll(values) > 500);
});

/** The same in another realm, as a text each. */
const FOREIGN: readonly string[] = [
  "({})",
  "[1]",
  "() => {}",
  "(class {})",
  "(class extends Map {})",
  "new (class extends Array {})()",
  "async () => {}",
  "(function* () {})",
  "(function* () {})()",
  "(async function* () {})()",
  "[1].values()",
  "[1].values().map((x) => x)",
  "new Map().keys()",
  "''.matchAll(/a/g)",
  "new Map()",
  "new Set()",
  "new Date()",
  "/a/",
  "new Error()",
  "Promise.resolve()",
  "Object('a')",
  "Object(1n)",
  "new Uint8Array(1)",
  "new Proxy([], {})",
  "new WeakRef({})",
  "new Intl.Segmenter().segment('a')",
  "Object.create(Reflect)",
  "Object.create(Map.prototype)",
];

Deno.test("find() refuses all that is inherited when a value is another realm's", () => {
  const realm = vm.createContext({});
  const values = FOREIGN.map((text) => [text, vm.runInContext(text, realm) as object] as const);
  assert(sweepAll(values) > 500);
});
