import { EncodeError } from "../errors.ts";
import { parseJson } from "../session/parse_json.ts";
import { Unreadable } from "./frame.ts";

/** The most bytes of one message of the groups, over all its frames. */
export const LARGEST = 64 * 2 ** 20;
/** Values may have 1,000 levels, as in a call, and messages add some. */
const DEPTH = 1_010;

/** A message between processes: a list as JSON, and the bytes that belong to its values. */
export interface Message {
  readonly list: readonly unknown[];
  readonly bytes: readonly Uint8Array[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Packs the JSON of a list, and bytes: each after its length. Throws an `EncodeError`. */
export function pack(text: string, bytes: readonly Uint8Array[] = []): Uint8Array {
  const blocks = [encoder.encode(text), ...bytes];
  const size = blocks.reduce((sum, { length }) => sum + 4 + length, 0);
  if (size > LARGEST) {
    throw new EncodeError(
      `Cannot send to other processes: the message has ${size} bytes, over ${LARGEST}`,
    );
  }
  const packed = new Uint8Array(size);
  const view = new DataView(packed.buffer);
  let at = 0;
  for (const block of blocks) {
    view.setUint32(at, block.length);
    packed.set(block, at + 4);
    at += 4 + block.length;
  }
  return packed;
}

/** Throws an error if the message can't be read. */
export function unpack(packed: Uint8Array): Message {
  const blocks: Uint8Array[] = [];
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  for (let at = 0; at < packed.length;) {
    const length = at + 4 <= packed.length ? view.getUint32(at) : Infinity;
    if (at + 4 + length > packed.length) throw new Unreadable("its lengths are wrong");
    blocks.push(packed.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [text, ...bytes] = blocks;
  if (text === undefined) throw new Unreadable("it is empty");
  const list = parseJson(decoder.decode(text), DEPTH);
  if (!Array.isArray(list)) throw new Unreadable("it isn't a list");
  return { list, bytes };
}
