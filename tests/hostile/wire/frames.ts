/** The frames of RFC 6455 as bytes, those that break its rules too: every bit can be chosen. */

/** The kinds of frames, by the number that stands for each. */
export const OPCODE = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** What a frame is made of; what is not given is as the rules want it from a client. */
export interface FrameParts {
  /** A kind, or any other number of four bits. Default: text. */
  readonly opcode?: number;
  /** Is it the last of its message? Default: yes. */
  readonly fin?: boolean;
  /** The three reserved bits, 4 for the first. Default: none. */
  readonly reserved?: number;
  /** Is the payload masked, as a client must do it? Default: yes. */
  readonly masked?: boolean;
  /** The payload: a text is turned into UTF-8. Default: none. */
  readonly payload?: Uint8Array | string;
  /** The length that the head tells, where it is not the payload's. */
  readonly claims?: number | bigint;
  /** How many bytes tell the length: 0, 2 or 8. Default: as few as will do. */
  readonly lengthBytes?: 0 | 2 | 8;
  /** The mask. */
  readonly mask?: readonly [number, number, number, number];
}

/** One frame. */
export function frame(parts: FrameParts = {}): Uint8Array {
  const { opcode = OPCODE.text, fin = true, reserved = 0, masked = true } = parts;
  const payload = bytesOf(parts.payload ?? "");
  const first = (fin ? 0x80 : 0) | ((reserved & 7) << 4) | (opcode & 15);
  const length = lengthOf(BigInt(parts.claims ?? payload.length), parts.lengthBytes, masked);
  if (!masked) return joined([first], length, payload);
  const mask = parts.mask ?? [0x12, 0x34, 0x56, 0x78];
  return joined([first], length, mask, payload.map((byte, at) => byte ^ mask[at & 3]!));
}

/** The payload of a close frame: a code, also one that may not be sent, and a reason. */
export function closePayload(code: number, reason: Uint8Array | string = ""): Uint8Array {
  return joined([code >> 8 & 255, code & 255], bytesOf(reason));
}

/** Bytes one behind the other. */
export function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A text in UTF-8; bytes as they are. */
export function bytesOf(payload: Uint8Array | string): Uint8Array {
  return typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
}

function lengthOf(length: bigint, given: FrameParts["lengthBytes"], masked: boolean): number[] {
  const bit = masked ? 0x80 : 0;
  const bytes = given ?? (length < 126n ? 0 : length < 65_536n ? 2 : 8);
  switch (bytes) {
    case 0:
      return [bit | Number(length & 127n)];
    case 2:
      return [bit | 126, Number(length >> 8n & 255n), Number(length & 255n)];
    case 8:
      return [bit | 127, ...bigEndian(length)];
    default:
      return bytes satisfies never;
  }
}

function bigEndian(value: bigint): number[] {
  return Array.from({ length: 8 }, (_, at) => Number(value >> BigInt(56 - 8 * at) & 255n));
}
