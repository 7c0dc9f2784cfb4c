/** Real timers, counted: how many are set and have neither fired nor been cleared. */
export class Timers implements Disposable {
  readonly #real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  readonly #set = new Set<unknown>();

  constructor() {
    const { setTimeout, clearTimeout } = this.#real;
    globalThis.setTimeout = ((then: () => void, ms?: number) => {
      const id = setTimeout(() => {
        this.#set.delete(id);
        then();
      }, ms);
      this.#set.add(id);
      return id;
    }) as typeof setTimeout;
    globalThis.clearTimeout = (id) => {
      this.#set.delete(id);
      clearTimeout(id);
    };
  }

  /** How many wait. */
  get count(): number {
    return this.#set.size;
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#real);
  }
}
