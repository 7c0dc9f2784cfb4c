import { createServer, type IncomingMessage, type Server } from "node:http";
import ws7 from "npm:ws@7";
import ws8, { WebSocketServer } from "npm:ws@8";
import type { SocketLike } from "../../mod.ts";

/** What a socket of `ws` has beside the web's own. */
export interface WsSocket extends SocketLike {
  on(event: string, listener: (...args: never[]) => void): void;
  listenerCount(event: string): number;
  terminate(): void;
}

/** What is used of `ws` here: neither version brings types. */
interface Upgrader {
  handleUpgrade(
    request: IncomingMessage,
    socket: unknown,
    head: unknown,
    done: (socket: WsSocket) => void,
  ): void;
}
/** One version of `ws`. */
export interface Ws {
  readonly Client: new (url: string, options?: object) => WsSocket;
  readonly Server: new (options: { noServer: true; clientTracking: false }) => Upgrader;
}

/** The two majors of `ws` that adapters use. */
export const VERSIONS = [
  ["ws 7", { Client: ws7, Server: ws7.Server }],
  ["ws 8", { Client: ws8, Server: WebSocketServer }],
] as unknown as readonly (readonly [name: string, ws: Ws])[];

/** A server of `node:http` that upgrades by `ws`, on 127.0.0.1. */
export class NodeServer implements AsyncDisposable {
  readonly #server: Server = createServer();
  /** The server's sockets, in order. */
  readonly sockets: WsSocket[] = [];

  /** Listens; `upgraded` is told of each socket in the turn in which it is made. */
  static async open(
    { Server }: Ws,
    upgraded: (request: IncomingMessage, socket: WsSocket) => void,
  ): Promise<NodeServer> {
    const server = new NodeServer();
    const upgrader = new Server({ noServer: true, clientTracking: false });
    server.#server.on(
      "upgrade",
      (request, socket, head) =>
        upgrader.handleUpgrade(request, socket, head, (made) => {
          server.sockets.push(made);
          upgraded(request, made);
        }),
    );
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  /** Its address. */
  get url(): string {
    const address = this.#server.address();
    return `ws://127.0.0.1:${typeof address === "object" ? address!.port : address}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
