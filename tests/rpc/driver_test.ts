import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertLess,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { inspect } from "node:util";
import { Driver, NotSentError, withOptions } from "../../mod.ts";
import { createDriver, createReference, isDriver } from "../../src/rpc/driver.ts";
import { importMap } from "../hostile/child.ts";
import { turn } from "../helpers/waiting.ts";

/** Whatever a peer may offer. */
interface Wild {
  (...args: unknown[]): Promise<unknown>;
  readonly [name: string]: Wild;
}

/** A driver whose calls are noted and answered with their number. */
function noting(): { readonly driver: Wild; readonly calls: [path: string, args: unknown[]][] } {
  const calls: [string, unknown[]][] = [];
  const driver = createDriver({ call: (path, args) => Promise.resolve(calls.push([path, args])) });
  return { driver: driver as Wild, calls };
}

Deno.test("createDriver() calls by its path when a member is called, at any depth", async () => {
  const { driver, calls } = noting();
  assertEquals(await driver.plus!(1, 2), 1);
  await driver.a!.b!.c!.d!.e!.f!.g!();
  await driver.list![1]!.f!(undefined, null);
  assertEquals(calls, [
    ["plus", [1, 2]],
    ["a.b.c.d.e.f.g", []],
    ["list.1.f", [undefined, null]],
  ]);
});

for (
  const [why, callOf, path] of [
    ['the name "a.b" is empty or has a dot', (driver) => driver["a.b"]!(), "a.b"],
    [
      'the name "7.admin" is empty or has a dot',
      (driver) => driver.rooms!["7.admin"]!.post!(),
      "rooms.7.admin.post",
    ],
    ['the name "." is empty or has a dot', (driver) => driver["."]!.f!(), "..f"],
    ['the name "a." is empty or has a dot', (driver) => driver.f!["a."]!.call(null), "f.a."],
    ['the name "" is empty or has a dot', (driver) => driver[""]!.post!(), ".post"],
    ['the name "" is empty or has a dot', (driver) => driver.rooms![""]!.post!(), "rooms..post"],
    ['the name "" is empty or has a dot', (driver) => driver.f![""]!.bind(null)(), "f."],
    [
      'the name "" is empty or has a dot',
      (driver) => withOptions(driver[""]!, { timeout: 5 })(),
      "",
    ],
    ['the name "a.b" is empty or has a dot', (driver) => driver[""]!["a.b"]!(), ".a.b"],
  ] as [string, (driver: Wild) => Promise<unknown>, string][]
) {
  Deno.test(`createDriver() sends no call to "${path}" when ${why}`, async () => {
    const { driver, calls } = noting();
    const error = await assertRejects(() => callOf(driver), NotSentError);
    assertEquals([error.message, calls], [`Cannot call "${path}": ${why}`, []]);
    assertEquals(error.method, path);
  });
}

Deno.test("createReference() calls at a path that begins with a dot, and refuses a member's name with one", async () => {
  const paths: string[] = [];
  const caller = { call: (path: string) => Promise.resolve(paths.push(path)) };
  const reference = createReference(caller, ".7", () => {}) as Wild;
  await reference();
  await reference.a!.b!();
  await assertRejects(
    () => reference["a.b"]!(),
    NotSentError,
    'the name "a.b" is empty or has a dot',
  );
  assertEquals(paths, [".7", ".7.a.b"]);
});

for (
  const name of [
    ...["on", "off", "close", "join", "name", "length", "connect", "toString", "valueOf"],
    ...[
      "catch",
      "finally",
      "hasOwnProperty",
      "nodeType",
      "$$typeof",
      "asymmetricMatch",
      "a_b",
      "a@b",
      "arguments",
      "caller",
    ],
  ]
) {
  Deno.test(`createDriver() calls the other end when the name is ${name}`, async () => {
    const { driver, calls } = noting();
    await driver[name]!(1);
    await driver.a![name]!(2);
    assertEquals(calls, [[name, [1]], [`a.${name}`, [2]]]);
  });
}

for (
  const name of [
    ...["then", "prototype", "_secret", "secret_", "_", "__v_raw", "__v_isRef", "__proto__"],
    ...["_isMockFunction", "@@iterator", "@@__IMMUTABLE_ITERABLE__@@", "hasAttribute"],
  ]
) {
  Deno.test(`createDriver() has no member when its name is ${name}`, () => {
    const { driver, calls } = noting();
    for (const one of [driver, driver.ns!, driver.ns!.f!]) assertEquals(one[name], undefined);
    assertEquals(calls, []);
  });
}

Deno.test("createDriver() has a local constructor when a tool asks for its name, and none to call", async () => {
  const { driver, calls } = noting();
  for (const one of [driver, driver.ns!, driver.ns!.f!]) {
    const constructor = one.constructor as unknown as () => Promise<unknown>;
    assertEquals([typeof constructor, constructor.name, isDriver(constructor)], [
      "function",
      "Driver",
      false,
    ]);
    assertStrictEquals(constructor, driver.constructor as unknown);
    await assertRejects(() => constructor(), NotSentError, "this name is reserved");
    assertThrows(() => constructor.toString(), TypeError);
    assertEquals((constructor as { constructor?: unknown }).constructor, undefined);
    assertThrows(() => Reflect.construct(constructor as never, []), TypeError);
    assertThrows(() => one.prototype!.x!(), TypeError);
  }
  assertEquals(calls, []);
});

for (const name of ["call", "apply", "bind"]) {
  Deno.test(`createDriver() calls the other end when ${name} is a name of its root`, async () => {
    const { driver, calls } = noting();
    await (driver[name] as Wild)("a", 1);
    assertEquals(calls, [[name, ["a", 1]]]);
  });
}

Deno.test("call(), apply() and bind() are local when they are below the root", async () => {
  const { driver, calls } = noting();
  const f = driver.ns!.f!;
  await f.call(null, 1, 2);
  await f.apply({}, [3, 4]);
  await f.apply(null);
  await f.apply(undefined, null as never);
  await f.bind(null, 5)(6);
  await f.bind(null).call(null, 7);
  await Reflect.apply(f, null, [8]);
  assertEquals(calls.map(([, args]) => args), [[1, 2], [3, 4], [], [], [5, 6], [7], [8]]);
  assertEquals(new Set(calls.map(([path]) => path)), new Set(["ns.f"]));
});

Deno.test("createDriver() gives no thenable when it is awaited, at the root and below", async () => {
  const { driver, calls } = noting();
  assertStrictEquals(await driver, driver);
  assertStrictEquals(await driver.ns, driver.ns);
  assertStrictEquals(await (() => Promise.resolve(driver.ns!.f))(), driver.ns!.f);
  assertStrictEquals(await Promise.all([driver]).then(([first]) => first), driver);
  assertEquals([driver.then, driver.ns!.then, driver.ns!.f!.then], [
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(calls, []);
});

Deno.test("createDriver() can be returned from an async function when someone awaits it", async () => {
  const { driver, calls } = noting();
  // deno-lint-ignore require-await -- what is tested is that the return does not await a call
  async function connect(): Promise<Wild> {
    return driver.ns!;
  }
  assertStrictEquals(await connect(), driver.ns);
  assertEquals(calls, []);
});

Deno.test("createDriver() becomes a text when it is coerced, without a call", () => {
  const { driver, calls } = noting();
  assertEquals(`${driver.rooms!.a}`, "[Driver rooms.a]");
  assertEquals(String(driver.f), "[Driver f]");
  assertEquals("" + driver.f, "[Driver f]");
  assertStringIncludes(`${driver}`, "[Driver");
  assertEquals(Number(driver.f), NaN);
  assertFalse((driver as unknown) == "x");
  assertEquals(Object.prototype.toString.call(driver), "[object Driver]");
  assertEquals(calls, []);
});

Deno.test("toString() is a remote call when a program calls it by name", async () => {
  const { driver, calls } = noting();
  await driver.f!.toString!();
  await driver.toString!();
  assertEquals(calls.map(([path]) => path), ["f.toString", "toString"]);
});

for (
  const [what, show] of [
    ["Deno.inspect", Deno.inspect],
    ["Deno.inspect with proxies", (value) => Deno.inspect(value, { showProxy: true })],
    ["Deno.inspect of an object around it", (value) => Deno.inspect({ a: [value] })],
    ["inspect of node:util", inspect],
    [
      "inspect of node:util with all it has",
      (value) => inspect(value, { showHidden: true, getters: true, depth: 5 }),
    ],
    ["inspect of node:util with proxies", (value) => inspect(value, { showProxy: true })],
  ] as [string, (value: unknown) => string][]
) {
  Deno.test(`createDriver() makes no call when it is shown by ${what}`, () => {
    const { driver, calls } = noting();
    for (const value of [driver, driver.ns, driver.ns!.f]) {
      assertEquals(typeof show(value), "string");
    }
    assertEquals(calls, []);
  });
}

Deno.test("createDriver() makes no call when it goes through the console", () => {
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["eval", ...importMap(), CONSOLE_PROGRAM],
    stdout: "piped",
    stderr: "piped",
  }).outputSync();
  assertStringIncludes(new TextDecoder().decode(stdout), "calls: 0");
  assertEquals(success, true, new TextDecoder().decode(stderr));
});

const CONSOLE_PROGRAM = `
import { createDriver } from ${JSON.stringify(import.meta.resolve("../../src/rpc/driver.ts"))};
let calls = 0;
const driver = createDriver({ call: () => Promise.resolve(calls++) });
console.log(driver, driver.ns, driver.ns.f, [driver.ns]);
console.log("%s %o %O %d %j", driver, driver.ns, driver.ns.f, driver);
console.error(driver.ns);
console.table([driver.ns]);
console.dir(driver);
console.log("calls: " + calls);
`;

Deno.test("JSON.stringify() throws a TypeError that names the driver when it meets one", () => {
  const { driver, calls } = noting();
  const text = "into JSON: call its functions instead";
  for (
    const [value, name] of [
      [driver, "a driver"],
      [driver.rooms, 'the driver of "rooms"'],
      [{ a: [driver.rooms!.a] }, 'the driver of "rooms.a"'],
    ]
  ) {
    const error = assertThrows(() => JSON.stringify(value), TypeError);
    assertEquals(error.message, `Cannot turn ${name} ${text}`);
  }
  assertEquals(calls, []);
});

Deno.test("Driver is a class when instanceof asks, and what getDriver gives is one", () => {
  const { driver } = noting();
  assertInstanceOf(driver, Driver);
  assertFalse({} instanceof Driver);
  assertEquals([typeof driver, typeof driver.f], ["object", "function"]);
  assertEquals(Driver.name, "Driver");
});

Deno.test("createDriver() makes the proxy of a path once when it is taken again", () => {
  const { driver } = noting();
  assertStrictEquals(driver.ns, driver.ns);
  assertStrictEquals(driver.ns!.a!.f, driver.ns!.a!.f);
  assertStrictEquals(driver.ns!.f!.bind, driver.ns!.f!.bind);
  assertNotStrictEquals(driver.a!.f, driver.b!.f);
});

Deno.test("createDriver() still calls when a proxy was taken before its place was given away", async () => {
  const { driver, calls } = noting();
  const first = driver.rooms!.first!;
  for (let id = 0; id < 10_000; id++) driver.rooms![id];
  await first.post!(1);
  await driver.rooms!.first!.post!(2);
  assertEquals(calls, [["rooms.first.post", [1]], ["rooms.first.post", [2]]]);
});

Deno.test("createDriver() keeps its memory when a million ids pass through it", async () => {
  let calls = 0;
  const done = Promise.resolve();
  const driver = createDriver({ call: () => (calls++, done) }) as Wild;
  const heap: number[] = [];
  for (let id = 0; id < 1_000_000; id++) {
    void driver.rooms![`room-${id}`]!.post!();
    if (id % 25_000 === 0) {
      await turn(); // lets the collector come in between
      heap.push(Deno.memoryUsage().heapUsed);
    }
  }
  assertEquals([calls, heap.length], [1_000_000, 40]);
  // a proxy kept for each would be ten times as much
  assertLess(Math.min(...heap.slice(-20)), 2 * Math.min(...heap.slice(0, 20)));
});

Deno.test("createDriver() shows no members when it is listed, spread or asked with in", () => {
  const { driver, calls } = noting();
  for (const one of [driver, driver.ns!, driver.ns!.f!]) {
    assertEquals(Object.keys(one), []);
    assertEquals({ ...one }, {});
    const seen: string[] = [];
    for (const key in one) seen.push(key);
    assertEquals(seen, []);
    assertFalse("anything" in one);
    assertFalse(Object.hasOwn(one, "anything"));
    assertEquals(one[Symbol.iterator as never], undefined);
    assertEquals(one[Symbol.asyncIterator as never], undefined);
  }
  assertThrows(() => [...driver.ns as unknown as Iterable<unknown>], TypeError);
  assertEquals(calls, []);
});

Deno.test("createDriver() throws at home when it is constructed or its root is called", () => {
  const { driver, calls } = noting();
  const Remote = driver.Remote as unknown as new () => unknown;
  assertThrows(() => new Remote(), TypeError);
  assertThrows(() => driver(1), TypeError);
  assertEquals(calls, []);
});

Deno.test("createDriver() is refused when a structured clone is asked for", () => {
  const { driver, calls } = noting();
  assertThrows(() => structuredClone(driver.f), DOMException);
  assertEquals(calls, []);
});

Deno.test("createDriver() throws when a program sets a member", () => {
  const { driver, calls } = noting();
  for (
    const [set, text] of [
      [() => Object.assign(driver, { note: 1 }), 'Cannot set "note" of a driver: it is read-only'],
      [
        () => Object.assign(driver.a!, { f: () => 1 }),
        'Cannot set "f" of the driver of "a": it is read-only',
      ],
      [() => Reflect.set(driver.a!, Symbol("s"), 1), 'Cannot set "Symbol(s)" of the driver of "a"'],
      [
        () => Object.defineProperty(driver.a!.f!, "x", { value: 1 }),
        'Cannot set "x" of the driver',
      ],
    ] as [() => unknown, string][]
  ) assertThrows(set, TypeError, text);
  assertEquals([Object.keys(driver), Object.keys(driver.a!), calls], [[], [], []]);
});

Deno.test("createDriver() still calls when it is frozen, sealed or marked by a tool", async () => {
  const { driver, calls } = noting();
  const mark = { value: true, configurable: true, enumerable: false };
  for (const one of [driver, driver.ns!, driver.ns!.f!]) {
    Object.defineProperty(one, "__v_skip", mark);
    Object.freeze(one);
    Object.seal(one);
    assert(Object.isFrozen(one));
    for (const name of ["name", "length", "other"]) await (one[name] as Wild)();
    assertEquals([one.prototype, one.__v_skip, Object.keys(one)], [undefined, undefined, []]);
    assertThrows(() => Object.assign(one, { name: 1 }), TypeError);
  }
  const at = ["", "ns.", "ns.f."];
  assertEquals(
    calls.map(([path]) => path),
    at.flatMap((path) => ["name", "length", "other"].map((name) => path + name)),
  );
});

Deno.test("createDriver() gives the caller what its call gives, also a rejection", async () => {
  const error = new Error("not sent");
  const driver = createDriver({ call: () => Promise.reject(error) }) as Wild;
  assertStrictEquals(await driver.f!().catch((reason) => reason), error);
  await assertRejects(() => driver.f!.call(null), Error, "not sent");
});

Deno.test("isDriver() tells drivers and their members from everything else, and runs no trap", () => {
  const { driver, calls } = noting();
  const reference = createReference({ call: () => Promise.resolve() }, "1", () => {});
  const ours = [
    driver,
    driver.a,
    driver.a!.b,
    driver["a.b"],
    withOptions(driver.a!, {}),
    reference,
  ];
  assertEquals(ours.map(isDriver), Array(6).fill(true));
  const traps: PropertyKey[] = [];
  const watched = new Proxy(() => {}, {
    get: (_target, name) => traps.push(name),
    has: (_target, name) => traps.push(name) > 0,
  });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const around = new Proxy(driver, {});
  const bound = driver.a!.f!.bind(null);
  for (
    const other of [
      undefined,
      null,
      7,
      "",
      "a",
      {},
      [],
      () => {},
      Driver,
      watched,
      proxy,
      around,
      bound,
    ]
  ) {
    assertEquals(isDriver(other), false);
  }
  assertEquals([traps, calls], [[], []]);
  assert(driver instanceof Driver);
});

Deno.test("createDriver() has nothing to dispose of, and asks nobody for it", () => {
  const { driver, calls } = noting();
  for (const one of [driver, driver.ns!]) {
    assertEquals(one[Symbol.dispose as never], undefined);
    assertEquals(one[Symbol.asyncDispose as never], undefined);
  }
  assertEquals(calls, []);
});
