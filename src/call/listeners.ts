import type { InvokeEvent } from "../invoke.ts";

type Listener = (event: InvokeEvent) => unknown;

/** When a call began, and which listeners there were. */
export interface Moment {
  /** In ms since the epoch. */
  readonly time: number;
  /** The number of the last listener that was added before. */
  readonly last: number;
}

/**
 * Who listens to the calls of one communicator. `has` is asked first, so that an event that nobody
 * wants is never built.
 */
export class Listeners {
  /** Most ends have none, and are asked at each call. */
  #byType: Map<InvokeEvent.Type, Map<Listener, number>> | undefined;
  #last = 0;

  /** Adds a listener; one that is there already counts once. */
  add(type: InvokeEvent.Type, listener: Listener): void {
    const byType = this.#byType ??= new Map();
    const listeners = byType.get(type);
    const number = ++this.#last;
    if (listeners === undefined) byType.set(type, new Map([[listener, number]]));
    else if (!listeners.has(listener)) listeners.set(listener, number);
  }

  /** Takes a listener off; one that was never on is no fault. */
  remove(type: InvokeEvent.Type, listener: Listener): void {
    const byType = this.#byType;
    const listeners = byType?.get(type);
    if (listeners?.delete(listener) === true && listeners.size === 0) byType!.delete(type);
    if (byType?.size === 0) this.#byType = undefined;
  }

  /** Does anyone listen? */
  has(type: InvokeEvent.Type): boolean {
    return this.#byType !== undefined && this.#byType.has(type);
  }

  /** The moment in which a call begins; `undefined` where nobody will be told of its end. */
  moment(type: InvokeEvent.Type): Moment | undefined {
    return this.has(type) ? { time: Date.now(), last: this.#last } : undefined;
  }

  /**
   * Tells all, in the order in which they were added; of a call's end, those who were there when it
   * began. What a listener throws harms nothing.
   */
  emit(event: InvokeEvent, since?: Moment): void {
    for (const [listener, number] of [...this.#byType?.get(event.type) ?? []]) {
      if (since !== undefined && number > since.last) continue;
      try {
        const result = listener(event);
        if (result instanceof Promise) result.catch(() => {}); // an async listener's failure
      } catch {
        // a listener looks on: it has no part in the call
      }
    }
  }
}
