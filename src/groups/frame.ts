import { ID_LENGTH, isId } from "./random_id.ts";

/*
 * Each message of the bus is a frame: a head, and a part of one message of the groups.
 *
 *   1 byte     version
 *   36 bytes   id of the sending process, in ASCII
 *   4 bytes    number of the stream, within its process. Numbers are big-endian.
 *   4 bytes    number of the frame, within its stream, from 1 on
 *   4 bytes    index of the part, within its message, from 0 on
 *   4 bytes    how many parts of the message follow
 */

const VERSION = 1;
const NUMBERS = 1 + ID_LENGTH;
const HEAD = NUMBERS + 16;

export interface Frame {
  readonly sender: string;
  readonly stream: number;
  readonly number: number;
  readonly index: number;
  readonly rest: number;
  readonly part: Uint8Array;
}

/** The highest number of a frame. */
export const LAST_NUMBER = 2 ** 32 - 1;

/** Why a message of the bus can't be read, as the end of a sentence. */
export class Unreadable extends Error {}

/** The bus failed, or a message of it can't be read. */
export class BusError extends Error {
  /** The name of the class. */
  override name = "BusError";
}

/** Splits a message into frames of at most `maxBytes`. `number` is that of the first one. */
export function framesOf(
  message: Uint8Array,
  { sender, stream, number, maxBytes }: Pick<Frame, "sender" | "stream" | "number"> & {
    readonly maxBytes: number;
  },
): Uint8Array[] {
  const room = maxBytes - HEAD;
  const count = Math.max(1, Math.ceil(message.length / room));
  return Array.from({ length: count }, (_, index) => {
    const part = message.subarray(index * room, (index + 1) * room);
    const frame = new Uint8Array(HEAD + part.length);
    frame[0] = VERSION;
    for (let at = 0; at < ID_LENGTH; at++) frame[1 + at] = sender.charCodeAt(at);
    const view = new DataView(frame.buffer);
    view.setUint32(NUMBERS, stream);
    view.setUint32(NUMBERS + 4, number + index);
    view.setUint32(NUMBERS + 8, index);
    view.setUint32(NUMBERS + 12, count - 1 - index);
    frame.set(part, HEAD);
    return frame;
  });
}

/** Reads a frame. Throws an `Unreadable`. */
export function readFrame(bytes: unknown, maxBytes: number): Frame {
  if (!(bytes instanceof Uint8Array)) throw new Unreadable("expected bytes");
  if (bytes.length > maxBytes) throw new Unreadable("it is longer than the bus allows");
  if (bytes.length < HEAD) throw new Unreadable("it is too short");
  if (bytes[0] !== VERSION) throw new Unreadable("its version is unknown");
  const sender = String.fromCharCode(...bytes.subarray(1, NUMBERS));
  if (!isId(sender)) throw new Unreadable("its sender is invalid");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [stream, number, index, rest] = [0, 4, 8, 12].map((at) => view.getUint32(NUMBERS + at));
  if (number === 0) throw new Unreadable("its number is invalid");
  // not `subarray`, because a subclass such as Node's `Buffer` has other methods
  const part = new Uint8Array(bytes.buffer, bytes.byteOffset + HEAD, bytes.length - HEAD);
  return { sender, stream: stream!, number: number!, index: index!, rest: rest!, part };
}
