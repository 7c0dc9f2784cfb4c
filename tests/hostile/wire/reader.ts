import { joined, OPCODE } from "./frames.ts";

/** A frame that came in. */
export interface ReadFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly masked: boolean;
  readonly payload: Uint8Array;
  /** The payload of a text frame as text; of others the empty one. */
  readonly text: string;
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
  readonly #all: Uint8Array[] = [];
  /** What no frame was made of yet: joined only when there may be enough for one. */
  #rest: Uint8Array[] = [];
  #length = 0;
  #needed = 2;

  /** More bytes came in. */
  push(bytes: Uint8Array): void {
    this.#all.push(bytes);
    this.#rest.push(bytes);
    this.#length += bytes.length;
    if (this.head === undefined) this.#readHead();
    if (!this.isUpgraded) return;
    while (this.#length >= this.#needed && this.#readFrame()) { /* one by one */ }
  }

  /** All that came in, as text with a character for each byte: what is looked through for leaks. */
  get everything(): string {
    return new TextDecoder("latin1").decode(joined(...this.#all));
  }

  /** How many bytes came in. */
  get count(): number {
    return this.#all.reduce((sum, { length }) => sum + length, 0);
  }

  /** What follows a head that is no upgrade. */
  get body(): string {
    return new TextDecoder().decode(this.#whole());
  }

  /** Do frames follow? */
  get isUpgraded(): boolean {
    const first = this.head?.first ?? "";
    return first.startsWith("HTTP/1.1 101 ") || first.startsWith("GET ");
  }

  /** The texts that came in, in order. */
  get texts(): string[] {
    return this.frames.filter(({ opcode }) => opcode === OPCODE.text).map(({ text }) => text);
  }

  /** Forgets what came so far, but for a close, which is not of the beginning but of the end. */
  forget(): void {
    this.#all.length = 0;
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

  #whole(): Uint8Array {
    if (this.#rest.length !== 1) this.#rest = [joined(...this.#rest)];
    return this.#rest[0]!;
  }

  #drop(length: number): void {
    this.#rest = [this.#whole().subarray(length)];
    this.#length -= length;
    this.#needed = 2;
  }

  #readHead(): void {
    const text = new TextDecoder("latin1").decode(this.#whole());
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return;
    const [first = "", ...lines] = text.slice(0, end).split("\r\n");
    const headers = new Map(lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    this.head = { first, headers };
    this.#drop(end + 4);
  }

  /** Tells whether there was a whole one; if not, how many bytes it takes is known. */
  #readFrame(): boolean {
    const rest = this.#whole();
    const masked = (rest[1]! & 0x80) !== 0;
    const short = rest[1]! & 127;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const start = 2 + lengthBytes + (masked ? 4 : 0);
    this.#needed = start;
    if (rest.length < start) return false;
    let length = lengthBytes === 0 ? short : 0;
    for (let at = 2; at < 2 + lengthBytes; at++) length = length * 256 + rest[at]!;
    this.#needed = start + length;
    if (rest.length < this.#needed) return false;
    const mask = rest.subarray(start - 4, start);
    const payload = rest.slice(start, this.#needed);
    if (masked) { for (let at = 0; at < length; at++) payload[at]! ^= mask[at & 3]!; }
    const opcode = rest[0]! & 15;
    const text = opcode === OPCODE.text ? new TextDecoder().decode(payload) : "";
    this.frames.push({ opcode, fin: (rest[0]! & 0x80) !== 0, masked, payload, text });
    this.#drop(this.#needed);
    return true;
  }
}
