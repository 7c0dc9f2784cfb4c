import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import type { WebSocketAcceptor } from "../../mod.ts";
import type { StandardSchema } from "../../src/types/standard_schema.ts";
import type { Acceptor } from "../helpers/ends.ts";
import type { ScriptedSocket } from "../helpers/scripted_socket.ts";
import { gate, microtasks } from "../helpers/waiting.ts";
import { answerIn, cut, endAll, type Held, pass, Serving } from "./script.ts";

Deno.test.afterEach(endAll);

type Resumed = NonNullable<WebSocketAcceptor.UpgradeOptions<unknown>["resumed"]>;

/** A session that is away, of a server that looks at those who come back. */
async function awayWith(
  resumed: Resumed | undefined,
  { header, limits }: Pick<WebSocketAcceptor.UpgradeOptions<unknown>, "header" | "limits"> = {},
): Promise<Held & { readonly serving: Serving }> {
  const options = { resumed, header, limits } as WebSocketAcceptor.UpgradeOptions;
  const serving = new Serving({}, options);
  const held = await serving.begin({ header: { token: "first" } });
  await cut(held.socket);
  return { serving, ...held };
}

/** A comeback with this token. */
function back({ serving, id }: Held & { serving: Serving }, token: unknown): ScriptedSocket {
  return serving.dial({ session: [id, 0], header: { token } });
}

Deno.test("resumed() gets the acceptor of the session and the new header, and lets it go on", async () => {
  const seen: unknown[] = [];
  for (const isSlow of [false, true]) {
    const looked = gate();
    const held = await awayWith((acceptor, header) => {
      seen.push(acceptor, header);
      if (isSlow) return looked.promise;
    });
    const next = back(held, "second");
    if (isSlow) {
      await microtasks();
      assertEquals(next.sent, []);
      looked.open();
    }
    await microtasks();
    assertEquals(answerIn(next).session, [held.id, 0]);
    assertEquals(seen.splice(0), [held.acceptor, { token: "second" }]);
    const { acceptor } = held;
    assertEquals([acceptor.header, acceptor.path, acceptor.state], [
      { token: "first" },
      "/path0",
      1,
    ]);
  }
});

Deno.test("a session ends when resumed() throws or rejects", async () => {
  for (const isSlow of [false, true]) {
    const held = await awayWith(() => {
      if (isSlow) return Promise.reject(new RangeError("revoked"));
      throw new RangeError("revoked");
    });
    const call = held.acceptor.getDriver().f!().catch(String);
    const next = back(held, "second");
    assertEquals(
      await call,
      'NotSentError: Cannot call "f": the connection closed before the call was sent',
    );
    await microtasks();
    assertEquals(next.sent, []);
    assertEquals(next.closes, [[1011, "Internal server error"]]);
    await cut(next, 1011);
    assertEquals(held.acceptor.state, 3);
    assertEquals(held.serving.told, [
      "open",
      "disconnect 1006",
      "error RangeError: revoked",
      "close 1011 Internal server error",
      "close 1011 Internal server error",
    ]);
    assertNotEquals((await held.serving.begin({ session: [held.id, 0] })).id, held.id);
  }
});

/** Where the old socket is when the client comes back. */
for (const looksOpen of [false, true]) {
  Deno.test(`a session ends when resumed() rejects, with the old socket ${looksOpen ? "open" : "gone"}`, async () => {
    const reject = (acceptor: Acceptor) => acceptor.reject(3001, "Token revoked");
    const options = { resumed: reject } as unknown as WebSocketAcceptor.UpgradeOptions;
    const serving = new Serving({}, options);
    const { socket, id, acceptor } = await serving.begin();
    const call = acceptor.getDriver().f!().catch(String);
    await microtasks();
    if (!looksOpen) await cut(socket);
    const next = serving.dial({ session: [id, 0] });
    await microtasks();
    assertEquals([next.sent, next.closes], [[], [[3001, "Token revoked"]]]);
    if (looksOpen) assertEquals(socket.closes, [[3001, "Token revoked"]]);
    assertEquals([await call, acceptor.state], ["WebSocketError: Token revoked", 3]);
    await acceptor.join();
    next.closed(3001, "");
    socket.closed(3001, "");
    const closes = serving.told.filter((one) => one === "close 3001 Token revoked");
    assertEquals(closes.length, 2); // of the session, and of the socket that came back
    assertEquals([next.listenerCount, socket.listenerCount], [0, 0]);
    await assertRefused(acceptor);
  });
}

/** Nothing is to be decided about any more. */
async function assertRefused(acceptor: Acceptor): Promise<void> {
  const text = await acceptor.reject(3002, "again").catch(String);
  assertEquals(text, "StateError: Cannot reject: the connection is closed");
}

Deno.test("a client gets a fresh session when resumed() closes the acceptor", async () => {
  const held = await awayWith((acceptor) => acceptor.close(3005, "enough"));
  const next = back(held, "second");
  await microtasks();
  const { session } = answerIn(next);
  assert(typeof session === "string" && session !== held.id);
  assertEquals([held.acceptor.state, held.serving.acceptors.length], [3, 2]);
  assertEquals(held.serving.acceptors[1]!.header, { token: "second" });
});

/** A schema of `{ token: string }` that gives the token in upper case, later or at once. */
function tokens(looked?: Promise<void>): StandardSchema<unknown, unknown> {
  return {
    "~standard": {
      validate(value) {
        const { token } = value as { token?: unknown };
        const result = typeof token === "string"
          ? { value: { TOKEN: token.toUpperCase() } }
          : { issues: [{ message: "no text", path: ["token"] }] };
        return looked === undefined ? result : looked.then(() => result);
      },
    },
  };
}

Deno.test("resumed() gets what the schema of the header makes of it", async () => {
  const seen: unknown[] = [];
  const held = await awayWith((_, header) => void seen.push(header), { header: tokens() });
  const next = back(held, "second");
  await microtasks();
  assertEquals([seen, answerIn(next).session], [[{ TOKEN: "SECOND" }], [held.id, 0]]);
});

Deno.test("a session ends when the header of a comeback is invalid", async () => {
  const held = await awayWith(undefined, { header: tokens() });
  const next = back(held, 5);
  await microtasks();
  assertEquals(next.closes, [[1008, 'The header is invalid at "token"']]);
  assertEquals(held.acceptor.state, 3);
  assertEquals(held.serving.told.at(-1), "close 1008 The header is invalid");
  next.closed(1008, "");
});

Deno.test("a header is validated once when its session is over in the meantime", async () => {
  using time = new FakeTime();
  const looked = gate();
  const options = { header: tokens(), resumed: () => looked.promise } as unknown;
  const serving = new Serving({ window: 1_000 }, options as WebSocketAcceptor.UpgradeOptions);
  const { socket, id } = await serving.begin({ header: { token: "first" } });
  await cut(socket);
  const next = serving.dial({ session: [id, 0], header: { token: "second" } });
  await pass(time, 1_000);
  looked.open();
  await microtasks();
  assertEquals(next.closes, []);
  assertEquals(serving.acceptors.map(({ header }) => header), [{ TOKEN: "FIRST" }, {
    TOKEN: "SECOND",
  }]);
  next.closed(1000, "");
});

Deno.test("a session waits on when looking at its comeback takes too long", async () => {
  using time = new FakeTime();
  const limits = { decisionTimeout: 500 };
  for (const slow of ["header", "resumed"]) {
    const looked = gate();
    let dials = 0;
    const later = () => ++dials > 1 ? Promise.resolve() : looked.promise;
    const held = await awayWith(slow === "resumed" ? later : undefined, {
      limits,
      ...(slow === "header" && {
        header: {
          "~standard": {
            validate: (value: unknown) =>
              (value as { token: unknown }).token === "first"
                ? { value }
                : later().then(() => ({ value })),
          },
        } as StandardSchema<unknown, unknown>,
      }),
    });
    const next = back(held, "second");
    await pass(time, 500);
    assertEquals(next.closes, [[1008, "The server didn't accept or reject in time"]]);
    looked.open();
    await microtasks();
    next.closed(1008, "");
    assertEquals([slow, held.acceptor.state, next.sent], [slow, 1, []]);
    const last = back(held, "third");
    await microtasks();
    assertEquals(answerIn(last).session, [held.id, 0]);
    last.closed(1000, "");
  }
});

Deno.test("a session waits on when its comeback is gone before resumed() is done", async () => {
  for (const outcome of ["goes on", "rejects"]) {
    const looked = gate();
    const held = await awayWith(() => looked.promise);
    const next = back(held, "second");
    await microtasks();
    await cut(next);
    if (outcome === "rejects") looked.fail(new RangeError("revoked"));
    else looked.open();
    await microtasks();
    assertEquals([outcome, held.acceptor.state], [outcome, outcome === "rejects" ? 3 : 1]);
    assertEquals(next.sent, []);
    if (outcome === "rejects") continue;
    const last = back(held, "third");
    await microtasks();
    assertEquals(answerIn(last).session, [held.id, 0]);
    last.closed(1000, "");
  }
});

Deno.test("acceptor.reject() is refused while nobody comes back", async () => {
  const { acceptor } = await awayWith(() => {});
  assertEquals(
    await acceptor.reject(3001, "no").catch(String),
    "StateError: Cannot reject: the client is reconnecting",
  );
  assertEquals(
    await acceptor.accept(null).catch(String),
    "StateError: Cannot accept: the client is reconnecting",
  );
  assertEquals(acceptor.state, 1);
});

Deno.test("a comeback is rejected with 1008 when the given code can't be sent", async () => {
  let rejecting: Promise<unknown> | undefined;
  const held = await awayWith((acceptor) => {
    rejecting = acceptor.reject(1005, "no").catch((error: Error) => error.name);
  });
  const next = back(held, "second");
  await microtasks();
  assertEquals([await rejecting, next.closes, held.acceptor.state], [
    "RangeError",
    [[1008, "no"]],
    3,
  ]);
  assertEquals(held.serving.told.includes("close 1008 no"), true);
  next.closed(1008, "");
});
