import type { Channel, ChannelListener } from "../runtimes/worker_types.ts";
import type { SocketLike } from "../types/socket.ts";
import { SocketEvents } from "./socket_events.ts";

/** The numbers with which TGrid's workers say how they are. */
const READY = 0;
const ACCEPTED = 1;
const CLOSED = 2;

const CONNECTING = 0, OPEN = 1, CLOSING = 2, OVER = 3;

/**
 * The channel of a worker, seen as a socket: the worker's `0` opens it, a `1` is the frame that
 * accepts, and a `2` closes it, in either direction. All else is frames. A shared worker can also
 * reject, with `{"name":"reject","message":…}` in place of the answer.
 */
export class WorkerSocket extends SocketEvents implements SocketLike, ChannelListener {
  readyState: number = CONNECTING;
  /** At a shared worker: the whole reason of a rejection, because that of a close is cut. */
  rejection: string | undefined;
  readonly #isServer: boolean;
  readonly #isShared: boolean;
  #isAnswered = false;
  #channel: Channel | undefined;

  /** @param isServer Whether this is the worker's side. */
  constructor(isServer: boolean, isShared = false) {
    super();
    this.#isServer = isServer;
    this.#isShared = isShared;
  }

  /** Whether it is closed, or never opened. */
  get isOver(): boolean {
    return this.readyState === OVER;
  }

  /** The channel is there. */
  attach(channel: Channel): void {
    this.#channel = channel;
    if (this.readyState === OVER) channel.terminate();
    else if (this.#isServer) {
      this.readyState = OPEN;
      channel.post(READY);
      this.emit("open", {});
    }
  }

  // as a ChannelListener

  message(data: unknown): void {
    if (this.readyState === CONNECTING) {
      if (data === READY) {
        this.readyState = OPEN;
        this.emit("open", {});
      } else if (typeof data === "string" || typeof data === "number") {
        const server = this.#isShared ? "SharedWorkerServer" : "WorkerServer";
        this.gone(`the worker's first message isn't that of a ${server}`);
      }
      return;
    }
    if (data === CLOSED) return this.#closedByPeer();
    if (this.readyState !== OPEN) return;
    if (this.#isShared && !this.#isServer && !this.#isAnswered) {
      this.#isAnswered = true;
      const reason = reasonIn(data);
      if (reason !== undefined) return this.#rejected(reason);
    }
    if (data === ACCEPTED) this.emit("message", { data: "1" });
    else if (typeof data === "string") this.emit("message", { data });
    else if (data instanceof Uint8Array) {
      this.emit("message", {
        data: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength),
      });
    }
  }

  /** The other side can't be reached. Its process may still run, and this worker has no more use. */
  gone(why: string): void {
    const before = this.readyState;
    if (before === OVER) return;
    this.#channel?.terminate();
    // while it's still connecting or open, as a socket reports a failure
    if (before !== CLOSING) this.emit("error", { message: why });
    this.#over(before === CLOSING ? 1000 : 1006, before === OPEN ? why : "");
  }

  // as a SocketLike

  send(frame: string | Uint8Array): void {
    if (this.#isServer) this.#isAnswered = true;
    this.#channel?.post(this.#isServer && frame === "1" ? ACCEPTED : frame);
  }

  /**
   * A close with a code is that of a fault or a failed attempt: a worker isn't asked to end then, but
   * a shared one is notified, because it goes on.
   */
  close(code?: number, reason = ""): void {
    if (this.readyState >= CLOSING) return;
    const isFault = code !== undefined && !this.#isShared;
    if (!this.#isServer && (this.readyState === CONNECTING || isFault)) {
      this.#channel?.terminate();
      return this.#over(1000, "");
    }
    const isRejecting = this.#isShared && this.#isServer && !this.#isAnswered;
    const message = this.rejection ?? reason;
    this.#channel?.post(isRejecting ? JSON.stringify({ name: "reject", message }) : CLOSED);
    if (this.#isServer) {
      this.#over(1000, "");
      this.#channel?.terminate();
    } else this.readyState = CLOSING;
  }

  terminate(): void {
    this.gone("the worker was stopped");
  }

  #closedByPeer(): void {
    if (this.readyState === OVER) return;
    if (this.#isServer) this.#channel?.post(CLOSED);
    this.#over(1000, "");
    if (this.#isServer) this.#channel?.terminate();
    else this.#channel?.reap();
  }

  #rejected(reason: string): void {
    this.#channel?.terminate();
    this.#over(1000, reason);
  }

  #over(code: number, reason: string): void {
    this.readyState = OVER;
    this.emit("close", { code, reason });
  }
}

/** The reason of a rejection; `undefined` if the message isn't one. */
function reasonIn(data: unknown): string | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const answer = JSON.parse(data) as
      | { readonly name?: unknown; readonly message?: unknown }
      | null;
    const { name, message } = answer ?? {};
    return name === "reject" && typeof message === "string" ? message : undefined;
  } catch {
    return undefined; // not JSON, which the connector finds, too
  }
}
