import { joined, OPCODE } from "./frames.ts";

/** A frame that came in. */
export interface ReadFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly masked: boolean;
  readonly payload: Uint8Array;
}

/** The head of HTTP that came in: a request or an answer. */
export interface Head {
  /** The first line. */
  readonly first: string;
  /** The headers, by names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
}

/** What came in over one connection so far: a head of HTTP, then frames. */
export class Reader {
  /** The head, once it is whole. */
  head: Head | undefined;
  /** The frames, in order. */
  readonly frames: ReadFrame[] = [];
  /** How many bytes came in. */
  count = 0;
  #rest: Uint8Array = new Uint8Array();
  #all: Uint8Array[] = [];

  /** More bytes came in. */
  push(bytes: Uint8Array): void {
    this.count += bytes.length;
    this.#all.push(bytes);
    this.#rest = this.#rest.length === 0 ? bytes : joined(this.#rest, bytes);
    if (this.head === undefined) this.#readHead();
    if (this.isUpgraded) { for (let read = true; read;) read = this.#readFrame(); }
  }

  /** All that came in, as text with a character for each byte: what is looked through for leaks. */
  get everything(): string {
    return new TextDecoder("latin1").decode(joined(...this.#all));
  }

  /** What follows a head that is no upgrade. */
  get body(): string {
    return new TextDecoder().decode(this.#rest);
  }

  /** Do frames follow? */
  get isUpgraded(): boolean {
    const first = this.head?.first ?? "";
    return first.startsWith("HTTP/1.1 101 ") || first.startsWith("GET ");
  }

  /** The texts that came in, in order. */
  get texts(): string[] {
    return this.frames.filter(({ opcode }) => opcode === OPCODE.text)
      .map(({ payload }) => new TextDecoder().decode(payload));
  }

  /** Forgets what belonged to the beginning of the conversation; a close belongs to its end. */
  forget(): void {
    const closes = this.frames.filter(({ opcode }) => opcode === OPCODE.close);
    this.frames.splice(0, this.frames.length, ...closes);
  }

  /** The code and the reason of the close that came in; 1005 for one without. */
  get close(): { readonly code: number; readonly reason: string } | undefined {
    const payload = this.frames.find(({ opcode }) => opcode === OPCODE.close)?.payload;
    if (payload === undefined) return undefined;
    if (payload.length < 2) return { code: 1005, reason: "" };
    const reason = new TextDecoder().decode(payload.subarray(2));
    return { code: payload[0]! << 8 | payload[1]!, reason };
  }

  #readHead(): void {
    const text = new TextDecoder("latin1").decode(this.#rest);
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return;
    const [first = "", ...lines] = text.slice(0, end).split("\r\n");
    const headers = new Map(lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    this.head = { first, headers };
    this.#rest = this.#rest.subarray(end + 4);
  }

  /** Tells whether there was a whole one. */
  #readFrame(): boolean {
    const rest = this.#rest;
    if (rest.length < 2) return false;
    const masked = (rest[1]! & 0x80) !== 0;
    const short = rest[1]! & 127;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const start = 2 + lengthBytes + (masked ? 4 : 0);
    if (rest.length < start) return false;
    let length = lengthBytes === 0 ? short : 0;
    for (let at = 2; at < 2 + lengthBytes; at++) length = length * 256 + rest[at]!;
    if (rest.length < start + length) return false;
    const mask = rest.subarray(start - 4, start);
    const payload = rest.slice(start, start + length);
    this.#rest = rest.subarray(start + length);
    this.frames.push({
      opcode: rest[0]! & 15,
      fin: (rest[0]! & 0x80) !== 0,
      masked,
      payload: masked ? payload.map((byte, at) => byte ^ mask[at & 3]!) : payload,
    });
    return true;
  }
}
