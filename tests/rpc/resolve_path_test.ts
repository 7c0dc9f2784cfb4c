import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { createDriver } from "../../src/rpc/driver.ts";
import { find } from "../../src/rpc/resolve_path.ts";
import { me, never, type ReachedRow, recorder, type RefusedRow } from "./path_rows.ts";
import { REFUSED_BUILT_INS } from "./path_refused_built_ins.ts";
import { REFUSED_CHANGED } from "./path_refused_changed.ts";
import { REFUSED_FORMS } from "./path_refused_forms.ts";
import { REFUSED_NAMES } from "./path_refused_names.ts";
import { REFUSED_RUNTIME } from "./path_refused_runtime.ts";
import { REFUSED_TRICKS } from "./path_refused_tricks.ts";
import { REACHED_BUILT_INS } from "./path_reached_built_ins.ts";
import { REACHED_CLASSES } from "./path_reached_classes.ts";
import { REACHED_DRIVERS } from "./path_reached_drivers.ts";
import { REACHED_NAMES } from "./path_reached_names.ts";
import { REACHED_OBJECTS } from "./path_reached_objects.ts";
import { REACHED_ODD } from "./path_reached_odd.ts";

const REFUSED: readonly RefusedRow[] = [
  ...REFUSED_NAMES,
  ...REFUSED_FORMS,
  ...REFUSED_BUILT_INS,
  ...REFUSED_RUNTIME,
  ...REFUSED_TRICKS,
  ...REFUSED_CHANGED,
];

const REACHED: readonly ReachedRow[] = [
  ...REACHED_OBJECTS,
  ...REACHED_NAMES,
  ...REACHED_CLASSES,
  ...REACHED_BUILT_INS,
  ...REACHED_ODD,
  ...REACHED_DRIVERS,
];

/** What a path leads to where nobody looks after it. */
function careless(provider: unknown, path: unknown): unknown {
  try {
    return String(path).split(".").reduce(
      (at: unknown, name) => (at as Record<string, unknown>)[name],
      provider,
    );
  } catch {
    return undefined;
  }
}

function brief(path: unknown): string {
  const text = String(path);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

Deno.test("find() refuses a path when it may not be reached", async (t) => {
  for (const { why, provider: offer, path, reads, there, during } of REFUSED) {
    await t.step(`${brief(path)}: ${why}`, () => {
      const undo = during?.();
      const { log, watch } = recorder();
      let found: unknown, seen: readonly string[], naive: unknown;
      try {
        const provider = offer(watch);
        found = find(provider, path as string);
        seen = [...log];
        naive = careless(provider, path);
      } finally {
        undo?.();
      }
      assertEquals(found, undefined);
      if (reads !== undefined) assertEquals(seen, reads);
      assertEquals(typeof naive === "function", there !== false, "is it there?");
    });
  }
});

Deno.test("find() finds a function, and its `this`, when it may be reached", async (t) => {
  for (const { why, make, path, reads, during } of REACHED) {
    await t.step(`${brief(path)}: ${why}`, async () => {
      const undo = during?.();
      const { log, watch } = recorder();
      try {
        const reached = make(watch);
        const found = find(reached.provider, path);
        assert(found !== undefined, "it was refused");
        if (reads !== undefined) assertEquals(log, reads);
        assertStrictEquals(found.self, reached.self);
        const returned = Reflect.apply(found.function, found.self, []);
        if ("result" in reached) assertEquals(await returned, reached.result);
        else assertStrictEquals(returned, reached.self);
      } finally {
        undo?.();
      }
    });
  }
});

Deno.test("find() is held to 80 reasons on either side when the tables are run", () => {
  for (const rows of [REFUSED, REACHED]) {
    const reasons = new Set(rows.map(({ why }) => why));
    assertEquals(reasons.size, rows.length, "a reason stands there twice");
    assert(reasons.size >= 80, `${reasons.size} reasons`);
  }
});

/** Names that are refused whatever they stand for. */
const FORBIDDEN = ["_x", "x_", "constructor", "prototype", "__proto__", "then"];

Deno.test("find() shows nothing of whether a name exists when the name is forbidden", () => {
  for (const name of FORBIDDEN) {
    const value = Object.assign(() => {}, { a: me, [name]: me });
    const has = Object.defineProperty({}, name, { value });
    const cases: [path: string, has: object, lacks: object][] = [
      [name, has, Object.create(null)],
      [`${name}.a`, has, Object.create(null)],
      [`a.${name}`, { a: has }, { a: Object.create(null) }],
      [`a.${name}.a`, { a: has }, { a: Object.create(null) }],
    ];
    for (const [path, ...providers] of cases) {
      const looks = providers.map((provider) => lookedAt(provider, path));
      assertEquals(looks, [[], []], path);
    }
  }
});

Deno.test("find() shows nothing of whether a name exists when a built-in would answer it", () => {
  const cases: [kind: string, make: () => object, name: string][] = [
    ["an object", () => ({}), "toString"],
    ["a list", () => [1], "push"],
    ["a map", () => new Map(), "clear"],
    ["a function", () => never, "call"],
    ["headers", () => new Headers(), "append"],
    ["a generator", () => (function* () {})(), "next"],
    ["an instance", () => new (class extends class {} {})(), "valueOf"],
    ["an instance over a list", () => new (class extends Array {})(), "at"],
    ["a class", () => class extends Promise<void> {}, "race"],
  ];
  for (const [kind, make, name] of cases) {
    const there = lookedAt(make(), name).map((look) => look.replace(name, "*"));
    const absent = lookedAt(make(), "absent").map((look) => look.replace("absent", "*"));
    assertEquals(there, absent, kind);
    assertEquals(there, ["getOwnPropertyDescriptor *", "getPrototypeOf"], kind);
  }
});

Deno.test("find() asks a function nothing when every function has a property of that name", () => {
  for (const name of ["name", "length", "caller", "arguments"]) {
    assertEquals(lookedAt(() => {}, name), []);
    assertEquals(lookedAt(Object.defineProperty(() => {}, name, { value: me }), name), []);
  }
});

/** The looks at a provider that a refused path causes. */
function lookedAt(provider: object, path: string): string[] {
  const { log, watch } = recorder();
  assertEquals(find(watch(provider), path), undefined, path);
  return log;
}

Deno.test("find() refuses a path when it is longer than the limit that was given", () => {
  const provider = { abc: { de: me } };
  assertEquals(find(provider, "abc.de", { pathLength: 5, pathSteps: 2 }), undefined);
  assertEquals(find(provider, "abc.de", { pathLength: 6, pathSteps: 1 }), undefined);
  assertEquals(find(provider, "abc.de", { pathLength: 0, pathSteps: 0 }), undefined);
  assertStrictEquals(find(provider, "abc.de", { pathLength: 6, pathSteps: 2 })?.function, me);
});

Deno.test("find() keeps to the limit when it has found the path before", () => {
  const provider = { abc: { de: me } };
  for (let time = 0; time < 2; time++) {
    assertStrictEquals(find(provider, "abc.de")?.function, me);
    assertEquals(find(provider, "abc.de", { pathLength: 5, pathSteps: 64 }), undefined);
    assertEquals(find(provider, "abc.de", { pathLength: 4_096, pathSteps: 1 }), undefined);
  }
});

Deno.test("find() takes any length when the limits are taken off", () => {
  const ring: Record<string, unknown> = { open: me };
  ring.r = ring;
  const path = `${"r.".repeat(5_000)}open`;
  const found = find(ring, path, { pathLength: Infinity, pathSteps: Infinity });
  assertStrictEquals(found?.function, me);
});

Deno.test("find() answers alike when it is asked again", () => {
  class Room {
    open(): void {}
  }
  const provider = { room: new Room(), list: [me] };
  for (let time = 0; time < 3; time++) {
    assertStrictEquals(find(provider, "room.open")?.self, provider.room);
    assertStrictEquals(find(provider, "list.0")?.self, provider.list);
    assertEquals(find(provider, "list.push"), undefined);
    assertEquals(find(provider, "room._open"), undefined);
  }
});

Deno.test("find() answers alike when thousands of other paths came between", () => {
  const provider = { room: { open: me }, other: createDriver({ call: () => Promise.resolve() }) };
  for (let count = 0; count < 3_000; count++) {
    assert(find(provider, `other.room${count}`) !== undefined);
    assertEquals(find(provider, `room${count}`), undefined);
  }
  assertStrictEquals(find(provider, "room.open")?.self, provider.room);
});

Deno.test("find() sees a member that was changed when it is asked again", () => {
  const provider: Record<string, unknown> = { open: me };
  assertStrictEquals(find(provider, "open")?.function, me);
  provider.open = never;
  assertStrictEquals(find(provider, "open")?.function, never);
  delete provider.open;
  assertEquals(find(provider, "open"), undefined);
});

Deno.test("find() keeps a class for the user's when its constructor is changed later", () => {
  class Room {
    open(): void {}
  }
  const room = new Room();
  assertStrictEquals(find(room, "open")?.self, room);
  Object.defineProperty(Room.prototype, "constructor", { value: Map });
  assertStrictEquals(find(room, "open")?.self, room);
});

Deno.test("find() reaches an old class when it is given a constructor of its own at last", () => {
  const prototype = { constructor: Map as unknown, open: me };
  const room = Object.create(prototype);
  assertEquals(find(room, "open"), undefined);
  prototype.constructor = function Room(): void {};
  assertStrictEquals(find(room, "open")?.self, room);
});

Deno.test("find() follows an object when its prototype is exchanged", () => {
  const room = Object.create({ open: me });
  assertStrictEquals(find(room, "open")?.self, room);
  Object.setPrototypeOf(room, Map.prototype);
  assertEquals(find(room, "open"), undefined);
  assertEquals(find(room, "clear"), undefined);
});

Deno.test("find() reaches a class when fewer than 64 stand above it", () => {
  const chain = (length: number): object => {
    let object: object = Object.assign(Object.create(null), { open: me });
    for (let count = 0; count < length; count++) object = Object.create(object);
    return object;
  };
  assertStrictEquals(find(chain(64), "open")?.function, me);
  assertEquals(find(chain(65), "open"), undefined);
});

Deno.test("find() works inside a getter that it runs itself", () => {
  const inner = { open: me };
  const provider = {
    get outer(): unknown {
      return find({ inner }, "inner.open")?.self;
    },
  };
  assertStrictEquals(find(provider, "outer.open")?.self, inner);
});
