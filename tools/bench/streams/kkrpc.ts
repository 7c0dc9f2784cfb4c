/**
 * kkrpc has no streams. A program can pass a function that gets the items, and return credit by
 * calls. Its functions return nothing, so the client itself waits until all have run.
 */
import { type Package, peer } from "../peers.ts";
import { provideWebSocket, serveSockets } from "../sockets.ts";
import { CHUNK, clock, rowOf, type StreamClient, type StreamSubject, WINDOWS } from "./subject.ts";

const OPTIONS = { serialization: { version: "json" } };

type Push = (item: unknown) => void;

export const kkrpc: StreamSubject = {
  async serve() {
    const { RPCChannel, WebSocketServerIO } = await peer("kkrpc");
    return await serveSockets((socket) => {
      const expose = newProvider();
      new RPCChannel(new WebSocketServerIO(socket), { expose, ...OPTIONS });
    });
  },
  async connect(port) {
    await provideWebSocket();
    const { RPCChannel, WebSocketClientIO } = await peer("kkrpc");
    const io = new WebSocketClientIO({ url: `ws://127.0.0.1:${port}` });
    const channel: Package = new RPCChannel(io, OPTIONS);
    return clientOf(channel, () => io.destroy());
  },
};

/** One stream at a time. */
function newProvider(): object {
  let credit = 0;
  let send = (): void => {};
  const begin = (count: number, make: (i: number) => unknown, push: Push): void => {
    let next = 0;
    credit = WINDOWS.items;
    send = () => {
      for (; credit > 0 && next < count; credit--) push(make(next++));
    };
    send();
  };
  return {
    bytes: (count: number, push: Push) => begin(count, () => CHUNK, push),
    items: (count: number, push: Push) => begin(count, rowOf, push),
    put: (chunk: Uint8Array) => chunk.length,
    give(items: number) {
      credit += items;
      send();
    },
    callbacks(count: number, call: Push) {
      for (let i = 0; i < count; i++) call(i);
    },
  };
}

function clientOf(channel: Package, destroy: () => void): StreamClient {
  const driver: Package = channel.getAPI();
  const read = <T>(name: string, count: number, measure: (item: T) => number): Promise<number> =>
    new Promise((resolve) => {
      let sum = 0;
      let items = 0;
      driver[name](count, (item: T) => {
        sum += measure(item);
        items++;
        if (items % (WINDOWS.items / 2) === 0) driver.give(WINDOWS.items / 2);
        if (items < count) return;
        channel.freeCallbacks(); // they would stay
        resolve(sum);
      });
    });
  return {
    async bytes(ms) {
      const isOver = clock(ms);
      let bytes = 0;
      while (!isOver()) {
        bytes += await read("bytes", WINDOWS.items, ({ length }: Uint8Array) => length);
      }
      return bytes;
    },
    items: (count) => read("items", count, ({ id }: { id: number }) => id),
    async upload(ms) {
      const isOver = clock(ms);
      let bytes = 0;
      await Promise.all(Array.from({ length: WINDOWS.items }, async () => {
        while (!isOver()) bytes += await driver.put(CHUNK);
      }));
      return bytes;
    },
    callbacks: async (count) => {
      await read("callbacks", count, () => 1);
      return count;
    },
    close: () => Promise.resolve(destroy()),
  };
}
