/** Stands in whatever a peer must never see. */
export const SECRET = "SECRET";

class Base {
  inherited(): string {
    return "inherited";
  }
}

class Service extends Base {
  readonly #secret = SECRET;
  readonly password = SECRET;

  own(): string {
    return this.#secret === SECRET ? "own" : "";
  }

  static made(): string {
    return "made";
  }
}

/** A function that carries one of its own. */
const carrier = Object.assign(() => "carrier", { inner: () => "inner", secret: SECRET });

let held = 0;

/** What the attacked ends offer: what may be called, beside what may not. */
export const provider = {
  echo: (value: unknown): unknown => value,
  count: (...values: readonly unknown[]): number => values.length,
  keys: (value: object): string[] => Object.keys(value),
  isPlain: (value: unknown): boolean => Object.getPrototypeOf(value) === Object.prototype,
  typeOf: (value: unknown): string => value === null ? "null" : typeof value,
  nothing: (): void => {},
  /** Does hard work for so many ms. */
  work(ms: number): void {
    for (const end = performance.now() + ms; performance.now() < end;);
  },
  /** Gives so many characters, after so many ms. */
  async textLater(ms: number, length: number): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return "x".repeat(length);
  },
  text: (length: number): string => "x".repeat(length),
  async later(ms: number, value: unknown): Promise<unknown> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return value;
  },
  fails(): never {
    throw Object.assign(new RangeError("it failed", { cause: new Error(SECRET) }), { code: 7 });
  },
  bigint: (): bigint => 1n,
  circle(): object {
    const circle: Record<string, unknown> = {};
    circle.inside = { circle };
    return circle;
  },
  getter: () => ({
    get inner(): string {
      throw new Error("this getter always fails");
    },
  }),
  deep(depth: number): unknown {
    let value: unknown = 0;
    for (let level = 0; level < depth; level++) value = [value];
    return value;
  },
  /** Holds on for ever, once the connection is gone as well. */
  never: (): Promise<never> => {
    held++;
    return new Promise(() => {});
  },
  held: (): number => held,
  service: new Service(),
  Service,
  carrier,
  nested: { deep: { plus: (x: number, y: number) => x + y } },
  list: [{ name: () => "first" }],
  map: new Map([["key", SECRET]]),
  set: new Set([SECRET]),
  date: new Date(0),
  secret: SECRET,
  bare: Object.assign(Object.create(null), { call: () => "bare" }),
  async *stream(): AsyncGenerator<number> {
    yield 1;
  },
  get broken(): never {
    throw new Error(SECRET);
  },
  _hidden: () => SECRET,
  hidden_: () => SECRET,
  __hidden__: () => SECRET,
};
