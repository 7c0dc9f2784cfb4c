/** The two ends of large streams, in processes of their own: see `streams.ts`. */
import { streams, structured, WebSocketConnector, WebSocketServer } from "../../mod.ts";
import { orders, say } from "./program.ts";

/** What a client streams, and which way. */
export interface StreamOrder {
  readonly kind: "bytes" | "items";
  readonly way: "down" | "up";
  /** Chunks of 64 kB, or small objects. */
  readonly count: number;
}

/** What a client says while it works, and at the end. */
export interface StreamProgress {
  readonly isDone: boolean;
  readonly isRight: boolean;
}

type Item = Uint8Array | { readonly id: number; readonly name: string };
type Kind = StreamOrder["kind"];

/** The size of a chunk. */
export const CHUNK = 65_536;
const use = [structured, streams];

async function* produce(kind: Kind, count: number): AsyncGenerator<Item> {
  const chunk = new Uint8Array(CHUNK);
  for (let id = 0; id < count; id++) yield kind === "bytes" ? chunk : { id, name: "a small item" };
}

/** Reads all, and returns whether each item is the next one. `told` is called ten times. */
async function read(
  stream: AsyncIterable<Item>,
  { count }: Pick<StreamOrder, "count">,
  told: () => void = () => {},
): Promise<boolean> {
  let next = 0;
  let isRight = true;
  for await (const item of stream) {
    isRight &&= "id" in item ? item.id === next : item.length === CHUNK;
    if (++next % Math.ceil(count / 10) === 0) told();
  }
  return isRight && next === count;
}

const provider = {
  down: produce,
  up: (count: number, stream: AsyncIterable<Item>): Promise<boolean> => read(stream, { count }),
};

async function serve(): Promise<void> {
  const server = new WebSocketServer<null, typeof provider, null>();
  await server.open(
    { port: 0, hostname: "127.0.0.1", use },
    (acceptor) => acceptor.accept(provider),
  );
  say(server.address!.port);
}

async function* telling(order: StreamOrder, told: () => void): AsyncGenerator<Item> {
  let next = 0;
  for await (const item of produce(order.kind, order.count)) {
    yield item;
    if (++next % Math.ceil(order.count / 10) === 0) told();
  }
}

async function dial(port: string): Promise<void> {
  const client = new WebSocketConnector<null, null, typeof provider>(null, null);
  await client.connect(`ws://127.0.0.1:${port}`, { use });
  const driver = client.getDriver<typeof provider, false, "structured">();
  const told = (): void => say({ isDone: false, isRight: true } satisfies StreamProgress);
  for await (const order of orders<StreamOrder>()) {
    const { kind, way, count } = order;
    const isRight = way === "down"
      ? await read(driver.down(kind, count), order, told)
      : await driver.up(count, telling(order, told));
    say({ isDone: true, isRight } satisfies StreamProgress);
  }
}

if (import.meta.main) {
  const [port] = Deno.args;
  await (port === undefined ? serve() : dial(port));
}
