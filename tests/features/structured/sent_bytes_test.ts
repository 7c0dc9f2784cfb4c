import { assert, assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { Group, streams, structured, WebSocketAcceptor, WebSocketConnector } from "../../../mod.ts";
import type { Acceptor } from "../../helpers/ends.ts";
import { connectedTo, opened } from "../../helpers/servers.ts";
import { turn, until } from "../../helpers/waiting.ts";
import { NodeServer, VERSIONS } from "../../helpers/ws.ts";
import { dialling, type RawSocket, serving } from "../../linked/raw.ts";
import { Random } from "../../network/random.ts";
import { ReplayLine } from "../../resume/replay.ts";

const use = [structured];
const options = { use, limits: { sendBytes: 10 } };
const values = "structured";

function bytesIn({ sent }: RawSocket): unknown[] {
  return sent.filter((frame) => typeof frame !== "string");
}

for (const copiesBytes of [true, false]) {
  const what = copiesBytes ? "sends its bytes as they are" : "copies its bytes";
  Deno.test(`a call ${what} when the socket ${copiesBytes ? "copies" : "keeps"} them`, async () => {
    await using ends = await dialling({ options: { use }, values });
    ends.socket.copiesBytes = copiesBytes;
    const given: unknown[] = [];
    ends.socket.send = (frame: string | Uint8Array) => void given.push(frame);
    const { buffer } = new Uint8Array([1, 2, 3]);
    const call = ends.end.getDriver().f!(buffer);
    call.catch(() => {});
    const { buffer: sent } = given[1] as Uint8Array;
    if (copiesBytes) assertStrictEquals(sent, buffer);
    else assertNotStrictEquals(sent, buffer);
    ends.socket.gets("[1,1]");
    await call;
  });
}

Deno.test("bytes are sent as they were when the messages before them took the room", async () => {
  await using ends = await dialling({ options, values, features: ["frames", "batch"] });
  const { socket } = ends;
  socket.copiesBytes = true;
  socket.afterSend = () => socket.bufferedAmount = 100;
  const { f } = ends.end.getDriver();
  const bytes = new Uint8Array([1, 2, 3]);
  const calls = Promise.all([f!(1), f!(bytes)]);
  calls.catch(() => {});
  assertEquals(socket.sent, ['[0,1,"f",[1]]']);
  bytes.fill(9);
  socket.afterSend = () => {};
  socket.bufferedAmount = 0;
  await until(() => socket.sent.length === 3, "the second call has left");
  assertEquals(bytesIn(socket), [new Uint8Array([1, 2, 3])]);
  socket.gets("[[1,1],[1,2]]");
  await calls;
});

Deno.test("bytes are sent as they were when a value's own code makes calls", async () => {
  await using ends = await dialling({ options, values });
  const { socket } = ends;
  socket.copiesBytes = true;
  const { f } = ends.end.getDriver();
  const bytes = new Uint8Array([1, 2, 3]);
  const calls: Promise<unknown>[] = [];
  class Busy {
    toJSON(): string {
      calls.push(f!("during"));
      socket.bufferedAmount = 100;
      return "busy";
    }
  }
  calls.push(f!(bytes, new Busy()));
  const all = Promise.all(calls);
  all.catch(() => {});
  bytes.fill(9);
  socket.bufferedAmount = 0;
  await until(() => bytesIn(socket).length === 1, "the bytes have left");
  assertEquals(bytesIn(socket), [new Uint8Array([1, 2, 3])]);
  socket.gets("[[1,1],[1,2]]");
  await all;
});

Deno.test("a result's bytes leave as they are when there is room, and need no copy", async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  await using ends = await serving({ options, values, provider: { bytes: () => bytes } });
  const { socket } = ends;
  socket.copiesBytes = true;
  socket.bufferedAmount = 100;
  socket.gets('[0,1,"bytes",[]]');
  await turn();
  assertEquals(socket.sent, []);
  socket.bufferedAmount = 0;
  const given: unknown[] = [];
  socket.send = (frame: string | Uint8Array) => void given.push(frame);
  await until(() => given.length === 2, "the result has left");
  assertStrictEquals((given[1] as Uint8Array).buffer, bytes.buffer);
});

Deno.test("a group sends bytes as they were to members that have no room", async () => {
  await using group = new Group<{ note(bytes: Uint8Array): void }>("room");
  await group.open();
  const all = await Promise.all([0, 100].map(async (buffered) => {
    const ends = await serving({ options, values, features: ["frames", "batch", "quiet"] });
    ends.socket.copiesBytes = true;
    ends.socket.bufferedAmount = buffered;
    group.add(ends.end);
    return ends;
  }));
  const bytes = new Uint8Array([1, 2, 3]);
  void group.getDriver<"structured">().note(bytes);
  bytes.fill(9);
  for (const { socket } of all) {
    socket.bufferedAmount = 0;
    await until(() => bytesIn(socket).length === 1, "the bytes have left");
    assertEquals(bytesIn(socket), [new Uint8Array([1, 2, 3])]);
  }
  for (const ends of all) await ends[Symbol.asyncDispose]();
});

Deno.test("a resumed session sends bytes again as they were", async () => {
  await using line = await ReplayLine.open([structured], new Random(1));
  await line.connect([structured]);
  const { bytes: same } = line.client.getDriver();
  const bytes = new Uint8Array(100_000).fill(1);
  const calls = [same!(bytes)]; // sent, but not received
  const isCut = line.cut();
  bytes.fill(2);
  calls.push(same!(bytes)); // waits
  await isCut;
  calls.push(same!(bytes));
  bytes.fill(3);
  line.mend();
  const sums = (await Promise.all(calls)).map((got) => new Set(got as Uint8Array));
  assertEquals(sums, [new Set([1]), new Set([2]), new Set([2])]);
});

/** More than the buffers of TCP hold. */
const LARGE = 16 * 2 ** 20;

function provider() {
  return {
    async *chunks() {
      const chunk = new Uint8Array(65_536);
      for (let i = 0; i < 200; i++) yield chunk.fill(i);
    },
    async take(all: AsyncIterable<Uint8Array>) {
      let sum = 0;
      for await (const chunk of all) {
        assert(chunk.every((byte) => byte === chunk[0]), "a chunk is whole");
        sum += chunk[0]!;
      }
      return sum;
    },
    listed: (...views: Uint8Array[]) => views.map((view) => [...view]),
    sum: (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0),
    large() {
      const bytes = new Uint8Array(LARGE).fill(1);
      queueMicrotask(() => queueMicrotask(() => bytes.fill(2))); // the result has left
      setTimeout(() => bytes.fill(3));
      return bytes;
    },
  };
}

type Provider = ReturnType<typeof provider>;

/** Sends memory that changes as soon as it can, and reads what the other side sends so. */
async function exchange(connector: WebSocketConnector<null, null, Provider>) {
  const { chunks, take, listed, sum, large } = connector.getDriver<Provider, false, "structured">();
  assertEquals(await take(provider().chunks()), 199 * 100);
  assertEquals(await provider().take(chunks()), 199 * 100);
  const memory = [new ArrayBuffer(4), new ArrayBuffer(4, { maxByteLength: 8 })];
  const views = [...memory, new SharedArrayBuffer(4)].map((all, i) =>
    new Uint8Array(all, 1, 2).fill(i)
  );
  const list = listed(...views);
  for (const view of views) view.fill(9);
  assertEquals(await list, [[0, 0], [1, 1], [2, 2]]);
  const bytes = new Uint8Array(LARGE);
  const sums = [1, 2, 3].map((value) => sum(bytes.fill(value)));
  bytes.fill(9);
  assertEquals(await Promise.all(sums), [LARGE, 2 * LARGE, 3 * LARGE]);
  assertEquals(new Set(await large()).size, 1);
}

const features = { use: [structured, streams], limits: { frameBytes: 2 * LARGE } };

Deno.test("memory that a program uses again arrives as it was over the platform's sockets", async () => {
  const server = await opened((acceptor: Acceptor) => acceptor.accept(provider()), features);
  const connector = await connectedTo(server, features);
  await exchange(connector as never);
  await connector.close();
  await server.close();
});

for (const [version, ws] of VERSIONS) {
  Deno.test(`memory that a program uses again arrives as it was over sockets of ${version}`, async () => {
    await using server = await NodeServer.open(ws, ({ url, headers }, socket) => {
      WebSocketAcceptor.upgrade(
        { url: url!, headers },
        socket,
        (acceptor: Acceptor) => acceptor.accept(provider()),
        features,
      );
    });
    const connector = new WebSocketConnector<null, null, Provider>(null, null);
    const { Client } = ws;
    await connector.connect(server.url, { ...features, socket: (url) => new Client(url) });
    await exchange(connector);
    await connector.close();
  });
}
