/** WebDriver BiDi, the protocol that drives Firefox: https://w3c.github.io/webdriver-bidi/ */
import { soon } from "../helpers/waiting.ts";

/** What a browser sends: the response to a command, or an event. */
interface Message {
  readonly type: "success" | "error" | "event";
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

/** A connection to a browser. */
export class Bidi {
  readonly #socket: WebSocket;
  readonly #closed: Promise<void>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #listeners = new Map<string, (params: unknown) => void>();
  #lastId = 0;

  /** Connects to the address of a browser's sessions. */
  static async connect(url: string): Promise<Bidi> {
    const socket = new WebSocket(url);
    const bidi = new Bidi(socket);
    const opened = new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve());
      socket.addEventListener("close", ({ code }) => {
        reject(new Error(`Cannot connect to "${url}": closed with ${code}`));
      });
    });
    await soon(opened, "the browser accepts a connection");
    return bidi;
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#take(JSON.parse(data)));
    this.#closed = new Promise((resolve) => {
      socket.addEventListener("close", () => {
        const error = new Error("Cannot drive the browser: its connection was closed");
        for (const { reject } of this.#waiting.values()) reject(error);
        this.#waiting.clear();
        resolve();
      });
    });
  }

  /** Like `sendForLong`, and rejects if the browser doesn't respond within a minute. */
  send<R>(method: string, params?: Readonly<Record<string, unknown>>): Promise<R> {
    return soon(this.sendForLong<R>(method, params), `the browser responds to "${method}"`);
  }

  /** Sends a command; rejects with an `Error` if the browser refuses it, or is closed first. */
  sendForLong<R>(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<R> {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Error(`Cannot send "${method}": the browser was closed`));
    }
    const id = ++this.#lastId;
    const response = Promise.withResolvers<unknown>();
    this.#waiting.set(id, response);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return response.promise.catch((error) => {
      throw new Error(`${method}: ${error.message}`);
    }) as Promise<R>;
  }

  /** Subscribes to an event. */
  async listen<P>(event: string, listener: (params: P) => void): Promise<void> {
    this.#listeners.set(event, listener as (params: unknown) => void);
    await this.send("session.subscribe", { events: [event] });
  }

  /** Resolves when the connection is closed. */
  async close(): Promise<void> {
    this.#socket.close();
    await soon(this.#closed, "the browser's connection is closed");
  }

  #take({ type, id, method, params, result, error, message }: Message): void {
    if (type === "event") return this.#listeners.get(method!)?.(params);
    const response = this.#waiting.get(id!);
    this.#waiting.delete(id!);
    if (type === "success") response?.resolve(result);
    else response?.reject(new Error(`${error}: ${message}`));
  }
}
