type Listener = (event: Record<string, unknown>) => void;

/** The listeners of a transport that is seen as a socket. */
export class SocketEvents {
  readonly #listeners = new Map<string, Set<Listener>>();

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  protected emit(type: string, event: Record<string, unknown>): void {
    for (const listener of [...this.#listeners.get(type) ?? []]) listener(event);
  }
}
