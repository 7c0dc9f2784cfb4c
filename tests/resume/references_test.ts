/** What becomes of streams and functions when a session loses its link. */
import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { callbacks, ReleasedError, streams, structured } from "../../mod.ts";
import { microtasks, stateOf } from "../helpers/waiting.ts";
import {
  away,
  type Client,
  clientOf,
  cut,
  endAll,
  FIRST,
  ID,
  NAMES,
  pass,
  Serving,
} from "./script.ts";

Deno.test.afterEach(endAll);

const use = [structured, callbacks, streams];
const said = { session: ID, values: "structured", features: [...NAMES, "callbacks", "streams"] };
const CREDIT = "[10,1,64,1048576]";

type Stream = AsyncIterableIterator<unknown>;
type Reference = { f(): Promise<unknown> } & Disposable;

const errorOf = (error: Error): Error => error;

/** A source that counts how often its `finally` ran. */
class Source {
  ended = 0;

  async *rows(): AsyncGenerator<number> {
    try {
      for (let i = 0;; i++) yield i;
    } finally {
      this.ended++;
    }
  }
}

/** A client that reads a stream, holds a reference, and sends a stream that the server reads. */
async function holding(source: Source): Promise<{
  readonly client: Client;
  readonly stream: Stream;
  readonly next: Promise<unknown>;
  readonly reference: Reference;
}> {
  const client = await clientOf({}, { use }, said);
  const { get, take } = client.connector.getDriver();
  const got = get!();
  await microtasks();
  client.socket.receives('[1,1,[null,null],[0,[[0],"a",1],[[1],"c",1]]]');
  const [stream, reference] = await got;
  void take!(source.rows()).catch(() => {});
  const next = stream.next();
  await microtasks();
  client.socket.receives("[10,1,2,100000]");
  await microtasks();
  assertEquals(messagesOf(client), [
    '[0,1,"get",[]]',
    '[0,2,"take",[null],[0,[[0],"a",1]]]',
    CREDIT,
    "[8,1,2,0]",
    "[8,1,2,1]",
  ]);
  client.socket.sent.length = 0;
  return { client, stream, next, reference };
}

function messagesOf({ socket }: Client): string[] {
  return socket.sent.flatMap((frame) => {
    const all = JSON.parse(frame);
    return (typeof all[0] === "number" ? [all] : all).map((one: unknown) => JSON.stringify(one));
  }).filter((text) => !text.startsWith("[67,"));
}

Deno.test("streams and references go on when their session is resumed", async () => {
  using time = new FakeTime();
  const source = new Source();
  const { client, stream, next, reference } = await holding(source);
  await away(client, time);
  const calling = reference.f();
  client.resume(3, { ...said, session: [ID, 3] }); // the last two items didn't arrive
  await microtasks();
  client.socket.receives("[[67,6],[8,1,2,7],[10,1,1,1]]");
  await microtasks();
  assertEquals(messagesOf(client), ["[8,1,2,0]", "[8,1,2,1]", '[0,3,".1.f",[]]', "[8,1,2,2]"]);
  client.socket.receives('[[1,3,"called"],[8,1,2,8],[9,1],[11,1]]');
  assertEquals([await next, await calling], [{ done: false, value: 7 }, "called"]);
  assertEquals(await stream.next(), { done: false, value: 8 });
  assertEquals((await stream.next()).done, true);
  await microtasks();
  assertEquals(source.ended, 1);
});

Deno.test("streams and references end when the session is replaced, and say nothing to the next", async () => {
  using time = new FakeTime();
  const source = new Source();
  const { client, stream, next, reference } = await holding(source);
  await cut(client.socket);
  assertEquals(await stateOf(next), "waits");
  await pass(time, FIRST);
  client.accept({ ...said, session: "another" });
  const error = await next.catch(errorOf);
  assertEquals(`${error}`, "WebSocketError: The server has started a new session");
  assertEquals((await stream.next()).done, true);
  await stream.return!();
  const released = await reference.f().catch(errorOf) as Error;
  assertEquals(released instanceof ReleasedError, true);
  assertEquals(released.message, 'Cannot call ".1.f": its connection has closed');
  reference[Symbol.dispose]();
  await microtasks();
  assertEquals([source.ended, messagesOf(client)], [1, []]);
  // the same id means another reference in this session
  const { get } = client.connector.getDriver();
  const again = get!();
  await microtasks();
  client.socket.receives('[1,3,[null,null],[0,[[0],"a",1],[[1],"c",1]]]');
  const [, other] = await again;
  client.socket.sent.length = 0;
  void other.f().catch(() => {});
  await microtasks();
  assertEquals(messagesOf(client), ['[0,4,".1.f",[]]']);
});

Deno.test("streams and references end when the client gives up", async () => {
  using time = new FakeTime();
  const source = new Source();
  const { client, next, reference } = await holding(source);
  const ended = next.catch(errorOf);
  await cut(client.socket);
  await client.connector.close();
  await pass(time, FIRST);
  const error = await ended as Error;
  assertEquals(error.name, "ConnectionClosedError");
  const released = await reference.f().catch(errorOf) as Error;
  assertEquals([released.name, source.ended], ["ReleasedError", 1]);
});

Deno.test("an acceptor's streams and references end when the client doesn't come back in time", async () => {
  using time = new FakeTime();
  const source = new Source();
  const serving = new Serving({ window: 1_000 }, {
    use,
    provider: { rows: () => source.rows(), keep: (f: unknown) => void (kept = f as typeof kept) },
  });
  let kept: (() => Promise<unknown>) | undefined;
  const { socket } = await serving.begin({ ...said, session: undefined });
  socket.receives('[[0,1,"rows",[]],[0,2,"keep",[null],[0,[[0],"c",1]]]]');
  await microtasks();
  socket.receives("[10,1,3,1000]");
  await microtasks();
  await cut(socket);
  assertEquals(source.ended, 0);
  await pass(time, 1_001);
  assertEquals(source.ended, 1);
  assertEquals(
    (await kept!().catch(errorOf) as Error).message,
    'Cannot call ".1": its connection has closed',
  );
});
