import { assertEquals } from "@std/assert";
import { type Callback, callbacks, proxy, streams, structured } from "../../mod.ts";
import { opened, urlOf } from "../helpers/servers.ts";
import { gate } from "../helpers/waiting.ts";
import vectors from "./references.json" with { type: "json" };

class Counter {
  #count = 0;

  up(by: number): number {
    return this.#count += by;
  }
}

const counter = new Counter();

const provider = {
  async twice(f: Callback<(x: number) => number>): Promise<number> {
    try {
      return 2 * await f(1);
    } finally {
      setTimeout(() => f[Symbol.dispose]()); // after the return
    }
  },
  echo: (value: unknown) => value,
  counter: () => proxy(counter),
  async *rows(count: number) {
    for (let i = 0; i < count; i++) yield i;
  },
  fails: () =>
    new ReadableStream({
      pull() {
        throw new RangeError("no");
      },
    }),
  async sum(stream: AsyncIterable<Uint8Array>): Promise<number> {
    let sum = 0;
    for await (const chunk of stream) for (const byte of chunk) sum += byte;
    return sum;
  },
};

const LINK = {
  version: 1,
  features: ["frames", "cancel", "callbacks", "streams"],
  values: ["structured", "json"],
};

type Exchange = (typeof vectors.exchanges)[number];

/** Plays the client of an exchange, and returns what the server sent. */
async function play(url: string, { messages }: Exchange): Promise<unknown[]> {
  const socket = new WebSocket(url);
  const opened = gate();
  const closed = gate();
  const got: unknown[] = [];
  let wake = (): void => {};
  socket.onopen = () => socket.send(JSON.stringify({ header: null, link: LINK }));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (!Array.isArray(message)) return opened.open();
    got.push(message);
    wake();
  };
  socket.onclose = () => closed.open();
  await opened.promise;
  let due = 0;
  for (const [from, message] of messages as [string, unknown[]][]) {
    if (from === "server") {
      due++;
      while (got.length < due) await new Promise<void>((resolve) => wake = resolve);
    } else send(socket, message);
  }
  socket.close();
  await closed.promise;
  return got;
}

/** Bytes stand behind the message that they belong to. */
function send(socket: WebSocket, message: readonly unknown[]): void {
  const hasBytes = message[0] === 8 && message.length === 6;
  socket.send(JSON.stringify(hasBytes ? message.slice(0, 5) : message));
  if (hasBytes) socket.send(Uint8Array.from(message[5] as number[]));
}

for (const exchange of vectors.exchanges) {
  Deno.test(`a server answers as the vector says of ${exchange.what}`, async () => {
    await using server = await opened((acceptor) => acceptor.accept(provider), {
      use: [structured, callbacks, streams],
    });
    const wanted = (exchange.messages as [string, unknown][])
      .flatMap(([from, message]) => from === "server" ? [message] : []);
    assertEquals(await play(urlOf(server), exchange), wanted);
  });
}
