/** Waits for the answers of all processes. */
export class Hello {
  readonly #token: string | null;
  /** The processes that are known, and whether each has answered. */
  readonly #processes: Map<string, boolean>;
  #isComplete = false;
  #wake = (): void => {};

  constructor(token: string | null, known: Iterable<string>) {
    this.#token = token;
    this.#processes = new Map([...known].map((id) => [id, false]));
  }

  /** Resolves to whether all processes answered within `ms`. */
  answered(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(), this.#isComplete ? 0 : ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(this.#isComplete);
      };
    });
  }

  answer(processId: string, token: unknown, others: readonly string[]): void {
    if (token !== this.#token) return;
    for (const id of others) if (!this.#processes.has(id)) this.#processes.set(id, false);
    this.#processes.set(processId, true);
    this.#look();
  }

  gone(processId: string): void {
    this.#processes.delete(processId);
    this.#look();
  }

  end(): void {
    this.#wake();
  }

  #look(): void {
    this.#isComplete = [...this.#processes.values()].every((isAnswered) => isAnswered);
    if (this.#isComplete) this.#wake();
  }
}
