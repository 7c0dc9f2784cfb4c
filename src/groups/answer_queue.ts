/** An `AsyncIterable` of what is pushed, in that order. If the loop over it is left, it is canceled. */
export class AnswerQueue<T> implements AsyncIterableIterator<T> {
  /** Called when the loop is left early. */
  cancel: () => void = () => {};
  readonly #items: T[] = [];
  readonly #waiting: { resolve(result: IteratorResult<T>): void; reject(error: unknown): void }[] =
    [];
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;

  get isOver(): boolean {
    return this.#isOver;
  }

  push(item: T): void {
    if (this.#isOver) return;
    const first = this.#waiting.shift();
    if (first === undefined) this.#items.push(item);
    else first.resolve({ value: item, done: false });
  }

  /** There are no more items. */
  end(): void {
    this.#isOver = true;
    for (const { resolve } of this.#waiting.splice(0)) resolve({ value: undefined, done: true });
  }

  /** After the items, the loop throws this error. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    const first = this.#waiting.shift();
    if (first === undefined) this.#failure = { error };
    else first.reject(error);
    this.end();
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#items.length > 0) {
      return Promise.resolve({ value: this.#items.shift()!, done: false });
    }
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      return Promise.reject(error);
    }
    if (this.#isOver) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T>> {
    this.#items.length = 0;
    this.#failure = undefined;
    if (!this.#isOver) {
      this.end();
      this.cancel();
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
