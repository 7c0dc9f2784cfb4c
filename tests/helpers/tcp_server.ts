import { createHash } from "node:crypto";

/** What a server says to whoever connects. */
export type Speech = "nothing" | "upgrade" | { readonly text: string };

/**
 * A server of bytes alone, on 127.0.0.1: it says nothing, upgrades and is silent then, or says a
 * text. Its end ends its connections.
 */
export class TcpServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #accepting: Promise<void>;
  /** What came in, connection by connection, as text. */
  readonly heard: string[] = [];

  constructor(speech: Speech) {
    this.#accepting = this.#accept(speech);
  }

  /** Its port. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Its address for a connector. */
  get url(): string {
    return `ws://127.0.0.1:${this.port}/`;
  }

  /** Ends all connections now. */
  hangUp(): void {
    for (const connection of this.#connections) connection.close();
    this.#connections.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.hangUp();
    await this.#accepting;
    // the sockets of the test's own end hear of it in a later turn
    await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async #accept(speech: Speech): Promise<void> {
    const all: Promise<void>[] = [];
    for await (const connection of this.#listener) {
      this.#connections.add(connection);
      all.push(this.#serve(connection, speech, this.heard.push("") - 1));
    }
    await Promise.all(all);
  }

  async #serve(connection: Deno.TcpConn, speech: Speech, index: number): Promise<void> {
    const decoder = new TextDecoder();
    const say = (text: string) => connection.write(new TextEncoder().encode(text));
    try {
      if (typeof speech === "object") await say(speech.text);
      const bytes = new Uint8Array(4_096);
      for (let count; (count = await connection.read(bytes)) !== null;) {
        const before = this.heard[index]!.includes("\r\n\r\n");
        this.heard[index] += decoder.decode(bytes.subarray(0, count));
        if (speech === "upgrade" && !before) await say(answerTo(this.heard[index]!));
      }
    } catch {
      // it was ended from here
    }
    if (this.#connections.delete(connection)) connection.close();
  }
}

/** The answer to an upgrade. */
function answerTo(request: string): string {
  const key = /sec-websocket-key: (.*)\r\n/i.exec(request)?.[1] ?? "";
  const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  return [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${createHash("sha1").update(key + guid).digest("base64")}`,
    "",
    "",
  ].join("\r\n");
}
