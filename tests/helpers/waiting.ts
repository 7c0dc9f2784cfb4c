/** How long anything that is waited for may take on a machine that is busy, in ms. */
export const PATIENCE = 60_000;

/** Lets everything run that waits for nothing but the turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Lets microtasks run, a fixed number of them. */
export async function microtasks(count = 20): Promise<void> {
  for (let done = 0; done < count; done++) await null;
}

/** Waits until it holds, looking every few ms; fails where it never does, on a busy machine too. */
export async function until(holds: () => boolean, what: string, atMost = PATIENCE): Promise<void> {
  const end = performance.now() + atMost;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`Cannot wait any longer until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The promise's value; fails where it never settles, on a busy machine too. */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const never = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Cannot wait any longer until ${what}`)), PATIENCE);
  });
  try {
    return await Promise.race([promise, never]);
  } finally {
    clearTimeout(timer);
  }
}

/** A promise with what settles it. */
export interface Gate<T> {
  readonly promise: Promise<T>;
  open(value: T): void;
  fail(error: unknown): void;
}

/** A promise that a test settles. */
export function gate<T = void>(): Gate<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return { promise, open: resolve, fail: reject };
}

/** How a promise stands now: the value, the error, or that it waits. */
export async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  const waits = {};
  const first = await Promise.race([
    promise.then((value) => ({ value }), (error) => ({ error })),
    microtasks().then(() => waits),
  ]);
  return first === waits ? "waits" : first;
}
