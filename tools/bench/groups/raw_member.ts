/**
 * A member that counts what it gets, and no more, over plain TCP: so that the server is what takes
 * the time, and all servers have the same members.
 */
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { type Greeting, MARKS } from "./subject.ts";

/** Nothing is changed by this mask, which clients must use. */
const MASK = Buffer.from([0, 0, 0, 0]);
const CODES: readonly number[] = MARKS.map((mark) => mark.charCodeAt(0));

/** Where a member connects, and who counts what it gets. */
export interface RawPlan {
  readonly port: number;
  readonly room: number;
  readonly greeting: Greeting;
  /** A message of the server with this number arrived. */
  heard(server: number): void;
}

/** Connects, and resolves when the server has answered. */
export function rawMember({ port, room, greeting, heard }: RawPlan): Promise<Socket> {
  const frames = [...greeting.frames(room)];
  const { promise, resolve, reject } = withResolvers<Socket>();
  const socket = connect(port, "127.0.0.1");
  const say = (): void => {
    const text = frames.shift();
    if (text !== undefined) socket.write(frameOf(text));
  };
  let answers = 0;
  const reader = new FrameReader((payload) => {
    if (answers === greeting.answers) return count(payload, heard);
    answers++;
    if (!greeting.speaksFirst) say();
    if (answers === greeting.answers) resolve(socket);
  });
  let head = "";
  let isUpgraded = false;
  socket.on("data", (data: Buffer) => {
    if (isUpgraded) return reader.push(data);
    head += data.toString("latin1");
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    isUpgraded = true;
    if (greeting.speaksFirst) say();
    const rest = Buffer.from(head.slice(end + 4), "latin1");
    if (rest.length > 0) reader.push(rest);
  });
  socket.on("error", reject);
  socket.on("close", () => reject(new Error("Cannot measure: a server has closed a connection")));
  socket.setNoDelay(true);
  socket.write(requestFor(greeting.path));
  return promise;
}

function count(payload: Buffer, heard: (server: number) => void): void {
  for (let server = 0; server < CODES.length; server++) {
    let at = payload.indexOf(CODES[server]!);
    while (at >= 0) {
      heard(server);
      at = payload.indexOf(CODES[server]!, at + 1);
    }
  }
}

/** Cuts a server's bytes into the payloads of frames. */
class FrameReader {
  readonly #take: (payload: Buffer) => void;
  #rest: Buffer | undefined;

  constructor(take: (payload: Buffer) => void) {
    this.#take = take;
  }

  push(data: Buffer): void {
    const all = this.#rest === undefined ? data : Buffer.concat([this.#rest, data]);
    let at = 0;
    while (at + 2 <= all.length) {
      const short = all[at + 1]!;
      const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
      if (start > all.length) break;
      const length = short < 126
        ? short
        : short === 126
        ? all.readUInt16BE(at + 2)
        : Number(all.readBigUInt64BE(at + 2));
      if (start + length > all.length) break;
      this.#take(all.subarray(start, start + length));
      at = start + length;
    }
    this.#rest = at < all.length ? all.subarray(at) : undefined;
  }
}

/** A short text, as a client sends it. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = payload.length < 126
    ? Buffer.from([0x81, 0x80 | payload.length])
    : Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, MASK, payload]);
}

function requestFor(path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "\r\n",
  ].join("\r\n");
}

interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Node 20 doesn't have it. */
function withResolvers<T>(): Resolvers<T> {
  let resolve!: (value: T) => void, reject!: (error: unknown) => void;
  const promise = new Promise<T>((...both) => [resolve, reject] = both);
  return { promise, resolve, reject };
}
