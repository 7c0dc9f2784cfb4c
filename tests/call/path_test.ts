import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { createDriver } from "../../src/call/driver.ts";
import { find } from "../../src/call/path.ts";
import { me, never, type ReachedRow, recorder, type RefusedRow } from "./path_rows.ts";
import { REFUSED_BUILT_INS } from "./path_refused_built_ins.ts";
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
        const result = await Reflect.apply(found.function, found.self, []);
        if ("result" in reached) assertEquals(result, reached.result);
        else assertStrictEquals(result, reached.self);
      } finally {
        undo?.();
      }
    });
  }
});

Deno.test("find() is held to 80 reasons and more on either side", () => {
  for (const rows of [REFUSED, REACHED]) {
    const reasons = new Set(rows.map(({ why }) => why));
    assertEquals(reasons.size, rows.length, "a reason stands there twice");
    assert(reasons.size >= 80, `${reasons.size} reasons`);
  }
});

Deno.test("find() gives the same answers when it is asked again", () => {
  class Room {
    open(): void {}
  }
  const provider = { room: new Room(), list: [1], other: createDriver(() => Promise.resolve()) };
  for (
    const path of ["room.open", "other.a.b", "list.push", "room.toString", "room._x", "list.1"]
  ) {
    assertEquals(find(provider, path), find(provider, path), path);
  }
});

/** Two providers that differ only in whether there is something under a name. */
const PAIRS: readonly { readonly path: string; readonly lacks: object; readonly has: object }[] = [
  ...["_x", "x_", "constructor", "prototype", "__proto__", "then"].flatMap((name) => {
    const plain = Object.defineProperty({}, name, { value: Object.assign(() => {}, { a: me }) });
    const bare = Object.create(null);
    return [
      { path: name, lacks: bare, has: plain },
      { path: `${name}.a`, lacks: bare, has: plain },
      { path: `a.${name}`, lacks: { a: bare }, has: { a: plain } },
      { path: `a.${name}.a`, lacks: { a: bare }, has: { a: plain } },
    ];
  }),
  { path: "a.call", lacks: { a: Object.create(null) }, has: { a: me } },
];

Deno.test("find() shows nothing of whether a name exists when it refuses it", () => {
  for (const { path, lacks, has } of PAIRS) {
    if (path === "a.call") continue; // below
    const looks = [lacks, has].map((provider) => {
      const { log, watch } = recorder();
      assertEquals(find(watch(provider), path), undefined, path);
      return log;
    });
    assertEquals(looks, [[], []], path);
  }
});
