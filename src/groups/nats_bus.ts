import { checkNames, type NamesOf } from "../nearest.ts";
import type { Bus } from "./bus.ts";

/** What {@linkcode natsBus} uses of a `NatsConnection` of `@nats-io/nats-core`. */
export interface NatsConnectionLike {
  /** What the server told about itself. */
  readonly info?: { readonly max_payload: number } | undefined;
  /** Sends a message. */
  publish(subject: string, data: Uint8Array): void;
  /** Subscribes to a subject. */
  subscribe(
    subject: string,
    options: {
      callback(error: Error | null, message: { readonly data: Uint8Array }): void;
    },
  ): { unsubscribe(): void };
  /** Resolves when the server has processed what was sent before. */
  flush(): Promise<void>;
}

/** The options of {@linkcode natsBus}. */
export interface NatsBusOptions {
  /** Begins the subjects of all messages: names with dots between them. Default: `"sheetbend"`. */
  readonly prefix?: string | undefined;
}

const OPTIONS: NamesOf<NatsBusOptions> = { prefix: 1 };

/** The default limit of NATS servers, until the connection knows that of its server. */
const MAX_PAYLOAD = 2 ** 20;

/**
 * Returns a {@linkcode Bus} over a connection to NATS, which you create with `connect` of
 * `@nats-io/transport-node` or `@nats-io/transport-deno`, and which you close yourself.
 *
 * NATS delivers a message at most once. A process that isn't connected misses the messages of others
 * meanwhile, and gets new ones as soon as its connection is back. By default, the client of NATS gives
 * up after ten attempts to reconnect: set `maxReconnectAttempts` to -1. Everybody who can publish on the
 * subjects below the prefix can call the members of your groups: limit that in the server.
 *
 * @throws {TypeError} If it isn't a connection, or an option doesn't exist or is invalid.
 *
 * @example Connect the servers of a chat
 * ```ts ignore
 * import { connect } from "@nats-io/transport-node";
 * import { Group, natsBus } from "@sheetbend/rpc";
 *
 * const connection = await connect({ servers: "nats://127.0.0.1:4222", maxReconnectAttempts: -1 });
 * const lobby = new Group<Guest>("lobby", { bus: natsBus(connection, { prefix: "chat" }) });
 * await lobby.open();
 * ```
 */
export function natsBus(connection: NatsConnectionLike, options: NatsBusOptions = {}): Bus {
  const act = "create the bus";
  const { publish, subscribe, flush } = Object(connection) as Partial<NatsConnectionLike>;
  if (![publish, subscribe, flush].every((one) => typeof one === "function")) {
    throw new TypeError(`Cannot ${act}: expected a connection to NATS`);
  }
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot ${act}: the options must be an object`);
  }
  checkNames(options, OPTIONS, act);
  const { prefix = "sheetbend" } = options;
  if (typeof prefix !== "string" || !/^[\w-]+(\.[\w-]+)*$/.test(prefix) || prefix.length > 100) {
    throw new TypeError(
      `Cannot ${act}: "prefix" must be names of letters, digits, "-" and "_", with dots between them`,
    );
  }
  return new NatsBus(connection, `${prefix}.`);
}

class NatsBus implements Bus {
  readonly #connection: NatsConnectionLike;
  readonly #prefix: string;

  constructor(connection: NatsConnectionLike, prefix: string) {
    this.#connection = connection;
    this.#prefix = prefix;
  }

  /** It can change when the connection moves to another server. */
  get maxBytes(): number {
    return this.#connection.info?.max_payload ?? MAX_PAYLOAD;
  }

  publish(subject: string, message: Uint8Array): void {
    this.#connection.publish(this.#prefix + subject, message);
  }

  async subscribe(
    subject: string,
    listener: (message: Uint8Array) => void,
  ): Promise<() => Promise<void>> {
    let refused: Error | undefined;
    const subscription = this.#connection.subscribe(this.#prefix + subject, {
      callback(error, message) {
        if (error === null) listener(message.data);
        else refused = error;
      },
    });
    await this.#connection.flush(); // the server knows the subscription, or has refused it
    if (refused !== undefined) throw refused;
    return () => {
      subscription.unsubscribe();
      return Promise.resolve();
    };
  }
}
