import type { Bus } from "../../mod.ts";

/** How a bus treats its messages. Chances are from 0 to 1, and times in ms. */
export interface Weather {
  readonly drop?: number;
  readonly double?: number;
  /** The longest delay. Each copy has one of its own, so that messages overtake each other. */
  readonly delay?: number;
  readonly maxBytes?: number;
  readonly seed?: number;
}

type Listener = (message: Uint8Array) => void;

/** A message system in memory. Each process of a test has a bus of its own on it. */
export class Broker {
  readonly weather: Weather;
  /** What was published, in order. */
  readonly published: { readonly subject: string; readonly message: Uint8Array }[] = [];
  /** Whether messages to and from everybody are lost. */
  isDown = false;
  readonly #listeners = new Map<string, Map<Listener, MemoryBus>>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #state: number;

  constructor(weather: Weather = {}) {
    this.weather = weather;
    this.#state = weather.seed ?? 1;
  }

  bus(): MemoryBus {
    return new MemoryBus(this);
  }

  get subscriptions(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  publish(from: MemoryBus | undefined, subject: string, message: Uint8Array): void {
    if (from?.isCut === true || this.isDown) return;
    this.published.push({ subject, message });
    const { drop = 0, double = 0 } = this.weather;
    for (const [listener, bus] of [...this.#listeners.get(subject) ?? []]) {
      for (let copies = this.random() < double ? 2 : 1; copies > 0; copies--) {
        if (this.random() >= drop) this.#deliver(listener, bus, message.slice());
      }
    }
  }

  #deliver(listener: Listener, bus: MemoryBus, message: Uint8Array): void {
    const deliver = (): void => {
      if (!bus.isCut && !this.isDown) listener(message);
    };
    const { delay = 0 } = this.weather;
    if (delay === 0) return queueMicrotask(deliver);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      deliver();
    }, this.random() * delay);
    this.#timers.add(timer);
  }

  subscribe(bus: MemoryBus, subject: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(subject) ?? new Map<Listener, MemoryBus>();
    this.#listeners.set(subject, listeners.set(listener, bus));
    return () => void listeners.delete(listener);
  }

  /** Forgets the messages that are under way. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** The same numbers in each run. */
  random(): number {
    this.#state = (this.#state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return this.#state / 2 ** 32;
  }
}

/** The bus of one process. */
export class MemoryBus implements Bus {
  /** Whether the process is dead to all others. */
  isCut = false;
  /** What `publish` throws. */
  failure: Error | undefined;
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  get maxBytes(): number {
    return this.#broker.weather.maxBytes ?? 65_536;
  }

  publish(subject: string, message: Uint8Array): void {
    if (this.failure !== undefined) throw this.failure;
    this.#broker.publish(this, subject, message);
  }

  subscribe(subject: string, listener: Listener): Promise<() => Promise<void>> {
    const end = this.#broker.subscribe(this, subject, listener);
    return Promise.resolve(() => {
      end();
      return Promise.resolve();
    });
  }
}
