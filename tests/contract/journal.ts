import { PATIENCE } from "./check.ts";

/** What the server's side of each connection saw, kept for the case that asks. */
export class Journal {
  readonly #notes = new Map<string, unknown>();
  readonly #waiting = new Map<string, (value: unknown) => void>();

  /** Notes what happened. Of an event that happens again, how often is kept as `"event #2"`, …. */
  note(id: string, event: string, value: unknown): void {
    let key = `${id} ${event}`;
    for (let time = 2; this.#notes.has(key); time++) key = `${id} ${event} #${time}`;
    this.#notes.set(key, value);
    this.#waiting.get(key)?.(value);
    this.#waiting.delete(key);
  }

  /** What was noted, as soon as it is. */
  saw(id: string, event: string): Promise<unknown> {
    const key = `${id} ${event}`;
    if (this.#notes.has(key)) return Promise.resolve(this.#notes.get(key));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(key);
        reject(new Error(`Cannot tell of "${event}": the server did not see it`));
      }, PATIENCE - 500);
      this.#waiting.set(key, (value) => {
        clearTimeout(timer);
        resolve(value);
      });
    });
  }

  /** Was it noted until now? */
  has(id: string, event: string): boolean {
    return this.#notes.has(`${id} ${event}`);
  }
}
