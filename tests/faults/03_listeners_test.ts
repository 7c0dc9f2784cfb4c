/** Whatever a listener does to its event, or throws, changes only what a listener may change. */
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { type InvokeEvent, NotSentError, RemoteError, structured } from "../../mod.ts";
import type { Acceptor, Connector } from "../helpers/ends.ts";
import { localPair } from "../helpers/local_end.ts";
import { connectedTo, opened } from "../helpers/servers.ts";
import { turn } from "../helpers/waiting.ts";

const TYPES = ["send", "receive", "complete", "return"] as const;

// deno-lint-ignore no-explicit-any -- it does what the types forbid
type Misdeed = (event: any) => unknown;

/** An event in all its parts, without what a program gave to a call. */
function partsOf(event: InvokeEvent): object[] {
  const { parameters } = event.function;
  const parts: object[] = [event, event.function, parameters, ...parameters];
  for (const key of ["time", "requested_at", "completed_at", "return"]) {
    if (key in event) parts.push(event[key as "function"]);
  }
  return parts;
}

function thrower(): never {
  throw new Error("a getter throws");
}

const MISDEEDS: readonly (readonly [does: string, misdeed: Misdeed])[] = [
  ["freezes the event and all that is in it", (event) => partsOf(event).forEach(Object.freeze)],
  ["freezes the values as well", (event) => {
    partsOf(event).forEach(Object.freeze);
    event.function.parameters.forEach(({ value }: { value: object }) => Object.freeze(value));
    if ("return" in event) Object.freeze(event.return.value);
  }],
  ["deletes every field", (event) => {
    for (const part of partsOf(event)) {
      if (!Array.isArray(part)) {
        for (const key of Object.keys(part)) Reflect.deleteProperty(part, key);
      }
    }
  }],
  ["writes other values into every field that is not its own", (event) => {
    Object.assign(event.function, { uid: -1, listener: "elsewhere", extra: 1n });
    if ("return" in event) Object.assign(event.return, { uid: -1, success: "odd", extra: 1n });
    event.time?.setTime(NaN);
    event.requested_at?.setTime(NaN);
    event.type = "other";
  }],
  ["replaces the parameters by a number", (event) => event.function.parameters = 7],
  ["replaces the parameters by a list of nothing", (event) => event.function.parameters = [null]],
  ["gives a parameter an odd type", (event) => event.function.parameters[0].type = 1n],
  ["puts a getter that throws in the place of a value", (event) => {
    Object.defineProperty(event.function.parameters[0], "value", { get: thrower });
    if ("return" in event) Object.defineProperty(event.return, "value", { get: thrower });
  }],
  ["replaces its parts by proxies that throw", (event) => {
    const proxy = new Proxy([], { get: thrower, getPrototypeOf: thrower, ownKeys: thrower });
    event.function = proxy;
    if ("return" in event) event.return = proxy;
  }],
  ["throws", thrower],
  ["throws what can't be read", () => {
    throw new Proxy({}, { get: thrower });
  }],
  ["rejects", () => Promise.reject(new Error("rejected"))],
  ["returns a thenable that rejects", () => ({
    then: (_: unknown, reject: (reason: unknown) => void) => reject(new Error("rejected")),
  })],
  ["returns a thenable whose `then` throws", () => ({
    get then() {
      return thrower();
    },
  })],
];

const PROVIDER = {
  echo: (value: unknown) => value,
  later: async (value: unknown) => {
    await turn();
    return value;
  },
  fails: () => {
    throw new RangeError("it fails");
  },
  failsLater: async () => {
    await turn();
    throw new RangeError("it fails later");
  },
  cyclic: () => {
    const value: Record<string, unknown> = {};
    return value.self = value;
  },
};

/** What its calls give, whoever listens. */
async function outcomesOf(end: Connector | Acceptor): Promise<unknown[]> {
  const driver = end.getDriver();
  const calls = [
    driver.echo!({ a: [1, { b: 2 }] }),
    driver.later!({ c: "d" }, 2),
    driver.fails!({}),
    driver.failsLater!({}),
    driver.absent!({}),
    driver.cyclic!({}),
  ];
  const told = (error: unknown) => {
    assertInstanceOf(error, RemoteError);
    return `${error}`;
  };
  return await Promise.all(calls.map((call) => call.catch(told)));
}

const OUTCOMES = [
  { a: [1, { b: 2 }] },
  { c: "d" },
  "RangeError: it fails",
  "RangeError: it fails later",
  "RefusedError: Cannot call \"absent\": the function doesn't exist, or peers can't call it",
];

for (
  const [wire, options] of [
    ["plain", { wire: "plain" }],
    ["linked", {}],
    ["structured", { use: [structured] }],
  ] as const
) {
  for (const [does, misdeed] of MISDEEDS) {
    Deno.test(`on() changes no call when a listener ${does}, over ${wire}`, async () => {
      const told: unknown[] = [];
      let acceptor!: Acceptor;
      const onEvent = (event: object): void => {
        if ("code" in event) told.push(event.code);
        if (!("type" in event) || event.type === "close") return;
        Object.freeze(event);
        for (const key of ["error", "peer"]) {
          if (key in event) Object.assign(event[key as never], { message: "changed", ip: "" });
        }
        thrower();
      };
      const { wire: _, ...serving } = { wire: undefined, ...options };
      await using server = await opened(async (one) => {
        acceptor = one;
        await one.accept(PROVIDER);
      }, { ...serving, onEvent });
      await using client = await connectedTo(server, { ...options, onEvent }, PROVIDER);
      await turn();
      const before = [await outcomesOf(client), await outcomesOf(acceptor)];
      for (const end of [client, acceptor]) {
        for (const type of TYPES) end.on(type, misdeed);
      }
      const after = [await outcomesOf(client), await outcomesOf(acceptor)];
      assertEquals(after, before);
      assertEquals(after.map((all) => all.slice(0, 5)), [OUTCOMES, OUTCOMES]);
      assertEquals([client.state, acceptor.state, told], [1, 1, []]);
    });
  }
}

Deno.test("on() lets a listener change parameters and results when another has frozen its event", async () => {
  const [client, server] = localPair(null, { f: (...args: unknown[]) => args });
  for (const end of [client, server]) {
    for (const type of TYPES) end.on(type, (event) => partsOf(event).forEach(Object.freeze));
  }
  client.on("send", (event) => event.function.parameters.push({ type: "string", value: "sent" }));
  server.on("receive", (event) => event.function.parameters[0]!.value = "received");
  server.on("return", (event) => event.return.value.push("returned"));
  client.on("complete", (event) => event.return.value = [...event.return.value, "completed"]);
  const f = (client.getDriver() as unknown as { f(x: number): Promise<unknown> }).f;
  assertEquals(await f(1), ["received", "sent", "returned", "completed"]);
});

for (const wire of ["plain", "linked"] as const) {
  Deno.test(`on() leaves no call behind when a listener closes the connection at send, over ${wire}`, async () => {
    await using server = await opened((acceptor) => acceptor.accept(PROVIDER));
    await using client = await connectedTo(server, wire === "plain" ? { wire } : {});
    client.on("send", () => void client.close());
    await assertRejects(() => client.getDriver().echo!(1), NotSentError);
    await client.join().catch(() => {});
  });
}

Deno.test("on() leaves no call behind when a listener aborts it at send", async () => {
  const [client] = localPair(null, PROVIDER);
  const control = new AbortController();
  client.on("send", () => control.abort("enough"));
  const driver = client.getDriver<typeof PROVIDER>({ signal: control.signal });
  assertEquals(await driver.echo(1).catch((reason) => reason), "enough");
  assertEquals(client.sent, []);
});

Deno.test("on() starts no function when a listener ends the connection at receive", async () => {
  let calls = 0;
  const [client, server] = localPair(null, { f: () => ++calls });
  const end = () => void server.ends();
  server.on("receive", end);
  server.receives({ uid: 1, listener: "f", parameters: [] });
  server.off("receive", end);
  assertEquals(calls, 0);
  server.receives({ uid: 2, listener: "f", parameters: [] });
  await turn();
  assertEquals([calls, server.sent], [1, [{ uid: 2, success: true, value: 1 }]]);
  await client.ends();
});
