import { assertEquals } from "@std/assert";
import fc from "npm:fast-check@3.23.2";
import { type Driver, structured, WebSocketConnector } from "../../mod.ts";
import type { Anything } from "../helpers/ends.ts";
import { paired, type PairOptions } from "./pair.ts";
import { RawSocket } from "./raw.ts";
import { difference } from "../features/structured/same.ts";

const MODES: readonly [what: string, options: PairOptions][] = [
  ["linked with linked", {}],
  ["plain with linked", { connect: { wire: "plain" } }],
  ["linked with structured with linked", { use: [structured] }],
  ["linked with one that chose structured", { accept: { use: [structured] } }],
];

/** A provider that gives back, throws, and calls back with what it was given. */
function providerOf(back: () => Driver<Anything>) {
  return {
    same: (value: unknown) => value,
    count: (...values: unknown[]) => values.length,
    later: async (value: unknown) => {
      await null;
      return value;
    },
    fail: (value: unknown) => {
      throw value;
    },
    back: (value: unknown) => back().same!(value),
    deep: { inside: { same: (value: unknown) => value } },
  };
}

/** Ends that call each other, in one mode. */
async function endsOf(options: PairOptions) {
  const drivers: Driver<Anything>[] = [];
  const here = providerOf(() => drivers[0]!);
  const there = providerOf(() => drivers[1]!);
  const pair = await paired({ here, there, ...options });
  drivers.push(pair.client.getDriver(), pair.server.getDriver());
  return pair;
}

/** What JSON makes of a value: what arrives where nothing else was agreed on. */
function json(value: unknown): unknown {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Values that JSON tells, or leaves out, or makes into something else. */
const loose = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(undefined, NaN, -Infinity, -0, new Date(0), new Date(NaN), /x/g),
    fc.constantFrom<unknown>(new Map([[1, 2]]), new Set([1]), new Uint8Array(2), () => 1, Symbol()),
    fc.constantFrom<unknown>(new URL("http://a/b"), Object(7), Object("x"), new Error("no")),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie("any"), { maxKeys: 3 }),
  ),
})).any;

const exact = fc.jsonValue({ maxDepth: 2 }).map((value) =>
  JSON.parse(JSON.stringify(value)) as unknown
);

for (const [what, options] of MODES) {
  Deno.test(`a call gives back any JSON value, whatever the mode: ${what}`, async () => {
    await using pair = await endsOf(options);
    await fc.assert(
      fc.asyncProperty(exact, fc.boolean(), async (value, isClient) => {
        const driver = (isClient ? pair.client : pair.server).getDriver();
        const got = await Promise.all([
          ...[driver.same!(value), driver.later!(value), driver.deep!.inside!.same!(value)],
          ...[driver.back!(value), driver.count!(value, value)],
        ]);
        assertEquals(difference([value, value, value, value, 2].map(json), got), undefined);
      }),
      { numRuns: 100 },
    );
  });
}

for (const wire of ["linked", "plain"] as const) {
  Deno.test(`a call gives what JSON gives when nothing else was agreed on: ${wire}`, async () => {
    await using pair = await endsOf({ connect: { wire } });
    await fc.assert(
      fc.asyncProperty(loose, fc.boolean(), async (value, isClient) => {
        const driver = (isClient ? pair.client : pair.server).getDriver();
        const [same, wrapped] = await Promise.all([driver.same!(value), driver.same!([value])]);
        assertEquals(difference([json(value), json([value])], [same, wrapped]), undefined);
      }),
      { numRuns: 100 },
    );
  });
}

/** How a call ends, as far as a program can see. */
async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return { value: await call };
  } catch (error) {
    if (!(error instanceof Error)) return { thrown: error };
    return {
      error: error.constructor.name,
      name: error.name,
      fields: { ...error },
      text: error.message,
    };
  }
}

const step = fc.record({
  isClient: fc.boolean(),
  method: fc.constantFrom(
    "same",
    "later",
    "fail",
    "back",
    "count",
    "absent",
    "constructor",
    "toString",
  ),
  value: loose,
});

Deno.test("a turn of any calls both ways ends in the same way, linked or plain", async () => {
  await using linked = await endsOf({});
  await using plainly = await endsOf({ connect: { wire: "plain" } });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const outcomes = await Promise.all([linked, plainly].map((pair) => {
        return Promise.all(steps.map(({ isClient, method, value }) => {
          const driver: Driver<Anything> = (isClient ? pair.client : pair.server).getDriver();
          return outcomeOf(driver[method]!(value));
        }));
      }));
      assertEquals(difference(outcomes[1], outcomes[0]), undefined);
    }),
    { numRuns: 100 },
  );
});

Deno.test("connect() speaks plain messages alone when the acceptor answers with the one character", async () => {
  const socket = new RawSocket(false);
  const connector = new WebSocketConnector<null, object, Anything>(null, {
    same: (x: unknown) => x,
  });
  const connecting = connector.connect("ws://host/", { socket: () => socket });
  socket.gets("1");
  await connecting;
  const control = new AbortController();
  const driver = connector.getDriver({ signal: control.signal, timeout: 60_000 });
  const [first, second] = [driver.f!(1, undefined), driver.g!()].map((call) => outcomeOf(call));
  const quiet = connector.getDriver({ reply: false }).h!();
  assertEquals(await quiet, undefined);
  control.abort("enough");
  assertEquals([await first, await second], [{ thrown: "enough" }, { thrown: "enough" }]);
  socket.gets(
    '{"uid":1,"success":true,"value":"late"}',
    '{"uid":7,"listener":"same","parameters":[]}',
  );
  await Promise.resolve();
  assertEquals(socket.sent.slice(1), [
    '{"uid":1,"listener":"f","parameters":[{"type":"number","value":1},{"type":"undefined"}]}',
    '{"uid":2,"listener":"g","parameters":[]}',
    '{"uid":3,"listener":"h","parameters":[]}',
    '{"uid":7,"success":true}',
  ]);
  socket.ends();
});
