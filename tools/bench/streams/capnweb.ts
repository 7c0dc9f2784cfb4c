import { type Package, peer } from "../peers.ts";
import { closeSocket, openSocket, provideWebSocket, serveSockets } from "../sockets.ts";
import { CHUNK, clock, rowOf, type StreamSubject } from "./subject.ts";

export const capnweb: StreamSubject = {
  async serve() {
    await provideWebSocket();
    const { newWebSocketRpcSession, RpcTarget } = await peer("capnweb");
    class Target extends RpcTarget {
      bytes(): ReadableStream {
        return streamOf(() => false, () => CHUNK);
      }
      items(count: number): ReadableStream {
        return streamOf((i) => i === count, rowOf);
      }
      async upload(stream: ReadableStream): Promise<number> {
        return await readAll<Uint8Array>(stream, ({ length }) => length);
      }
      async callbacks(count: number, call: (i: number) => Promise<number>): Promise<number> {
        const calls = Array.from({ length: count }, (_, i) => call(i));
        return (await Promise.all(calls)).length;
      }
    }
    return await serveSockets((socket) => newWebSocketRpcSession(socket, new Target()));
  },
  async connect(port) {
    await provideWebSocket();
    const { newWebSocketRpcSession } = await peer("capnweb");
    const socket = await openSocket(port);
    const stub: Package = newWebSocketRpcSession(socket);
    return {
      async bytes(ms) {
        return await readAll<Uint8Array>(await stub.bytes(), lengthOf, clock(ms));
      },
      upload: async (ms) => await stub.upload(streamOf(clock(ms), () => CHUNK)),
      items: async (count) => await readAll<{ id: number }>(await stub.items(count), idOf),
      async callbacks(count) {
        let calls = 0;
        await stub.callbacks(count, (i: number) => {
          calls++;
          return i;
        });
        return calls;
      },
      close: () => closeSocket(socket),
    };
  },
};

function lengthOf({ length }: Uint8Array): number {
  return length;
}

function idOf({ id }: { readonly id: number }): number {
  return id;
}

function streamOf<T>(
  isOver: (i: number) => boolean,
  make: (i: number) => T,
): ReadableStream<T> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      if (isOver(next)) controller.close();
      else controller.enqueue(make(next++));
    },
  });
}

async function readAll<T>(
  stream: ReadableStream<T>,
  count: (item: T) => number,
  isOver: () => boolean = () => false,
): Promise<number> {
  const reader = stream.getReader();
  let sum = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return sum;
    sum += count(value);
    if (isOver()) {
      await reader.cancel();
      return sum;
    }
  }
}
