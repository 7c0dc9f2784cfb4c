import { itself, me, type ReachedRow } from "./path_rows.ts";
import * as provided from "./path_module.ts";

class Counter {
  #count = 0;
  readonly inner = new Inner();
  raise(): number {
    return ++this.#count;
  }
  self(): unknown {
    return this;
  }
  get fresh(): Inner {
    return this.inner;
  }
  static make(): unknown {
    return this;
  }
}

class Inner {
  open(): unknown {
    return this;
  }
}

class Louder extends Counter {
  override raise(): number {
    return super.raise() * 100;
  }
  static override make(): unknown {
    return super.make();
  }
}

class Loudest extends Louder {}

/** Classes, of the language's and of the old form, and what extends built-in ones. */
export const REACHED_CLASSES: readonly ReachedRow[] = [
  {
    why: "a method of a class",
    make: () => itself(new Inner()),
    path: "open",
  },
  {
    why: "what is asked on the way to a method: its own, the prototype, then one read",
    make: (watch) => itself(watch(new Inner())),
    path: "open",
    reads: ["getOwnPropertyDescriptor open", "getPrototypeOf", "get open"],
  },
  {
    why: "a method that uses a private field",
    make: () => {
      const provider = new Counter();
      return { provider, self: provider, result: 1 };
    },
    path: "raise",
  },
  {
    why: "a method that overrides one, and calls it",
    make: () => {
      const provider = new Louder();
      return { provider, self: provider, result: 100 };
    },
    path: "raise",
  },
  {
    why: "a method inherited over two classes",
    make: () => itself(new Loudest()),
    path: "self",
  },
  {
    why: "an instance in a field of an instance",
    make: () => {
      const provider = new Counter();
      return { provider, self: provider.inner };
    },
    path: "inner.open",
  },
  {
    why: "a getter of a class, which uses `this`",
    make: () => {
      const provider = new Loudest();
      return { provider, self: provider.inner };
    },
    path: "fresh.open",
  },
  {
    why: "a field that holds an arrow function",
    make: () => {
      class Service {
        open = (): unknown => this;
      }
      return itself(new Service());
    },
    path: "open",
  },
  {
    why: "a class without a name",
    make: () =>
      itself(
        new (class {
          open = me;
          self(): unknown {
            return this;
          }
        })(),
      ),
    path: "self",
  },
  {
    why: "a static function",
    make: () => itself(Counter),
    path: "make",
  },
  {
    why: "a static function of a class in a member",
    make: () => ({ provider: { Counter }, self: Counter }),
    path: "Counter.make",
  },
  {
    why: "a static function that overrides one, and calls it",
    make: () => itself(Louder),
    path: "make",
  },
  {
    why: "a static function that is inherited: `this` is the class below",
    make: () => itself(Loudest),
    path: "make",
  },
  {
    why: "a class that extends null",
    make: () => itself(Object.create(NullClass.prototype)),
    path: "open",
  },
  {
    why: "a class out of a function that makes classes",
    make: () => itself(new (mixed(Counter))()),
    path: "mixed",
  },
  {
    why: "the class below one out of such a function",
    make: () => itself(new (mixed(Counter))()),
    path: "self",
  },
  {
    why: "a class of a module that has the name of a global one in JavaScript",
    make: () => {
      const provider = new provided.Headers();
      return { provider, self: provider, result: "mine" };
    },
    path: "count",
  },
  {
    why: "a class that has the name and the method of a native one",
    make: () => {
      const provider = new provided.Map();
      return { provider, self: provider, result: "cleared mine" };
    },
    path: "clear",
  },
  {
    why: "a class that tells by its tag that it is a map",
    make: () => itself(new Tagged()),
    path: "open",
  },
  {
    why: "a class whose `name` is a static function",
    make: () => itself(new Renamed()),
    path: "open",
  },
];

class NullClass extends (null as unknown as new () => object) {
  open(): unknown {
    return this;
  }
}

class Tagged {
  readonly [Symbol.toStringTag] = "Map";
  open(): unknown {
    return this;
  }
}

class Renamed {
  static name(): string {
    return "Headers";
  }
  open(): unknown {
    return this;
  }
}

function mixed<Base extends new () => object>(base: Base) {
  // deno-lint-ignore no-explicit-any -- TypeScript asks for it in a mixin
  return class extends (base as new (...args: any[]) => object) {
    mixed(): unknown {
      return this;
    }
  };
}
