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

/** How many timers are set, and how many sockets are listened to that have ever opened. */
export function counted(): { readonly timers: number; readonly listened: number } {
  const opened = [...listeners.keys()].filter(({ readyState }) => readyState !== 0);
  return { timers: timers.size, listened: opened.length };
}
