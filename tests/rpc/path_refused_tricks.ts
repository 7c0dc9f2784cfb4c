import vm from "node:vm";
import { createDriver } from "../../src/rpc/driver.ts";
import { never, type RefusedRow } from "./path_rows.ts";
import * as provided from "./path_module.ts";

const realm = vm.createContext({});
const foreign = (text: string): unknown => vm.runInContext(text, realm);
const driver = createDriver({ call: never }) as Record<string, unknown>;

class Service {
  open(): void {}
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({ open: never }, {});
  revoke();
  return proxy;
}

function endless(): object {
  const proxy: object = new Proxy({}, { getPrototypeOf: () => proxy });
  return proxy;
}

function throwing(trap: keyof ProxyHandler<object>): object {
  return new Proxy(new Service(), { [trap]: never });
}

/** Other realms, proxies, getters, drivers. */
export const REFUSED_TRICKS: readonly RefusedRow[] = [
  {
    why: "a map of another realm: its constructor is none of ours, but native",
    provider: () => foreign("new Map()"),
    path: "clear",
  },
  {
    why: "an object of another realm ends in another `Object.prototype`",
    provider: () => foreign("({})"),
    path: "valueOf",
  },
  {
    why: "a function of another realm ends in another `Function.prototype`",
    provider: () => ({ open: foreign("() => {}") }),
    path: "open.apply",
  },
  {
    why: "a list's iterator of another realm: no constructor to ask",
    provider: () => ({ cursor: foreign("[1].values()") }),
    path: "cursor.next",
  },
  {
    why: "a generator of another realm: an object for a constructor",
    provider: () => ({ cursor: foreign("(function* () {})()") }),
    path: "cursor.return",
  },
  {
    why: "the helpers of another realm's iterators: a getter for a constructor",
    provider: () => ({ cursor: foreign("[1].values()") }),
    path: "cursor.drop",
  },
  {
    why: "a class of another realm that extends a list of its own",
    provider: () => foreign("new (class extends Array {})()"),
    path: "splice",
  },
  {
    why: "a static function of another realm's native class",
    provider: () => foreign("(class extends Array {})"),
    path: "of",
  },
  {
    why: "a proxy that answers to any name, but says of none that it is its own",
    provider: () => new Proxy({}, { get: () => never }),
    path: "anything",
  },
  {
    why: "a proxy that says `has` to any name: nobody asks it that",
    provider: () => new Proxy({}, { has: () => true, get: () => never }),
    path: "anything.at.all",
    there: false,
  },
  {
    why: "a proxy around a map is none the less a map",
    provider: (watch) => watch(new Map()),
    path: "clear",
    reads: ["getOwnPropertyDescriptor clear", "getPrototypeOf"],
  },
  {
    why: "a proxy around a driver is no driver of ours",
    provider: () => new Proxy(driver, {}),
    path: "open",
  },
  {
    why: "a proxy that was revoked",
    provider: () => ({ inner: revoked() }),
    path: "inner.open",
    there: false,
  },
  {
    why: "a proxy that was revoked, as the function itself",
    provider: () => revoked(),
    path: "open",
    there: false,
  },
  {
    why: "a proxy whose chain of prototypes has no end",
    provider: endless,
    path: "absent",
    there: false,
  },
  {
    why: "a proxy that throws when it is asked for its prototype",
    provider: () => throwing("getPrototypeOf"),
    path: "open",
  },
  {
    why: "a proxy that throws when it is asked what is its own",
    provider: () => throwing("getOwnPropertyDescriptor"),
    path: "open",
  },
  {
    why: "a proxy that throws when it is read, after it was allowed",
    provider: () => throwing("get"),
    path: "open",
    there: false,
  },
  {
    why: "a getter that throws",
    provider: () => ({
      get open(): never {
        return never();
      },
    }),
    path: "open",
    there: false,
  },
  {
    why: "a setter without a getter",
    provider: () => Object.defineProperty({}, "open", { set: never }),
    path: "open",
    there: false,
  },
  {
    why: "a getter that gives a function only when it is asked again",
    provider: () => {
      let times = 0;
      return {
        get open(): unknown {
          return times++ > 0 ? never : undefined;
        },
      };
    },
    path: "open",
  },
  {
    why: "a name that a module does not export",
    provider: () => provided,
    path: "absent",
    there: false,
  },
  {
    why: "a module has no prototype, so nothing is inherited",
    provider: () => provided,
    path: "hasOwnProperty",
    there: false,
  },
  {
    why: "`call` below a driver's root is a function of this end",
    provider: () => ({ other: driver }),
    path: "other.open.call",
  },
  {
    why: "`apply` below a driver's root",
    provider: () => ({ other: driver }),
    path: "other.open.apply",
  },
  {
    why: "`bind` below a driver's root would answer with a function",
    provider: () => ({ other: driver.rooms }),
    path: "other.bind",
  },
  {
    why: "`toJSON` of a driver is a function of this end, also at its root",
    provider: () => ({ other: driver }),
    path: "other.toJSON",
  },
  {
    why: "a driver's root is no function",
    provider: () => ({ other: driver }),
    path: "other",
    there: false,
  },
  {
    why: "a stack that a program keeps as a list of calls: their prototype has no constructor",
    provider: () => ({ stack: callSites() }),
    path: "stack.0.getFunctionName",
  },
];

function callSites(): unknown {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_error: Error, calls: unknown[]) => calls;
  const { stack } = new Error();
  Error.prepareStackTrace = before;
  return stack;
}
