/**
 * What a {@linkcode Group} needs of a message system, such as NATS: see {@linkcode natsBus} and
 * {@linkcode channelBus}. Write one for your own system with these three members.
 *
 * A message goes to every subscriber of its subject, including those of the same process. It may be
 * lost, delayed, repeated or overtaken by another one: the groups sort and recognize their messages.
 * Whoever can publish on the bus can call the members of your groups, so don't open it to others.
 *
 * @example A bus within one process
 * ```ts
 * import { type Bus, Group } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const listeners = new Map<string, Set<(message: Uint8Array) => void>>();
 * const bus: Bus = {
 *   maxBytes: 1_000_000,
 *   publish(subject, message) {
 *     for (const listener of listeners.get(subject) ?? []) queueMicrotask(() => listener(message));
 *   },
 *   subscribe(subject, listener) {
 *     const own = listeners.get(subject) ?? new Set();
 *     listeners.set(subject, own.add(listener));
 *     return Promise.resolve(() => {
 *       own.delete(listener);
 *       return Promise.resolve();
 *     });
 *   },
 * };
 * await using group = new Group<object>("lobby", { bus });
 * await group.open();
 * assertEquals(await group.members(), []);
 * ```
 */
export interface Bus {
  /** The most bytes of one message. At least 1,024. */
  readonly maxBytes: number;
  /**
   * Sends a message to the subscribers of a subject. A subject has 1 to 200 characters: letters,
   * digits, `-`, `_` and dots between them. It isn't a pattern. Messages must leave in the order of
   * the calls. If it throws or rejects, so does the broadcast that it belongs to.
   */
  publish(subject: string, message: Uint8Array): void | Promise<void>;
  /**
   * Subscribes to a subject. Resolves when the messages that are published from then on arrive, to
   * a function that ends the subscription. The listener doesn't throw, and doesn't change a message.
   */
  subscribe(
    subject: string,
    listener: (message: Uint8Array) => void,
  ): Promise<() => Promise<void>>;
}

/** Throws a `TypeError` if a value isn't a bus. */
export function checkBus(bus: Bus): void {
  const { maxBytes, publish, subscribe } = Object(bus) as Partial<Bus>;
  if (typeof publish !== "function" || typeof subscribe !== "function") {
    throw new TypeError(
      'Cannot create the group: "bus" must have the functions "publish" and "subscribe"',
    );
  }
  if (typeof maxBytes !== "number" || !(maxBytes >= 1_024)) {
    throw new TypeError('Cannot create the group: "maxBytes" of the bus must be 1,024 or more');
  }
}
