/** This library. */
import {
  type Callback,
  callbacks,
  streams,
  structured,
  WebSocketConnector,
  WebSocketServer,
} from "../../../mod.ts";
import { CHUNK, clock, type Row, rowOf, type StreamSubject } from "./subject.ts";

const use = [structured, callbacks, streams];

async function* chunks(isOver: () => boolean): AsyncGenerator<Uint8Array> {
  while (!isOver()) yield CHUNK;
}

const provider = {
  plus: (x: number, y: number): number => x + y,
  bytes: (): AsyncGenerator<Uint8Array> => chunks(() => false),
  async *items(count: number): AsyncGenerator<Row> {
    for (let i = 0; i < count; i++) yield rowOf(i);
  },
  async upload(stream: AsyncIterable<Uint8Array>): Promise<number> {
    let bytes = 0;
    for await (const chunk of stream) bytes += chunk.length;
    return bytes;
  },
  async callbacks(count: number, call: Callback<(i: number) => number>): Promise<number> {
    const calls = Array.from({ length: count }, (_, i) => call(i));
    return (await Promise.all(calls)).length;
  },
};

function flood(streams: number, open: () => AsyncIterable<unknown>): () => Promise<void> {
  let isOver = false;
  const readers = Array.from({ length: streams }, async () => {
    for await (const _ of open()) if (isOver) break;
  });
  return async () => {
    isOver = true;
    await Promise.all(readers);
  };
}

export const ours: StreamSubject = {
  async serve() {
    const server = new WebSocketServer<unknown, typeof provider, null>();
    const options = { port: 0, hostname: "127.0.0.1", use };
    await server.open(options, (acceptor) => acceptor.accept(provider));
    return server.address!.port;
  },
  async connect(port) {
    const connector = new WebSocketConnector<null, null, typeof provider>(null, null);
    await connector.connect(`ws://127.0.0.1:${port}`, { use });
    const driver = connector.getDriver<typeof provider, false, "structured">();
    return {
      async bytes(ms) {
        const isOver = clock(ms);
        let bytes = 0;
        for await (const chunk of driver.bytes()) {
          bytes += chunk.length;
          if (isOver()) break;
        }
        return bytes;
      },
      upload: (ms) => driver.upload(chunks(clock(ms))),
      async items(count) {
        let sum = 0;
        for await (const { id } of driver.items(count)) sum += id;
        return sum;
      },
      async callbacks(count) {
        let calls = 0;
        await driver.callbacks(count, (i) => {
          calls++;
          return i;
        });
        return calls;
      },
      plus: (x, y) => driver.plus(x, y),
      flood: (streams) => flood(streams, () => driver.bytes()),
      close: () => connector.close(),
    };
  },
};
