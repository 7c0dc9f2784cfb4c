import { WebSocketAcceptor, WebSocketConnector } from "../../mod.ts";
import type { SocketLike } from "../../src/types/socket.ts";
import type { Acceptor, Connector } from "../helpers/ends.ts";
import type { Frame } from "./pair.ts";

type Listener = (event: Record<string, unknown>) => void;

/** A socket whose other end is played by a test: frames of text and of bytes, whatever they say. */
export class RawSocket implements SocketLike {
  readyState = 1;
  bufferedAmount = 0;
  binaryType = "blob";
  readonly sent: Frame[] = [];
  /** The codes of the closes that were begun here. */
  readonly closes: (number | undefined)[] = [];
  copiesBytes = false;
  /** Called after each frame that leaves. */
  afterSend: () => void = () => {};
  readonly #isServer: boolean;
  readonly #listeners = new Map<string, Set<Listener>>();

  /** @param isServer A server's socket may send more codes than a client's. */
  constructor(isServer: boolean) {
    this.#isServer = isServer;
  }

  send(frame: string | Uint8Array): void {
    this.sent.push(typeof frame === "string" ? frame : frame.slice());
    this.afterSend();
  }

  close(code?: number, reason?: string): void {
    const isTaken = code === undefined || code === 1000 || (code >= 3000 && code <= 4999);
    if (!isTaken && !this.#isServer) throw new DOMException("bad", "InvalidAccessError");
    this.closes.push(code);
    this.readyState = 2;
    queueMicrotask(() => this.ends(code ?? 1005, reason));
  }

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  /** A frame comes in: text as it is, bytes as they are, anything else as JSON. */
  gets(...frames: unknown[]): void {
    for (const frame of frames) {
      const data = frame instanceof Uint8Array
        ? frame.slice().buffer
        : typeof frame === "string"
        ? frame
        : JSON.stringify(frame);
      this.#emit("message", { data });
    }
  }

  /** It is closed, by whichever end. */
  ends(code = 1000, reason = ""): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#emit("close", { code, reason });
  }

  #emit(type: string, event: Record<string, unknown>): void {
    for (const listener of [...this.#listeners.get(type) ?? []]) listener(event);
  }
}

/** All that linked mode can do. */
export const ALL = ["frames", "batch", "cancel", "deadline", "quiet"];

/** How the played end takes part in the handshake. */
export interface RawOptions {
  readonly provider?: object | null;
  readonly features?: readonly string[];
  readonly values?: string;
  readonly options?: WebSocketAcceptor.UpgradeOptions;
}

/** An acceptor of ours, in front of a connector that a test plays. */
export interface Served extends AsyncDisposable {
  readonly socket: RawSocket;
  readonly end: Acceptor;
}

/** The test plays a connector that offered these features. */
export async function serving(raw: RawOptions = {}): Promise<Served> {
  const { provider = null, features = ALL, values = "json", options = {} } = raw;
  const socket = new RawSocket(true);
  const ends: Acceptor[] = [];
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, (acceptor: Acceptor) => {
    ends.push(acceptor);
    return acceptor.accept(provider);
  }, options);
  socket.gets({ header: null, link: { version: 1, features, values: [values, "json"] } });
  await Promise.resolve();
  socket.sent.length = 0;
  return { socket, end: ends[0]!, [Symbol.asyncDispose]: () => Promise.resolve(socket.ends()) };
}

/** A connector of ours, in front of an acceptor that a test plays. */
export interface Dialled extends AsyncDisposable {
  readonly socket: RawSocket;
  readonly end: Connector;
}

/** The test plays an acceptor that agreed to these features. */
export async function dialling(
  raw: Omit<RawOptions, "options"> & { options?: WebSocketConnector.ConnectOptions } = {},
): Promise<Dialled> {
  const { provider = null, features = ALL, values = "json", options = {} } = raw;
  const socket = new RawSocket(false);
  const end: Connector = new WebSocketConnector(null, provider);
  const connecting = end.connect("ws://host/", { socket: () => socket, ...options });
  socket.gets({ accept: 1, link: { version: 1, features, values } });
  await connecting;
  socket.sent.length = 0;
  return { socket, end, [Symbol.asyncDispose]: () => Promise.resolve(socket.ends()) };
}
