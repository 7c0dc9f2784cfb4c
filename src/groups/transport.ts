import { isError } from "../errors.ts";
import type { Bus } from "./bus.ts";
import { BusError, type Frame, readFrame, Unreadable } from "./frame.ts";
import { IncomingStream, type Kept } from "./incoming_stream.ts";
import { type Message, pack, unpack } from "./message.ts";
import { OutgoingStream } from "./outgoing_stream.ts";

/**
 * How many streams one subject has at most: more than there can be processes, because one that
 * restarts begins new streams. Whoever can publish could invent senders.
 */
const MOST_STREAMS = 8_192;

/** Gets the messages of one subject, from other processes. It may throw for an invalid one. */
export type Take = (sender: string, message: Message) => void;

/** Messages of any length, in order and once, over a bus that guarantees neither. */
export class Transport {
  readonly #bus: Bus;
  readonly #id: string;
  readonly #subjects = new Set<Map<string, IncomingStream>>();
  readonly #outgoing = new Map<string, OutgoingStream>();
  readonly #kept: Kept = { bytes: 0 };
  #streams = 0;

  constructor(bus: Bus, id: string) {
    this.#bus = bus;
    this.#id = id;
  }

  /** Subscribes to a subject. Resolves to a function that ends the subscription. */
  async subscribe(
    subject: string,
    take: Take,
    fault: (error: Error) => void,
  ): Promise<() => Promise<void>> {
    const streams = new Map<string, IncomingStream>();
    let isOver = false;
    const unsubscribe = await this.#bus.subscribe(subject, (bytes) => {
      if (isOver) return;
      try {
        const frame = readFrame(bytes, this.#bus.maxBytes);
        if (frame.sender !== this.#id) this.#push(frame, streams, { take, fault });
      } catch (error) {
        fault(unreadable(error));
      }
    });
    this.#subjects.add(streams);
    return async () => {
      isOver = true;
      this.#subjects.delete(streams);
      for (const stream of streams.values()) stream.stop();
      streams.clear();
      await unsubscribe();
    };
  }

  #push(
    frame: Frame,
    streams: Map<string, IncomingStream>,
    { take, fault }: { readonly take: Take; readonly fault: (error: Error) => void },
  ): void {
    const { sender } = frame;
    const key = `${sender}${frame.stream}`;
    let stream = streams.get(key);
    if (stream === undefined) {
      if (streams.size >= MOST_STREAMS) throw new Unreadable("there are too many senders");
      stream = new IncomingStream({
        take(message) {
          try {
            take(sender, unpack(message));
          } catch (error) {
            fault(unreadable(error));
          }
        },
        fault: (reason) => fault(unreadable(new Unreadable(reason))),
      }, this.#kept);
      streams.set(key, stream);
    }
    stream.push(frame);
  }

  /** Publishes a list, as JSON, at once. Throws an `EncodeError` if it is too long. */
  publish(subject: string, text: string, bytes?: readonly Uint8Array[]): Promise<void> {
    return this.send(subject, pack(text, bytes));
  }

  /** Publishes a message that was packed before, at once. */
  async send(subject: string, message: Uint8Array): Promise<void> {
    let stream = this.#outgoing.get(subject);
    if (stream === undefined) {
      stream = new OutgoingStream(this.#id, () => this.#streams++);
      this.#outgoing.set(subject, stream);
    }
    const frames = stream.frames(message, this.#bus.maxBytes);
    // all at once, so that no other message comes between them
    await Promise.all(frames.map(async (frame) => await this.#bus.publish(subject, frame)));
  }

  /** Forgets streams that are no longer used. */
  tick(time: number): void {
    for (const streams of this.#subjects) {
      for (const [key, stream] of streams) {
        if (!stream.expire(time)) continue;
        stream.stop();
        streams.delete(key);
      }
    }
    for (const [subject, stream] of this.#outgoing) {
      if (stream.isIdle) this.#outgoing.delete(subject);
    }
  }
}

function unreadable(cause: unknown): Error {
  const why = isError(cause) ? cause.message : "it is invalid";
  return new BusError(`Cannot read a message of the bus: ${why}`, { cause });
}
