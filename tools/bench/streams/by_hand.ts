/**
 * The least that streams with credit over a WebSocket need: a binary frame a chunk, which begins with
 * the number of its stream, and a text frame a row or a message.
 */
import { closeSocket, openSocket, serveSockets, type Socket } from "../sockets.ts";
import {
  CHUNK,
  ENDLESS,
  type Row,
  rowOf,
  type StreamClient,
  type StreamSubject,
  WINDOWS,
} from "./subject.ts";

const HEAD = 4;
/** How many bytes arrive before it is said. */
const REPORTED = 65_536;

type Message =
  | readonly ["read" | "upload", id: number, kind: "bytes" | "items", count: number]
  | readonly ["credit", id: number, items: number, bytes: number]
  | readonly ["row", id: number, row: Row]
  | readonly ["end" | "cancel", id: number]
  | readonly ["arrived", bytes: number]
  | readonly ["plus", id: number, x: number, y: number]
  | readonly ["result", id: number, value: number];

interface Producer {
  readonly make: (i: number) => Uint8Array | Row;
  readonly count: number;
  next: number;
  items: number;
  bytes: number;
}

interface Consumer {
  readonly measure: (item: Uint8Array | Row) => number;
  readonly ended: (sum: number) => void;
  sum: number;
  /** Read, and not yet returned as credit. */
  items: number;
  bytes: number;
}

/** Either end. A message to read is also the first credit, as Deno's client delays a second frame. */
class Ends {
  readonly producers = new Map<number, Producer>();
  readonly consumers = new Map<number, Consumer>();
  readonly results = new Map<number, (value: number) => void>();
  readonly #socket: Socket;
  #underWay = 0;
  #arrived = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") return this.#take(JSON.parse(data));
      const id = new DataView(data as ArrayBuffer).getUint32(0);
      this.#item(id, new Uint8Array(data as ArrayBuffer, HEAD), (data as ArrayBuffer).byteLength);
    };
  }

  say(message: Message): void {
    this.#socket.send(JSON.stringify(message));
  }

  produce(id: number, kind: "bytes" | "items", count: number): void {
    const make = kind === "bytes" ? () => CHUNK : rowOf;
    this.producers.set(id, { make, count, next: 0, items: 0, bytes: 0 });
  }

  /** Calls `ended` with the bytes, or the sum of the ids, when all have arrived. */
  consume(id: number, ended: (sum: number) => void): void {
    const measure = (item: Uint8Array | Row): number => "id" in item ? item.id : item.length;
    this.consumers.set(id, { measure, ended, sum: 0, items: 0, bytes: 0 });
  }

  /** The producer has no more. */
  finish(id: number): void {
    this.producers.delete(id);
    this.say(["end", id]);
  }

  #take(message: Message): void {
    switch (message[0]) {
      case "read":
        this.produce(message[1], message[2], message[3]);
        return this.#give(message[1], WINDOWS.items, WINDOWS.bytes);
      case "upload":
        this.consume(message[1], (sum) => this.say(["result", message[1], sum]));
        return this.say(["credit", message[1], WINDOWS.items, WINDOWS.bytes]);
      case "credit":
        return this.#give(message[1], message[2], message[3]);
      case "row":
        return this.#item(message[1], message[2], 60);
      case "arrived":
        this.#underWay -= message[1];
        return this.#sendAll();
      case "cancel":
        this.producers.delete(message[1]);
        return this.say(["end", message[1]]);
      case "plus":
        return this.say(["result", message[1], message[2] + message[3]]);
      case "end":
        this.consumers.get(message[1])?.ended(this.consumers.get(message[1])!.sum);
        return void this.consumers.delete(message[1]);
      case "result":
        this.results.get(message[1])!(message[2]);
        return void this.results.delete(message[1]);
      default:
        return message satisfies never;
    }
  }

  #give(id: number, items: number, bytes: number): void {
    const producer = this.producers.get(id);
    if (producer === undefined) return;
    producer.items += items;
    producer.bytes += bytes;
    this.#sendAll();
  }

  /** One item of each in turn. */
  #sendAll(): void {
    for (let isDone = false; !isDone;) {
      isDone = true;
      for (const [id, producer] of this.producers) {
        if (this.#underWay >= WINDOWS.underWay) return;
        if (producer.items <= 0 || producer.bytes <= 0) continue;
        this.#send(id, producer);
        isDone = false;
      }
    }
  }

  #send(id: number, producer: Producer): void {
    if (producer.next === producer.count) {
      this.producers.delete(id);
      return this.say(["end", id]);
    }
    const item = producer.make(producer.next++);
    let size = 60;
    if (item instanceof Uint8Array) {
      const frame = new Uint8Array(HEAD + item.length);
      new DataView(frame.buffer).setUint32(0, id);
      frame.set(item, HEAD);
      size = frame.length;
      this.#socket.send(frame);
    } else this.say(["row", id, item]);
    producer.items--;
    producer.bytes -= size;
    this.#underWay += size;
  }

  #item(id: number, item: Uint8Array | Row, size: number): void {
    this.#arrived += size;
    if (this.#arrived >= REPORTED) {
      this.say(["arrived", this.#arrived]);
      this.#arrived = 0;
    }
    const consumer = this.consumers.get(id);
    if (consumer === undefined) return;
    consumer.sum += consumer.measure(item);
    consumer.items++;
    consumer.bytes += size;
    if (consumer.items < WINDOWS.items / 2 && consumer.bytes < WINDOWS.bytes / 2) return;
    this.say(["credit", id, consumer.items, consumer.bytes]);
    consumer.items = consumer.bytes = 0;
  }
}

export const byHand: StreamSubject = {
  async serve() {
    return await serveSockets((socket) => {
      socket.binaryType = "arraybuffer"; // not the default of "ws"
      new Ends(socket);
    });
  },
  async connect(port) {
    const socket = await openSocket(port);
    return clientOf(new Ends(socket), () => closeSocket(socket));
  },
};

function clientOf(ends: Ends, close: () => Promise<void>): StreamClient {
  let lastId = 0;
  const read = (kind: "bytes" | "items", count: number, id = ++lastId): Promise<number> =>
    new Promise((resolve) => {
      ends.say(["read", id, kind, count]);
      ends.consume(id, resolve);
    });
  const result = (id: number): Promise<number> =>
    new Promise((resolve) => ends.results.set(id, resolve));
  return {
    async bytes(ms) {
      setTimeout((id) => ends.say(["cancel", id]), ms, lastId + 1);
      return await read("bytes", ENDLESS);
    },
    items: (count) => read("items", count),
    upload(ms) {
      const id = ++lastId;
      ends.produce(id, "bytes", ENDLESS);
      ends.say(["upload", id, "bytes", ENDLESS]);
      setTimeout(() => ends.finish(id), ms);
      return result(id);
    },
    plus(x, y) {
      const id = ++lastId;
      ends.say(["plus", id, x, y]);
      return result(id);
    },
    flood(streams) {
      const first = lastId + 1;
      const readers = Array.from({ length: streams }, () => read("bytes", ENDLESS));
      return async () => {
        for (let i = 0; i < streams; i++) ends.say(["cancel", first + i]);
        await Promise.all(readers);
      };
    },
    close,
  };
}
