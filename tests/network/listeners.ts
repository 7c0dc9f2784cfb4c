/**
 * How many listeners are on the sockets of this process, also on those that are long over. Those of
 * `close` are not counted: Deno keeps one of its own on each, and the library adds none without
 * another beside it.
 */
export class SocketListeners implements Disposable {
  readonly #real = {
    add: EventTarget.prototype.addEventListener,
    remove: EventTarget.prototype.removeEventListener,
  };
  readonly #set = new Map<EventTarget, Set<unknown>>();

  constructor() {
    const { add, remove } = this.#real;
    const all = this.#set;
    EventTarget.prototype.addEventListener = function (this: EventTarget, type, listener, options) {
      if (this instanceof WebSocket && type !== "close") {
        all.set(this, (all.get(this) ?? new Set()).add(listener));
      }
      return add.call(this, type, listener, options);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, options) {
      const listeners = all.get(this);
      listeners?.delete(listener);
      if (listeners?.size === 0) all.delete(this);
      return remove.call(this, type, listener, options);
    };
  }

  /** How many are set now. */
  get count(): number {
    return [...this.#set.values()].reduce((sum, { size }) => sum + size, 0);
  }

  [Symbol.dispose](): void {
    EventTarget.prototype.addEventListener = this.#real.add;
    EventTarget.prototype.removeEventListener = this.#real.remove;
  }
}
