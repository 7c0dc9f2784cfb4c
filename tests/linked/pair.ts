import type { WebSocketAcceptor, WebSocketConnector } from "../../mod.ts";
import type { Acceptor, Connector } from "../helpers/ends.ts";
import { connectedTo, opened } from "../helpers/servers.ts";
import { gate } from "../helpers/waiting.ts";

/** A frame as it was on the wire. */
export type Frame = string | Uint8Array;

/** Two ends over a real socket, whose frames are noted. */
export interface Pair extends AsyncDisposable {
  readonly client: Connector;
  readonly server: Acceptor;
  /** What the client sent, from its header on. */
  readonly sent: Frame[];
  /** What the server sent, from its answer on. */
  readonly got: Frame[];
}

/** What the two ends are made of. */
export interface PairOptions {
  /** What the client offers. */
  readonly here?: object | null;
  /** What the server offers. */
  readonly there?: object | null;
  readonly connect?: WebSocketConnector.ConnectOptions;
  readonly accept?: WebSocketAcceptor.UpgradeOptions;
  /** What both use. */
  readonly use?: WebSocketConnector.ConnectOptions["use"];
}

/** Connects two ends; without a runtime's own socket, so that nothing but messages is sent. */
export async function paired(options: PairOptions = {}): Promise<Pair> {
  const { here = null, there = null, connect = {}, accept = {}, use } = options;
  const acceptors = gate<Acceptor>();
  const server = await opened(async (acceptor) => {
    await acceptor.accept(there);
    acceptors.open(acceptor);
  }, { use, ...accept });
  const frames = { sent: [] as Frame[], got: [] as Frame[] };
  const socket = (url: string) => noted(url, frames);
  const client = await connectedTo(server, { socket, use, ...connect }, here);
  return {
    client,
    server: await acceptors.promise,
    ...frames,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function noted(url: string, { sent, got }: { sent: Frame[]; got: Frame[] }): WebSocket {
  const socket = new WebSocket(url);
  const send = socket.send.bind(socket);
  socket.send = (data) => {
    sent.push(frameOf(data));
    send(data);
  };
  socket.addEventListener("message", ({ data }) => got.push(frameOf(data)));
  return socket;
}

function frameOf(data: unknown): Frame {
  if (typeof data === "string") return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (data instanceof Uint8Array) return data.slice();
  throw new TypeError("Cannot note the frame: it is neither text nor bytes");
}

/** The messages of linked text frames, in order, out of their batches. */
export function messagesIn(frames: readonly Frame[]): unknown[][] {
  return frames.flatMap((frame) => {
    const list = typeof frame === "string" ? JSON.parse(frame) : undefined;
    if (!Array.isArray(list)) return []; // a frame of the handshake, or bytes
    return Array.isArray(list[0]) ? list : [list];
  });
}
