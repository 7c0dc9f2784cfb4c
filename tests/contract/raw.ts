import { inTime } from "./check.ts";

/** How a raw socket was closed. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A W3C socket whose frames a test reads and writes as they are. */
export class RawSocket {
  readonly #socket: WebSocket;
  readonly #frames: string[] = [];
  #waiting: ((frame: string | undefined) => void) | undefined;
  #isClosed = false;
  /** Every frame that came in, in order. */
  readonly seen: string[] = [];
  /** Resolves when it is closed, by whichever end. */
  readonly closed: Promise<Closed>;
  readonly #opened: Promise<void>;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    this.#opened = new Promise((resolve) => socket.addEventListener("open", () => resolve()));
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
    });
    void this.closed.then(() => {
      this.#isClosed = true;
      this.#waiting?.(undefined);
    });
    socket.addEventListener("error", () => {}); // `close` follows
    socket.addEventListener("message", ({ data }) => {
      this.seen.push(data);
      if (this.#waiting === undefined) this.#frames.push(data);
      else this.#waiting(data);
      this.#waiting = undefined;
    });
  }

  /** Resolves when frames can leave. */
  async open(): Promise<this> {
    if (this.#socket.readyState !== WebSocket.OPEN) await inTime(this.#opened, "the open");
    return this;
  }

  /** Sends frames: a text or bytes as they are, anything else as JSON. */
  send(...frames: readonly unknown[]): void {
    for (const frame of frames) {
      const isRaw = typeof frame === "string" || frame instanceof Uint8Array;
      this.#socket.send(isRaw ? frame as string : JSON.stringify(frame));
    }
  }

  /** The next frame that has not been read yet; `undefined` when it is closed and there is none. */
  nextOrEnd(): Promise<string | undefined> {
    const frame = this.#frames.shift();
    if (frame !== undefined || this.#isClosed) return Promise.resolve(frame);
    return inTime(new Promise((resolve) => this.#waiting = resolve), "the next frame");
  }

  /** The next frame that has not been read yet. */
  async next(): Promise<string> {
    const frame = await this.nextOrEnd();
    if (frame === undefined) throw new Error("Cannot read a frame: the socket was closed");
    return frame;
  }

  /** The next frame, which is JSON. */
  async nextJson(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.next());
  }

  /** Closes it, and waits until it is. */
  async close(code?: number, reason?: string): Promise<Closed> {
    if (code === undefined) this.#socket.close();
    else this.#socket.close(code, reason);
    return await inTime(this.closed, "the close");
  }

  /** Waits until it is closed, by the other end. */
  untilClosed(): Promise<Closed> {
    return inTime(this.closed, "the close by the other end");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A client that speaks raw frames. */
export function rawClient(url: string): Promise<RawSocket> {
  return new RawSocket(new WebSocket(url)).open();
}

/** A server that speaks raw frames. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** The connections until now. */
  readonly sockets: readonly RawSocket[];
  /** The next connection that was not asked for yet, open. */
  next(): Promise<RawSocket>;
}

/** Listens, and upgrades all that comes; the test plays the server. */
export function rawServer(): RawServer {
  const sockets: RawSocket[] = [];
  let asked = 0;
  let arrived = (): void => {};
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    sockets.push(new RawSocket(socket));
    arrived();
    return response;
  });
  return {
    url: `ws://127.0.0.1:${server.addr.port}`,
    sockets,
    async next() {
      const index = asked++;
      if (sockets[index] === undefined) {
        await inTime(new Promise<void>((resolve) => arrived = resolve), "the next connection");
      }
      return await sockets[index]!.open();
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(sockets.map((socket) => socket.close()));
      await server.shutdown();
    },
  };
}
