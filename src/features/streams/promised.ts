/** Makes a promise of an async iterable an async iterable, for `for await (… of driver.rows())`. */
export function iterable(promise: Promise<unknown>): Promise<unknown> {
  return Object.assign(promise, { [Symbol.asyncIterator]: iterate });
}

function iterate(this: Promise<AsyncIterable<unknown>>): AsyncIterator<unknown> {
  let iterator: AsyncIterator<unknown> | undefined;
  const begun = this.then((result) => iterator = result[Symbol.asyncIterator]());
  return {
    next: () => iterator?.next() ?? begun.then((one) => one.next()),
    return: () => begun.then((one) => one.return!()),
  };
}
