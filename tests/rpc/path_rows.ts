/** Wraps an object in a proxy that writes down each look at it, whatever kind of look it is. */
export type Watch = <T extends object>(target: T, label?: string) => T;

/** Changes the surroundings for the time of one row, and returns what undoes that. */
export type During = () => () => void;

/** A path that leads nowhere. */
export interface RefusedRow {
  /** What this row alone shows. */
  readonly why: string;
  /** What is offered. */
  readonly provider: (watch: Watch) => unknown;
  /** What the peer asks for. A row may lie about the type. */
  readonly path: unknown;
  /** What the watched objects were asked, exactly. */
  readonly reads?: readonly string[];
  /** `false` where plain JavaScript would not find a function either. Else it must. */
  readonly there?: false;
  /** Surroundings of this row. */
  readonly during?: During;
}

/** A path that leads to a function. */
export interface ReachedRow {
  /** What this row alone shows. */
  readonly why: string;
  /** What is offered, on what the function is to be called, and what it then returns. */
  readonly make: (watch: Watch) => Reached;
  /** What the peer asks for. */
  readonly path: string;
  /** What the watched objects were asked on the way, exactly. */
  readonly reads?: readonly string[];
  /** Surroundings of this row. */
  readonly during?: During;
}

/** What a row of the second table expects. */
export interface Reached {
  /** What is offered. */
  readonly provider: unknown;
  /** The function's `this`. */
  readonly self: unknown;
  /** What it returns. Without it, it must return its `this`. */
  readonly result?: unknown;
}

/** A function that shows on what it was called. */
export function me(this: unknown): unknown {
  return this;
}

/** A function that must not be called. */
export function never(): never {
  throw new Error("This function was called");
}

/** A provider that is the function's `this` itself. */
export function itself(provider: object): Reached {
  return { provider, self: provider };
}

/** A log, and a `watch` that writes to it. */
export function recorder(): { readonly log: string[]; readonly watch: Watch } {
  const log: string[] = [];
  const watch: Watch = (target, label) => {
    const handler: Record<string, (...args: unknown[]) => unknown> = {};
    for (const trap of Object.getOwnPropertyNames(Reflect)) {
      const forward = Reflect[trap as keyof typeof Reflect] as unknown;
      if (typeof forward !== "function") continue;
      handler[trap] = (...args) => {
        const [, name] = args;
        const isName = typeof name === "string" || typeof name === "symbol";
        const words = [label, trap, isName ? String(name) : undefined];
        log.push(words.filter((word) => word !== undefined).join(" "));
        return Reflect.apply(forward, Reflect, args);
      };
    }
    return new Proxy(target, handler as ProxyHandler<typeof target>);
  };
  return { log, watch };
}

/** Sets a property for the time of a row, as it was before afterwards. */
export function having(
  holder: object,
  key: PropertyKey,
  descriptor: PropertyDescriptor,
): During {
  return () => {
    const before = Object.getOwnPropertyDescriptor(holder, key);
    Object.defineProperty(holder, key, { configurable: true, ...descriptor });
    return () => {
      if (before === undefined) Reflect.deleteProperty(holder, key);
      else Object.defineProperty(holder, key, before);
    };
  };
}

/** The same for a property that is taken away. */
export function lacking(holder: object, key: PropertyKey): During {
  return () => {
    const before = Object.getOwnPropertyDescriptor(holder, key);
    Reflect.deleteProperty(holder, key);
    return () => {
      if (before !== undefined) Object.defineProperty(holder, key, before);
    };
  };
}
