import { inTime } from "./check.ts";

/** The other end of a TCP connection, which does nothing but what a test says. */
export class TcpPeer {
  readonly #connection: Deno.Conn;
  readonly #isClient: boolean;
  #isEnded = false;

  constructor(connection: Deno.Conn, isClient: boolean) {
    this.#connection = connection;
    this.#isClient = isClient;
  }

  /** What has come in, until an empty line ends it. */
  async readHead(): Promise<string> {
    let head = "";
    while (!head.includes("\r\n\r\n")) {
      const text = await this.#read();
      if (text === "") throw new Error("Cannot read the head: the other end has ended TCP");
      head += text;
    }
    return head;
  }

  /** Sends bytes. */
  async write(text: string | Uint8Array): Promise<void> {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#connection.write(bytes.subarray(sent));
    }
  }

  /** Sends a text frame of up to 125 bytes. A client's is masked, with zeros. */
  async sendText(text: string): Promise<void> {
    const body = new TextEncoder().encode(text);
    const head = this.#isClient ? [0x81, 0x80 | body.length, 0, 0, 0, 0] : [0x81, body.length];
    await this.write(new Uint8Array([...head, ...body]));
  }

  /** Answers an upgrade, as a server. */
  async upgrade(): Promise<void> {
    const key = /^sec-websocket-key: *(\S+)/im.exec(await this.readHead())?.[1] ?? "";
    const text = new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    const accept = new Uint8Array(await crypto.subtle.digest("SHA-1", text));
    await this.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${btoa(String.fromCharCode(...accept))}\r\n\r\n`,
    );
  }

  /** Ends TCP, without a close of any kind. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#connection.close();
  }

  async #read(): Promise<string> {
    const buffer = new Uint8Array(4_096);
    try {
      const size = await inTime(this.#connection.read(buffer), "bytes of the other end");
      return size === null ? "" : new TextDecoder("latin1").decode(buffer.subarray(0, size));
    } catch (error) {
      if (this.#isEnded || error instanceof Deno.errors.ConnectionReset) return "";
      throw error;
    }
  }
}

/** A server at the level of TCP. */
export interface TcpServer extends AsyncDisposable {
  readonly url: string;
  /** The next connection. */
  next(): Promise<TcpPeer>;
}

/** Listens; what comes is left alone until it is asked for. */
export function tcpServer(): TcpServer {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const peers: TcpPeer[] = [];
  return {
    url: `ws://127.0.0.1:${(listener.addr as Deno.NetAddr).port}`,
    async next() {
      const peer = new TcpPeer(await inTime(listener.accept(), "the next connection"), false);
      peers.push(peer);
      return peer;
    },
    [Symbol.asyncDispose]() {
      for (const peer of peers) peer.end();
      listener.close();
      return Promise.resolve();
    },
  };
}

/** A client at the level of TCP, which has sent its upgrade and has been answered. */
export async function tcpClient(url: string): Promise<TcpPeer> {
  const { hostname, port, pathname } = new URL(url);
  const peer = new TcpPeer(await Deno.connect({ hostname, port: Number(port) }), true);
  await peer.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\n` +
      "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  await peer.readHead();
  return peer;
}
