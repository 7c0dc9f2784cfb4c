/**
 * Counts the timers and the sockets' listeners of a process. Imported first, so that everything that
 * is loaded later is counted.
 */
const timers = new Set<unknown>();
const { setTimeout, clearTimeout } = globalThis;

globalThis.setTimeout = ((then: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
  const id = setTimeout(() => {
    timers.delete(id);
    then(...args);
  }, ms);
  timers.add(id);
  return id;
}) as typeof setTimeout;
globalThis.clearTimeout = (id) => {
  timers.delete(id);
  clearTimeout(id);
};

interface Listened extends EventTarget {
  readonly readyState?: number;
}
const listeners = new Map<Listened, Set<string>>();
const numbers = new WeakMap<object, number>();
let last = 0;

/** Counts the listeners of a class of sockets. */
export function countListeners(prototype: EventTarget): void {
  const { addEventListener, removeEventListener } = prototype;
  const keyOf = (type: string, listener: object): string => {
    if (!numbers.has(listener)) numbers.set(listener, ++last);
    return `${type} ${numbers.get(listener)}`;
  };
  prototype.addEventListener = function (...[type, listener, options]) {
    const own = listeners.get(this) ?? new Set();
    listeners.set(this, own.add(keyOf(type, listener!)));
    return addEventListener.call(this, type, listener, options);
  };
  prototype.removeEventListener = function (...[type, listener, options]) {
    const own = listeners.get(this);
    own?.delete(keyOf(type, listener!));
    if (own?.size === 0) listeners.delete(this);
    return removeEventListener.call(this, type, listener, options);
  };
}

/** What a process holds. */
export interface Counted {
  readonly timers: number;
  /** Sockets that are listened to, and have opened. */
  readonly listened: number;
  /** Sockets that have not opened: of a peer that has reset TCP, Deno's never do. */
  readonly unopened: number;
}

/** Counts now. */
export function counted(): Counted {
  const unopened = [...listeners.keys()].filter(({ readyState }) => readyState === 0).length;
  return { timers: timers.size, listened: listeners.size - unopened, unopened };
}
