import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { type } from "npm:arktype@2.2.10";
import * as v from "npm:valibot@1.4.0";
import * as z from "npm:zod@4.6.7";
import {
  type ConnectionEvent,
  currentCall,
  mayHaveRun,
  RemoteError,
  type StandardSchema,
  validated,
  WebSocketConnector,
  WebSocketServer,
} from "../../mod.ts";
import { HERE } from "../helpers/servers.ts";
import { gate } from "../helpers/waiting.ts";

/** A connector's driver of this provider, and what the server's operator is told. */
async function served<P extends object>(provider: P, exposeErrors = false) {
  const events: ConnectionEvent[] = [];
  const server = new WebSocketServer<null, P, null>();
  const onEvent = (event: ConnectionEvent) => void events.push(event);
  await server.open({ ...HERE, onEvent, exposeErrors }, (acceptor) => acceptor.accept(provider));
  const connector = new WebSocketConnector<null, null, P>(null, null);
  await connector.connect(`ws://127.0.0.1:${server.address!.port}`);
  return {
    remote: connector.getDriver(),
    events,
    async [Symbol.asyncDispose]() {
      await connector.close();
      await server.close();
    },
  };
}

/** A schema that is made by hand: what `make` throws is the issue. */
function schema<I, O>(make: (value: I) => O | Promise<O>): StandardSchema<I, O> {
  const failed = (error: unknown) => ({ issues: [{ message: (error as Error).message }] });
  const validate = (
    value: unknown,
  ): StandardSchema.Result<O> | Promise<StandardSchema.Result<O>> => {
    try {
      const made = make(value as I);
      if (!(made instanceof Promise)) return { value: made };
      return made.then((value) => ({ value }), failed);
    } catch (error) {
      return failed(error);
    }
  };
  return { "~standard": { validate } };
}

const number = schema((value: number): number => {
  if (typeof value !== "number") throw new Error("not a number");
  return value;
});
const slow = schema(async (value: number): Promise<number> => {
  await new Promise((resolve) => setTimeout(resolve));
  if (typeof value !== "number") throw new Error("not a number");
  return value + 1;
});

/** What a remote call is rejected with. */
async function rejected(call: () => Promise<unknown>): Promise<RemoteError> {
  return await assertRejects(call, RemoteError) as RemoteError;
}

const User = z.object({ name: z.string(), tags: z.array(z.string()).default([]) });
const zod = {
  greet: validated(
    { input: [User, z.number().int().optional()], output: z.string() },
    ({ name, tags }, times) => `${name} ${tags.length} ${times}`,
  ),
};
const valibot = {
  greet: validated({
    input: [
      v.object({ name: v.string(), tags: v.optional(v.array(v.string()), []) }),
      v.optional(v.pipe(v.number(), v.integer())),
    ],
    output: v.string(),
  }, ({ name, tags }, times) => `${name} ${tags.length} ${times}`),
};
const arktype = {
  greet: validated({
    input: [
      type({ name: "string", tags: type("string[]").default(() => []) }),
      type("number.integer | undefined"),
    ],
    output: type("string"),
  }, ({ name, tags }, times) => `${name} ${tags.length} ${times}`),
};
interface Greeting {
  greet(user: { name: string; tags?: string[] | undefined }, times?: number): string;
}

for (const [library, provider] of Object.entries({ zod, valibot, arktype })) {
  Deno.test(`validated() checks parameters, and gives on what they become, with ${library}`, async () => {
    await using pair = await served(provider as Greeting);
    const { remote, events } = pair;
    assertEquals(await remote.greet({ name: "Ada" }), "Ada 0 undefined");
    assertEquals(await remote.greet({ name: "Ada", tags: ["a"] }, 3), "Ada 1 3");
    const error = await rejected(() => remote.greet({ name: 7 } as never, 0.5));
    assertEquals(error.name, "ValidationError");
    assertEquals(error.message, 'Cannot call "greet": its arguments are invalid');
    assertEquals(mayHaveRun(error), "no");
    const issues = error.issues as { message: string; path: unknown[] }[];
    assertEquals(issues.map(({ path }) => path), [[0, "name"], [1]]);
    assert(issues.every(({ message }) => message.length > 0));
    assertEquals(Object.keys(issues[0]!).sort(), ["message", "path"]);
    const { peer, ...refused } = events.at(-1)!;
    const reason = "its arguments are invalid";
    assertEquals([peer.path, refused], ["/", { type: "refused", method: "greet", reason }]);
  });
}

Deno.test("validated() has the types of its schemas", () => {
  const length = validated({ input: [z.string().transform(Number)], output: z.number() }, (x) => x);
  const typed: (text: string) => number = length;
  // @ts-expect-error: it takes what the schema takes
  const wrong: (text: number) => number = length;
  assertStrictEquals<unknown>(typed, wrong);
  const kept = validated({ input: [z.number()] }, (x) => Promise.resolve({ x }));
  const keeps: (x: number) => Promise<{ x: number }> = kept;
  const later = validated(
    { input: [], output: z.date().transform(String) },
    () => Promise.resolve(new Date()),
  );
  const laters: () => Promise<string> = later;
  // @ts-expect-error: it returns what the schema of its result takes
  validated({ input: [z.number()], output: z.number() }, (x) => `${x}`);
  assertEquals([typeof keeps, typeof laters], ["function", "function"]);
});

Deno.test("validated() does not run its function when a parameter is invalid, missing or surplus", async () => {
  let runs = 0;
  const provider = {
    f: validated({ input: [number, slow] }, (x, y) => {
      runs++;
      return [x, y];
    }),
    g: validated({ input: [number] }, () => runs++),
  };
  await using pair = await served(provider);
  const remote = pair.remote as unknown as Record<
    "f" | "g",
    (...args: unknown[]) => Promise<unknown>
  >;
  for (
    const [name, args, issues] of [
      ["f", ["1", 2], [{ message: "not a number", path: [0] }]],
      ["f", [1], [{ message: "not a number", path: [1] }]],
      ["g", [], [{ message: "not a number", path: [0] }]],
      ["g", [1, 2], [{ message: "Unexpected argument", path: [1] }]],
      ["g", ["1", 2, 3], [
        { message: "not a number", path: [0] },
        { message: "Unexpected argument", path: [1] },
      ]],
    ] as const
  ) {
    const error = await rejected(() => remote[name](...args));
    assertEquals([error.name, error.issues], ["ValidationError", issues]);
  }
  assertEquals(runs, 0);
  assertEquals(await remote.f(1, 2), [1, 3]);
  assertEquals(runs, 1);
});

Deno.test("validated() tells the operator, and not the caller, what is wrong with a result", async () => {
  const provider = {
    now: validated({ input: [], output: number }, () => "secret" as never),
    later: validated({ input: [], output: slow }, () => Promise.resolve("secret" as never)),
    gives: validated({ input: [], output: slow }, () => Promise.resolve(1)),
  };
  await using pair = await served(provider);
  const { remote, events } = pair;
  for (const name of ["now", "later"] as const) {
    const error = await rejected(() => remote[name]());
    assertEquals([error.name, error.message], ["OutputError", "The result is invalid"]);
    assertEquals(mayHaveRun(error), "yes");
    assertEquals([Object.keys(error), error.cause], [[], undefined]);
    const told = events.at(-1)!;
    assert(told.type === "thrown" && told.error instanceof Error);
    assertEquals([told.method, told.error.name], [name, "OutputError"]);
    assertEquals(told.error.cause, [{ message: "not a number", path: [] }]);
  }
  assertEquals(await remote.gives(), 2);
});

Deno.test("validated() sends what is wrong with a result when errors are exposed", async () => {
  const provider = { now: validated({ input: [], output: number }, () => "secret" as never) };
  await using pair = await served(provider, true);
  const error = await rejected(() => pair.remote.now());
  assertEquals(error.name, "OutputError");
  assertEquals(error.cause, [{ message: "not a number", path: [] }]);
});

Deno.test("validated() passes on what its function and its schemas throw, as what was thrown", async () => {
  const broken = schema((_: number): number => 0);
  const raise = (): never => {
    throw new RangeError("a fault");
  };
  Object.assign(broken["~standard"], { validate: raise });
  const provider = {
    throws: validated({ input: [number] }, raise),
    breaks: validated({ input: [broken] }, (x) => x),
    rejects: validated({ input: [slow] }, () => Promise.reject(new RangeError("a fault"))),
  };
  await using pair = await served(provider);
  const { remote, events } = pair;
  for (const name of ["throws", "breaks", "rejects"] as const) {
    const error = await rejected(() => remote[name](1));
    assertEquals([error.name, error.message], ["RangeError", "a fault"]);
    assertEquals(events.at(-1)?.type, "thrown");
  }
});

Deno.test("validated() keeps this, currentCall() and the order of calls", async () => {
  const log: unknown[] = [];
  class Provider {
    readonly name = "mine";
    plain = (x: number) => void log.push(["plain", x]);
    sync = validated(
      { input: [number] },
      function (this: Provider, x) {
        log.push(["sync", x, this.name, currentCall().method]);
      } as (x: number) => void,
    );
    later = validated(
      { input: [slow] },
      function (this: Provider, x) {
        log.push(["later", x, this.name, currentCall().method]);
      } as (x: number) => void,
    );
  }
  await using pair = await served(new Provider());
  const { remote } = pair;
  await Promise.all([remote.sync(1), remote.plain(2), remote.sync(3), remote.later(4)]);
  assertEquals(log, [
    ["sync", 1, "mine", "sync"],
    ["plain", 2],
    ["sync", 3, "mine", "sync"],
    ["later", 5, "mine", "later"],
  ]);
});

Deno.test("validated() counts a call as served while its parameters are checked", async () => {
  const wait = gate();
  const waits = schema((value: number) => wait.promise.then(() => value));
  const server = new WebSocketServer<null, { f(x: number): number }, null>();
  await server.open(
    { ...HERE, limits: { servedCalls: 2 } },
    (acceptor) =>
      acceptor.accept({ f: validated({ input: [waits] }, (x) => x) as (x: number) => number }),
  );
  const connector = new WebSocketConnector<null, null, { f(x: number): number }>(null, null);
  await connector.connect(`ws://127.0.0.1:${server.address!.port}`);
  const { f } = connector.getDriver();
  const calls = [f(1), f(2)];
  assertEquals((await rejected(() => f(3))).name, "BusyError");
  wait.open();
  assertEquals(await Promise.all(calls), [1, 2]);
  assertEquals(await f(4), 4);
  await connector.close();
  await server.close();
});

Deno.test("validated() checks a local call, too, whose failure refuses no call", async () => {
  const half = validated({ input: [number], output: number }, (x) => x / 2);
  assertEquals(half(3), 1.5);
  const error = assertThrows(() => half("3" as never), Error, "The arguments are invalid");
  assertEquals([error.name, Object.keys(error)], ["ValidationError", ["issues"]]);
  const later = validated({ input: [slow] }, (x) => Promise.resolve(x));
  assertEquals(await later(1), 2);
  await using pair = await served({ outer: () => half("3" as never) });
  const { remote, events } = pair;
  assertEquals((await rejected(() => remote.outer())).name, "ValidationError");
  assertEquals(events.at(-1)?.type, "thrown"); // the outer function has run
});

Deno.test("validated() works when it comes from another copy of the library", async () => {
  const copy = await import("../../src/rpc/validated.ts?copy") as { validated: typeof validated };
  assert(copy.validated !== validated);
  await using pair = await served({ f: copy.validated({ input: [number] }, (x) => x) });
  assertEquals((await rejected(() => pair.remote.f("1" as never))).name, "ValidationError");
  assertEquals(pair.events.at(-1)?.type, "refused");
});

Deno.test("the router takes a proxy that has every name for a plain function", async () => {
  const everything: (x: number) => number = new Proxy((x: number) => x, {
    get: (target, name) => Reflect.get(target, name) ?? (() => "no"),
  });
  await using pair = await served({ f: everything });
  assertEquals(await pair.remote.f(7), 7);
});

Deno.test("validated() throws when it is given what are no schemas", () => {
  for (const input of [undefined, number, [Number], [z.number, null], [{ parse: () => 1 }]]) {
    const make = () => validated({ input: input as never }, () => 1);
    assertThrows(make, TypeError, 'Cannot use "input"');
  }
  const make = () => validated({ input: [], output: Number as never }, () => 1);
  assertThrows(make, TypeError, 'Cannot use "output"');
});
