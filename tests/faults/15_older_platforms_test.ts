import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { DeadlineError, settles, WebSocketConnector, WebSocketError, within } from "../../mod.ts";
import { cutReason } from "../../src/session/close_code.ts";
import { isLongerThan } from "../../src/session/parse_json.ts";
import { connectedTo, opened, type Server, urlOf } from "../helpers/servers.ts";
import { gate, microtasks, soon } from "../helpers/waiting.ts";
import { Timers } from "../helpers/timers.ts";

/** The platform lacks this until the end of the block. */
function without(holder: object, name: string): Disposable {
  const found = Object.getOwnPropertyDescriptor(holder, name)!;
  assert(found.configurable);
  delete (holder as Record<string, unknown>)[name];
  return { [Symbol.dispose]: () => void Object.defineProperty(holder, name, found) };
}

/** What signals of older platforms lack: each alone, and all at once. */
const LACKS: readonly [string, () => Disposable[]][] = [
  ["AbortSignal.any", () => [without(AbortSignal, "any")]],
  ["reason", () => [without(AbortSignal.prototype, "reason")]],
  ["throwIfAborted", () => [without(AbortSignal.prototype, "throwIfAborted")]],
  ["any of them", () => [
    without(AbortSignal, "any"),
    without(AbortSignal.prototype, "reason"),
    without(AbortSignal.prototype, "throwIfAborted"),
  ]],
];

const NEVER = new Promise<never>(() => {});

/** A server whose function never returns, and that never accepts those with the header "wait". */
function silent(): Promise<Server> {
  return opened(async (acceptor) => {
    if (acceptor.header !== "wait") return await acceptor.accept({ wait: () => NEVER });
    await acceptor.join().catch(() => {});
  });
}

for (const [what, lack] of LACKS) {
  /** A test on a platform that lacks it. */
  const test = (name: string, run: () => Promise<void>): void =>
    Deno.test(`${name} when signals have no ${what}`, async () => {
      using stack = new DisposableStack();
      for (const each of lack()) stack.use(each);
      await run();
    });

  test("settles() and within() end at their limit", async () => {
    assertEquals(await soon(settles(NEVER, 5), "the limit comes"), false);
    await assertRejects(() => soon(within(NEVER, 5, "it"), "the limit comes"), DeadlineError);
    assertEquals(await within(Promise.resolve(7), 60_000, "it"), 7);
    const failed = new Error("failed");
    assertEquals(await settles(Promise.reject(failed), 60_000).catch((error) => error), failed);
  });

  test("settles() leaves no timer behind", async () => {
    using timers = new Timers();
    const done = gate();
    const inTime = settles(done.promise, 60_000);
    assertEquals(timers.count, 1);
    done.open();
    assertEquals([await inTime, timers.count], [true, 0]);
  });

  test("connect() ends at its timeout, and join() at its limit", async () => {
    await using server = await silent();
    const connector = new WebSocketConnector<string, null, object>("wait", null);
    const connecting = connector.connect(urlOf(server), { timeout: 20 });
    const error = await soon(connecting.catch((error) => error), "the timeout comes");
    assertInstanceOf(error, WebSocketError);
    assertEquals(error.status, 1008);
    await using other = await connectedTo(server);
    assertEquals(await soon(other.join(5), "the limit comes"), false);
  });

  test("an aborted call is rejected with an error, never undefined", async () => {
    await using server = await silent();
    await using connector = await connectedTo(server);
    for (const reason of [undefined, new Error("enough")]) {
      const control = new AbortController();
      const driver = connector.getDriver({ signal: control.signal });
      const before = driver.wait!().catch((error: unknown) => error);
      control.abort(reason);
      const after = driver.wait!().catch((error: unknown) => error);
      for (const error of [await before, await after]) {
        const isTold = reason !== undefined && "reason" in AbortSignal.prototype;
        if (isTold) assertEquals(error, reason);
        else {
          assertInstanceOf(error, DOMException);
          assertEquals(error.name, "AbortError");
        }
      }
    }
  });

  test("an attempt to connect and an open() that are aborted fail with an AbortError", async () => {
    await using server = await silent();
    const control = new AbortController();
    const connector = new WebSocketConnector<string, null, object>("wait", null);
    const connect = (): Promise<unknown> =>
      connector.connect(urlOf(server), { signal: control.signal }).catch((error) => error);
    const before = connect();
    await microtasks();
    control.abort();
    const open = opened(() => {}, { signal: control.signal }).catch((error) => error);
    for (const error of [await before, await connect(), await open]) {
      assertInstanceOf(error, DOMException);
      assertEquals(error.name, "AbortError");
    }
  });
}

Deno.test("an aborted call is rejected with an AbortError when there is no DOMException", async () => {
  await using server = await silent();
  await using connector = await connectedTo(server);
  using _reason = without(AbortSignal.prototype, "reason");
  using _class = without(globalThis, "DOMException");
  const control = new AbortController();
  const call = connector.getDriver({ signal: control.signal }).wait!().catch((error: unknown) =>
    error
  );
  control.abort("given, as Deno's own default needs a DOMException");
  const error = await call;
  assertInstanceOf(error, Error);
  assertEquals(error.name, "AbortError");
});

Deno.test("close() sends a long reason when there is no TextEncoder", async () => {
  const closed = gate<[number, string]>();
  await using server = await opened((acceptor) => acceptor.accept(null), {
    onEvent: (event) => event.type === "close" && closed.open([event.code, event.reason]),
  });
  await using connector = await connectedTo(server);
  using _ = without(globalThis, "TextEncoder");
  await connector.close(4_000, "é".repeat(100));
  assertEquals(await closed.promise, [4_000, "é".repeat(61)]);
});

for (const text of ["a", "é", "€", "😀", "\ud800", "\udc00a", "a😀b", "", "ab€\ud83d"]) {
  Deno.test(`cutReason() and isLongerThan() count as a TextEncoder does, for ${JSON.stringify(text)}`, () => {
    for (let times = 0; times < 130; times++) {
      const long = text.repeat(times);
      const bytes = new TextEncoder().encode(long).length;
      for (const limit of [bytes - 1, bytes, bytes + 1]) {
        assertEquals(isLongerThan(long, limit), bytes > limit);
      }
      const { read } = new TextEncoder().encodeInto(long, new Uint8Array(123));
      assertEquals(cutReason(long), long.slice(0, read));
    }
  });
}
