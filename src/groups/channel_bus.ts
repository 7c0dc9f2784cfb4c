import { globalScope } from "../global_scope.ts";
import type { Bus } from "./bus.ts";

/** Platforms have different types of it. */
interface Channel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** Larger messages would take more memory at once, because each context gets a copy. */
const MAX_BYTES = 2 ** 20;

/**
 * Returns a {@linkcode Bus} over a `BroadcastChannel`: between the workers of one program, the tabs
 * of one site, or the isolates of one deployment.
 *
 * @param name The name of the channel. Everybody who uses this name gets the messages.
 * @throws {TypeError} If the name isn't a string, or the platform has no `BroadcastChannel`.
 *
 * @example A group of all workers of a program
 * ```ts
 * import { channelBus, Group } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * await using group = new Group<object>("lobby", { bus: channelBus("my-program") });
 * await group.open();
 * assertEquals(group.size, 0);
 * ```
 */
export function channelBus(name: string): Bus {
  const { BroadcastChannel } = globalScope as {
    readonly BroadcastChannel?: new (name: string) => Channel;
  };
  if (typeof name !== "string") {
    throw new TypeError("Cannot create the bus: the name must be a string");
  }
  if (BroadcastChannel === undefined) {
    throw new TypeError("Cannot create the bus: this platform has no BroadcastChannel");
  }
  return new ChannelBus(() => new BroadcastChannel(name));
}

type Listener = (message: Uint8Array) => void;

/** The channel is open while there are subscriptions, because it keeps a program running. */
class ChannelBus implements Bus {
  readonly maxBytes = MAX_BYTES;
  readonly #open: () => Channel;
  readonly #listeners = new Map<string, Set<Listener>>();
  #channel: Channel | undefined;

  constructor(open: () => Channel) {
    this.#open = open;
  }

  publish(subject: string, message: Uint8Array): void {
    const own = this.#channel;
    const channel = own ?? this.#open();
    channel.postMessage([subject, message]);
    if (own === undefined) channel.close();
    else queueMicrotask(() => this.#take([subject, message])); // the channel itself doesn't get it
  }

  subscribe(subject: string, listener: Listener): Promise<() => Promise<void>> {
    this.#channel ??= this.#listen();
    const listeners = this.#listeners.get(subject) ?? new Set();
    const own: Listener = (message) => listener(message); // the same one may subscribe twice
    this.#listeners.set(subject, listeners.add(own));
    return Promise.resolve(() => {
      listeners.delete(own);
      if (listeners.size === 0) this.#listeners.delete(subject);
      if (this.#listeners.size === 0) this.#close();
      return Promise.resolve();
    });
  }

  #listen(): Channel {
    const channel = this.#open();
    channel.onmessage = ({ data }) => this.#take(data);
    return channel;
  }

  #close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  /** Others may use the channel for messages of their own, which are ignored. */
  #take(data: unknown): void {
    if (!Array.isArray(data)) return;
    const [subject, message] = data as unknown[];
    if (!(message instanceof Uint8Array)) return;
    for (const listener of this.#listeners.get(subject as string) ?? []) listener(message);
  }
}
