import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  ConnectionClosedError,
  EncodeError,
  type Invoke,
  NotSentError,
  RemoteError,
} from "../../mod.ts";
import { JsonPipe, tie } from "../helpers/json_pipe.ts";
import { LocalEnd, localPair } from "../helpers/local_end.ts";
import { PortEnd } from "../helpers/message_port.ts";
import { gate, microtasks, stateOf, turn } from "../helpers/waiting.ts";

interface Calculator {
  plus(x: number, y: number): number;
  fail(): never;
  echo(value: unknown): unknown;
  later(): Promise<number>;
}

class OwnError extends RangeError {
  override name = "OwnError";
  code = "E_OWN";
  details = { limit: 7 };
}

function calculator(later: Promise<number> = new Promise(() => {})): Calculator {
  return {
    plus: (x, y) => x + y,
    fail() {
      throw new OwnError("too large");
    },
    echo: (value) => value,
    later: () => later,
  };
}

const TRANSPORTS: [
  name: string,
  make: (later?: Promise<number>) => {
    readonly client: JsonPipe<null, Calculator> | PortEnd<null, Calculator>;
    readonly server: JsonPipe<Calculator, null> | PortEnd<Calculator, null>;
  },
][] = [
  ["a pipe of JSON text", (later) => {
    const client = new JsonPipe<null, Calculator>(null);
    const server = new JsonPipe<Calculator, null>(calculator(later));
    tie(client, server);
    return { client, server };
  }],
  ["a MessagePort", (later) => {
    const { port1, port2 } = new MessageChannel();
    const client = new PortEnd<null, Calculator>(port1, null);
    return { client, server: new PortEnd<Calculator, null>(port2, calculator(later)) };
  }],
];

for (const [name, make] of TRANSPORTS) {
  Deno.test(`Communicator carries calls and results when it runs over ${name}`, async () => {
    const { client, server } = make();
    const joined = [client.join(), server.join()];
    assertEquals(await client.getDriver().plus(1, 2), 3);
    const value = { a: [1, "x", null, { b: true }] };
    assertEquals(await client.getDriver().echo(value), value);
    assertEquals(await Promise.all([1, 2, 3].map((x) => client.getDriver().plus(x, x))), [2, 4, 6]);
    await client.stop();
    assertEquals(await Promise.all(joined), [undefined, undefined]);
  });

  Deno.test(`Communicator rejects with a RemoteError when a function throws over ${name}`, async () => {
    const { client, server } = make();
    const error = await assertRejects(() => client.getDriver().fail(), RemoteError);
    assertInstanceOf(error, Error);
    assertEquals([error.name, error.message, error.code], ["OwnError", "too large", "E_OWN"]);
    assertEquals(error.details, { limit: 7 });
    const joined = server.join();
    await client.stop();
    await joined;
  });

  Deno.test(`Communicator refuses what is not there when it is called over ${name}`, async () => {
    const { client, server } = make();
    const driver = client.getDriver<{ absent: { f(): void } }>();
    const error = await assertRejects(() => driver.absent.f(), RemoteError);
    assertEquals(error.name, "RefusedError");
    assertMatch(error.message, /^Cannot call "absent\.f": /);
    const joined = server.join();
    await client.stop();
    await joined;
  });

  Deno.test(`Communicator rejects what is under way when ${name} ends`, async () => {
    const later = gate<number>();
    const { client, server } = make(later.promise);
    const joined = server.join();
    const call = client.getDriver().later();
    const rejected = assertRejects(() => call, ConnectionClosedError);
    await client.stop();
    await Promise.all([rejected, joined]);
    later.open(1);
    await assertRejects(() => client.getDriver().plus(1, 2), Error, "Cannot do");
    await assertRejects(() => client.join(), Error, "Cannot do");
  });

  Deno.test(`Communicator fails the call alone when a value does not go over ${name}`, async () => {
    const { client, server } = make();
    const driver = client.getDriver();
    const [bad, kind] = name === "a MessagePort" ? [() => {}, DOMException] : [7n, TypeError];
    await assertRejects(() => driver.echo(bad), kind);
    await assertRejects(() => driver.echo(driver), kind);
    assertEquals(await driver.plus(1, 2), 3);
    const joined = server.join();
    await client.stop();
    await joined;
  });
}

Deno.test("Communicator calls both ways when both ends have a provider", async () => {
  const client = { name: () => "Ada" };
  const server = { greet: async () => `hello ${await toClient.getDriver<typeof client>().name()}` };
  const [toServer, toClient] = localPair(client, server);
  assertEquals(await toServer.getDriver<typeof server>().greet(), "hello Ada");
});

Deno.test("sendData() gets a call of the wire's shape, and uids count from 1 for each end", async () => {
  for (let made = 0; made < 2; made++) {
    const end = new LocalEnd<null, { a: { f(...args: unknown[]): void } }>(null);
    const driver = end.getDriver();
    void driver.a.f(1, "x", undefined, [], null);
    void driver.a.f();
    const parameters = [
      { type: "number", value: 1 },
      { type: "string", value: "x" },
      { type: "undefined" },
      { type: "object", value: [] },
      { type: "object", value: null },
    ];
    assertEquals(end.sent as unknown[], [
      { uid: 1, listener: "a.f", parameters },
      { uid: 2, listener: "a.f", parameters: [] },
    ]);
    assertEquals(end.asked, ["Communicator._Call_fuction", "Communicator._Call_fuction"]);
    await microtasks();
  }
});

Deno.test("getDriver() is one object when it is taken before and after an end", async () => {
  const end = new LocalEnd<null, { f(): number }>(null);
  const driver = end.getDriver();
  await end.ends();
  assertStrictEquals(end.getDriver(), driver);
  const call = driver.f();
  end.receives({ uid: 1, success: true, value: 5 });
  assertEquals(await call, 5);
});

Deno.test("setProvider() counts from the next call when the provider changes", () => {
  const [first, second] = [{ f: () => 1 }, { f: () => 2 }];
  const end = new LocalEnd<{ f(): number }, null>(first);
  assertStrictEquals(end.getProvider(), first);
  const call = { uid: 1, listener: "f", parameters: [] };
  end.receives(call);
  end.setProvider(second);
  assertStrictEquals(end.getProvider(), second);
  end.receives(call);
  assertEquals(end.sent.map((message) => (message as Invoke.IReturn).value), [1, 2]);
});

Deno.test("inspectReady() rejects calls and joins with its own error when it is not ready", async () => {
  const end = new LocalEnd<null, { f(): void }>(null);
  end.refusal = new Error("closed for lunch");
  assertStrictEquals(await end.getDriver().f().catch((error: unknown) => error), end.refusal);
  assertStrictEquals(await end.join().catch((error) => error), end.refusal);
  assertStrictEquals(await end.join(1_000).catch((error) => error), end.refusal);
  assertEquals(end.asked, ["Communicator._Call_fuction", "LocalEnd.join", "LocalEnd.join"]);
  assertEquals(end.sent, []);
});

Deno.test("inspectReady() gets the path into the text when its error is a NotSentError", async () => {
  const end = new LocalEnd<null, { a: { f(): void } }>(null);
  end.refusal = new NotSentError("Cannot call: the port is closed");
  const error = await assertRejects(() => end.getDriver().a.f(), NotSentError);
  assertEquals(error.message, 'Cannot call "a.f": the port is closed');
});

for (
  const [what, deliver] of [
    ["throws", () => {
      throw new RangeError("no transport");
    }],
    ["rejects", () => Promise.reject(new RangeError("no transport"))],
    ["rejects later", () => turn().then(() => Promise.reject(new RangeError("no transport")))],
  ] as [string, () => Promise<void>][]
) {
  Deno.test(`sendData() rejects its call with its own error when it ${what}`, async () => {
    const end = new LocalEnd<null, { f(): number }>(null);
    end.deliver = deliver;
    await assertRejects(() => end.getDriver().f(), RangeError, "no transport");
    end.receives({ uid: 1, success: true, value: "late" });
    end.deliver = undefined;
    const next = end.getDriver().f();
    end.receives({ uid: 2, success: true, value: 2 });
    assertEquals(await next, 2);
  });
}

Deno.test("sendData() may answer before it returns when the transport is synchronous", async () => {
  const end = new LocalEnd<null, { f(): number; g(): number }>(null);
  end.deliver = ({ uid }) => {
    end.receives({ uid, success: uid === 1, value: 7 });
    if (uid === 2) return Promise.reject(new Error("after the answer"));
  };
  assertEquals(await end.getDriver().f(), 7);
  assertEquals(await stateOf(end.getDriver().g()), { error: 7 });
});

Deno.test("destructor() rejects unreturned calls with the given error, in order, then wakes joiners", async () => {
  const end = new LocalEnd<null, { f(): void }>(null);
  const log: unknown[] = [];
  const error = new Error("broken");
  const joined = end.join().then(() => log.push("joined"));
  const calls = [1, 2].map((id) =>
    end.getDriver().f().catch((reason: unknown) => log.push([id, reason === error]))
  );
  await end.ends(error);
  await Promise.all([joined, ...calls]);
  assertEquals(log, [[1, true], [2, true], "joined"]);
});

Deno.test("destructor() rejects unreturned calls with a ConnectionClosedError when none is given", async () => {
  const end = new LocalEnd<null, { f(): void }>(null);
  const call = end.getDriver().f().catch((error: unknown) => error);
  await end.ends();
  const error = await call;
  assertInstanceOf(error, ConnectionClosedError);
  assertEquals(error.message, "The connection has been closed");
});

Deno.test("destructor() leaves the end usable, and no late return meets a younger call", async () => {
  const end = new LocalEnd<null, { f(): string }>(null);
  const driver = end.getDriver();
  const old = driver.f().catch(() => "ended");
  await end.ends();
  assertEquals(await old, "ended");
  const young = driver.f();
  assertEquals(end.last.uid, 2);
  end.receives({ uid: 1, success: true, value: "of the old call" });
  assertEquals(await stateOf(young), "waits");
  end.receives({ uid: 2, success: true, value: "its own" });
  assertEquals(await young, "its own");
});

Deno.test("destructor() drops what still runs, also when the peer uses its uid again", async () => {
  const gates = [gate<string>(), gate<string>()];
  let begun = 0;
  const end = new LocalEnd({ f: () => gates[begun++]!.promise });
  const call = { uid: 1, listener: "f", parameters: [] };
  end.receives(call);
  await end.ends();
  end.receives(call);
  gates[0]!.open("of the old connection");
  await microtasks();
  assertEquals(end.sent, []);
  gates[1]!.open("of the young one");
  await microtasks();
  assertEquals(end.sent, [{ uid: 1, success: true, value: "of the young one" }]);
});

Deno.test("destructor() does nothing when nothing is under way, also twice", async () => {
  const end = new LocalEnd<null, { f(): number }>(null);
  await end.ends(new Error("nobody hears of it"));
  await end.ends();
  const call = end.getDriver().f();
  end.receives({ uid: 1, success: true, value: 1 });
  assertEquals(await call, 1);
});

for (
  const [what, limit] of [["ms", 50], ["a date", 50], ["0", 0], ["a past date", -1_000]] as const
) {
  Deno.test(`join() is false when its limit, ${what}, comes first`, async () => {
    using time = new FakeTime(100_000);
    const end = new LocalEnd(null);
    const joined = end.join(what.endsWith("date") ? new Date(time.now + limit) : limit);
    await time.tickAsync(Math.max(0, limit - 1));
    if (limit > 0) assertEquals(await stateOf(joined), "waits");
    await time.tickAsync(1);
    assertEquals(await stateOf(joined), { value: false });
  });
}

Deno.test("join() is true when the end comes in time, and nothing when it has no limit", async () => {
  const end = new LocalEnd(null);
  const joined = [
    end.join(),
    end.join(undefined),
    end.join(60_000),
    end.join(new Date(Date.now() + 60_000)),
    end.join(Infinity),
  ];
  assertEquals(await stateOf(Promise.race(joined)), "waits");
  await end.ends(new Error("broken"));
  assertEquals(await Promise.all(joined), [undefined, undefined, true, true, true]);
});

Deno.test("join() rejects with a TypeError when its limit is no time", async () => {
  const end = new LocalEnd(null);
  await assertRejects(() => end.join(NaN), TypeError);
  await assertRejects(() => end.join(new Date("never")), TypeError);
});

Deno.test("getDriver() rejects with an EncodeError's own text when a transport throws one", async () => {
  const end = new LocalEnd<null, { f(x: unknown): void }>(null);
  end.deliver = () => Promise.reject(new EncodeError('Cannot encode "parameters[0]": no'));
  const error = await assertRejects(() => end.getDriver().f(1), EncodeError);
  const text = 'Cannot call "f": cannot encode "parameters[0]": no';
  assertEquals([error.code, error.message], ["ENCODE", text]);
});
