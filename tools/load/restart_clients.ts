/**
 * Many clients of a server that restarts, in one process. Says when all are connected, with calls
 * that the server doesn't return; then, when all are connected again, what has happened.
 */
import {
  type ConnectionEvent,
  NotSentError,
  reconnection,
  WebSocketConnector,
  WebSocketError,
} from "../../mod.ts";
import { say } from "./program.ts";
import type { Remote } from "./restart_server.ts";

/** What the clients have seen. */
export interface Restart {
  /** When clients dialed, in ms since the first one was disconnected. */
  readonly dials: readonly { readonly client: number; readonly at: number }[];
  /** How long it took until all were connected again, in ms. */
  readonly ms: number;
  /** How many got a new session, and how many resumed theirs. */
  readonly renewed: number;
  readonly resumed: number;
  /** Calls that had been sent, and were rejected because their connection ended. */
  readonly rejected: number;
  /** Calls that were made while there was no connection, and returned. */
  readonly returned: number;
  readonly wrong: readonly string[];
}

/** The calls of each kind that each client makes. */
export const CALLS_EACH = 2;

class Clients {
  readonly #url: string;
  readonly #dials: { client: number; at: number }[] = [];
  readonly #calls: Promise<void>[] = [];
  readonly #back: Promise<void>[] = [];
  readonly #wrong: string[] = [];
  #renewed = 0;
  #resumed = 0;
  #rejected = 0;
  #returned = 0;
  #since: number | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async connect(client: number): Promise<() => Promise<void>> {
    const back = Promise.withResolvers<void>();
    this.#back.push(back.promise);
    const one = new WebSocketConnector<null, null, Remote>(null, null);
    await one.connect(this.#url, {
      use: [reconnection()],
      socket: (url) => {
        if (this.#since !== undefined) this.#dials.push({ client, at: this.#passed });
        return new WebSocket(url);
      },
      onEvent: (event) => this.#seen(event, one, back.resolve),
    });
    for (let call = 0; call < CALLS_EACH; call++) this.#calls.push(this.#hang(one));
    return () => one.close();
  }

  async restart(): Promise<Restart> {
    await Promise.all(this.#back);
    const ms = this.#passed;
    await Promise.all(this.#calls);
    return {
      dials: this.#dials,
      ms,
      renewed: this.#renewed,
      resumed: this.#resumed,
      rejected: this.#rejected,
      returned: this.#returned,
      wrong: this.#wrong,
    };
  }

  get #passed(): number {
    return performance.now() - this.#since!;
  }

  #seen(event: ConnectionEvent, one: WebSocketConnector<null, null, Remote>, back: () => void) {
    if (event.type === "disconnect") {
      if (event.code !== 1001) this.#wrong.push(`disconnected by ${event.code}`);
      this.#since ??= performance.now();
      for (let call = 0; call < CALLS_EACH; call++) this.#calls.push(this.#plus(one, call));
    } else if (event.type === "reconnect") {
      if (event.isResumed) this.#resumed++;
      else this.#renewed++;
      back();
    } else if (event.type !== "open" && event.type !== "reconnecting" && event.type !== "close") {
      this.#wrong.push(Deno.inspect(event));
    }
  }

  async #hang(one: WebSocketConnector<null, null, Remote>): Promise<void> {
    try {
      await one.getDriver().hang();
      this.#wrong.push("a call without a return returned");
    } catch (error) {
      const isRight = error instanceof WebSocketError && !(error instanceof NotSentError);
      if (isRight) this.#rejected++;
      else this.#wrong.push(String(error));
    }
  }

  async #plus(one: WebSocketConnector<null, null, Remote>, x: number): Promise<void> {
    try {
      if (await one.getDriver().plus(x, 1) === x + 1) this.#returned++;
      else this.#wrong.push("a call returned the value of another one");
    } catch (error) {
      this.#wrong.push(String(error));
    }
  }
}

if (import.meta.main) {
  const [url, count] = Deno.args;
  const clients = new Clients(url!);
  const all = Array.from({ length: Number(count) }, (_, client) => clients.connect(client));
  const closes = await Promise.all(all);
  say("connected");
  say(await clients.restart());
  await Promise.all(closes.map((close) => close()));
}
