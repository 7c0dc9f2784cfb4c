import { itself, me, type ReachedRow } from "./path_rows.ts";

/** What users add to built-in classes by extending them. */
export const REACHED_BUILT_INS: readonly ReachedRow[] = [
  {
    why: "an own method of a class that extends a map",
    make: () =>
      itself(
        new (class Rooms extends Map {
          open(): unknown {
            return this;
          }
        })(),
      ),
    path: "open",
  },
  {
    why: "a method that overrides one of a map",
    make: () =>
      itself(
        new (class Rooms extends Map {
          override get(): unknown {
            return this;
          }
        })(),
      ),
    path: "get",
  },
  {
    why: "an own method of a class that extends a list",
    make: () =>
      itself(
        new (class Stack extends Array {
          open = me;
          peek(): unknown {
            return this;
          }
        })(),
      ),
    path: "peek",
  },
  {
    why: "an element of a list of a user's class",
    make: () => itself((class Stack extends Array {}).from([me])),
    path: "0",
  },
  {
    why: "an own method of a class that extends one of the runtime's, not native",
    make: () =>
      itself(
        new (class Room extends EventTarget {
          open(): unknown {
            return this;
          }
        })(),
      ),
    path: "open",
  },
  {
    why: "an own method of a class that extends addresses",
    make: () =>
      itself(
        new (class Page extends URL {
          open(): unknown {
            return this;
          }
        })("http://localhost/"),
      ),
    path: "open",
  },
  {
    why: "an own method of a class that extends errors",
    make: () =>
      itself(
        new (class Failure extends Error {
          retry(): unknown {
            return this;
          }
        })(),
      ),
    path: "retry",
  },
  {
    why: "an own method of a class that extends functions",
    make: () =>
      itself(
        new (class Command extends Function {
          run(): unknown {
            return this;
          }
        })(),
      ),
    path: "run",
  },
  {
    why: "an own method of a class that extends promises",
    make: () => {
      const self = (class Task extends Promise<string> {
        stop(): string {
          return "stopped";
        }
      }).resolve("done");
      return { provider: { self }, self, result: "stopped" };
    },
    path: "self.stop",
  },
  {
    why: "an own method of a class that extends iterators",
    make: () => itself(new Steps()),
    path: "skip",
  },
  {
    why: "`next` of a class that extends iterators, as a method of its own",
    make: () => {
      const provider = new Steps();
      return { provider, self: provider, result: { done: true, value: 0 } };
    },
    path: "next",
  },
  {
    why: "a static function of a user's own on a class that extends a native one",
    make: () =>
      itself(
        class Task extends Promise<void> {
          static begin(): unknown {
            return this;
          }
        },
      ),
    path: "begin",
  },
  {
    why: "a static function that overrides a native one",
    make: () =>
      itself(
        class Stack extends Array {
          static override from(): never[] {
            return this as never;
          }
        },
      ),
    path: "from",
  },
];

class Steps extends Iterator<number> {
  next(): IteratorResult<number> {
    return { done: true, value: 0 };
  }
  skip(): unknown {
    return this;
  }
}
