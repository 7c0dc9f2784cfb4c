import type { InvokeEvent } from "../invoke.ts";

type Listener = (event: InvokeEvent) => unknown;

/**
 * Who listens to the calls of one communicator. `has` is asked first, so that an event that nobody
 * wants is never built.
 */
export class Listeners {
  readonly #byType = new Map<InvokeEvent.Type, Set<Listener>>();

  /** Adds a listener; one that is there already counts once. */
  add(type: InvokeEvent.Type, listener: Listener): void {
    const listeners = this.#byType.get(type);
    if (listeners === undefined) this.#byType.set(type, new Set([listener]));
    else listeners.add(listener);
  }

  /** Takes a listener off; one that was never on is no fault. */
  remove(type: InvokeEvent.Type, listener: Listener): void {
    const listeners = this.#byType.get(type);
    if (listeners?.delete(listener) === true && listeners.size === 0) this.#byType.delete(type);
  }

  /** Does anyone listen? */
  has(type: InvokeEvent.Type): boolean {
    return this.#byType.size > 0 && this.#byType.has(type);
  }

  /** Tells all, in the order in which they were added. What a listener throws harms nothing. */
  emit(event: InvokeEvent): void {
    for (const listener of [...this.#byType.get(event.type) ?? []]) {
      try {
        const result = listener(event);
        if (result instanceof Promise) result.catch(() => {}); // an async listener's failure
      } catch {
        // a listener looks on: it has no part in the call
      }
    }
  }
}
