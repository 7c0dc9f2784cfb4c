/**
 * What `src/` takes of the platform at load follows what a test puts in its place later: import this
 * file before all others.
 */
function follow(holder: object, name: string): void {
  const real: unknown = Reflect.get(holder, name);
  let isInside = false; // what a test has put there may end in this one
  const late = (...args: unknown[]): unknown => {
    const now: unknown = isInside ? real : Reflect.get(holder, name);
    isInside = true;
    try {
      return Reflect.apply((now === late ? real : now) as () => unknown, holder, args);
    } finally {
      isInside = false;
    }
  };
  Reflect.set(holder, name, late);
}

follow(globalThis, "setTimeout");
follow(globalThis, "clearTimeout");
follow(performance, "now");
