import { Buffer } from "node:buffer";
import { me, never, type RefusedRow } from "./path_rows.ts";

/** Built-in classes that a runtime writes in JavaScript, and classes that extend built-in ones. */
export const REFUSED_RUNTIME: readonly RefusedRow[] = [
  {
    why: "an address: the class is written in JavaScript, and is a hidden global",
    provider: () => ({ address: new URL("http://localhost/") }),
    path: "address.toJSON",
  },
  {
    why: "headers: the global class is made by a getter at its first use",
    provider: () => ({ headers: new Headers() }),
    path: "headers.set",
  },
  {
    why: "a Node buffer: its class is no hidden global in Deno, but one with a getter",
    provider: () => ({ bytes: Buffer.from("abc") }),
    path: "bytes.write",
  },
  {
    why: "a response inherits its methods for the body",
    provider: () => ({ answer: new Response("secret") }),
    path: "answer.text",
  },
  {
    why: "an abort controller of the provider's",
    provider: () => ({ stop: new AbortController() }),
    path: "stop.abort",
  },
  {
    why: "a signal's `dispatchEvent` stands two classes up, both of the runtime",
    provider: () => ({ signal: new AbortController().signal }),
    path: "signal.dispatchEvent",
  },
  {
    why: "a native method behind a getter of a runtime's prototype",
    provider: () => ({ crypto }),
    path: "crypto.subtle.exportKey",
  },
  {
    why: "a getter of a runtime's prototype is not run",
    provider: () => ({ answer: new Response("secret") }),
    path: "answer.headers.set",
  },
  {
    why: "an iterator that the runtime writes in JavaScript: no constructor, nothing native",
    provider: () => ({ cursor: new Headers().entries() }),
    path: "cursor.next",
  },
  {
    why: "a stream's async iterator: the same below another parent",
    provider: () => ({ cursor: new ReadableStream()[Symbol.asyncIterator]() }),
    path: "cursor.return",
  },
  {
    why: "segments of a text have a prototype without constructor that is no iterator's",
    provider: () => ({ words: new Intl.Segmenter().segment("a b") }),
    path: "words.containing",
  },
  {
    why: "the global object as the provider: `eval` is its own",
    provider: () => globalThis,
    path: "eval",
  },
  {
    why: "the global object kept in a member: `Function` is its own",
    provider: () => ({ window: globalThis }),
    path: "window.Function",
  },
  {
    why: "a function that a script puts on the global object is not offered by that",
    provider: () => Object.assign(globalThis, { pathTestGlobal: me }),
    path: "pathTestGlobal",
    during: () => () => Reflect.deleteProperty(globalThis, "pathTestGlobal"),
  },
  {
    why: "an object that inherits from the global object",
    provider: () => Object.create(globalThis),
    path: "eval",
  },
  {
    why: "an object that inherits from a namespace of native functions",
    provider: () => Object.create(Math),
    path: "floor",
  },
  {
    why: "what a user's map inherits",
    provider: () => new (class Rooms extends Map {})(),
    path: "delete",
  },
  {
    why: "what a user's list inherits",
    provider: () => new (class Stack extends Array {})(),
    path: "push",
  },
  {
    why: "what a user's target of events inherits",
    provider: () => new (class Room extends EventTarget {})(),
    path: "addEventListener",
  },
  {
    why: "what a user's address inherits",
    provider: () => new (class Page extends URL {})("http://localhost/"),
    path: "toString",
  },
  {
    why: "what a user's promise inherits",
    provider: () => (class Task extends Promise<void> {}).resolve(),
    path: "catch",
  },
  {
    why: "what a user's kind of function inherits",
    provider: () => new (class Command extends Function {})("return 1"),
    path: "call",
  },
  {
    why: "what a user's iterator inherits",
    provider: () =>
      new (class Steps extends Iterator<number> {
        next = never;
      })(),
    path: "map",
  },
  {
    why: "a static function that a user's class has from a native one",
    provider: () => class Task extends Promise<void> {},
    path: "all",
  },
  {
    why: "a static function of a class of the runtime that is written in JavaScript",
    provider: () => class Page extends URL {},
    path: "canParse",
  },
  {
    why: "a static function two classes up, across one of the user's",
    provider: () => class extends class extends Array<number> {} {},
    path: "from",
  },
  {
    why: "a static function that makes stacks, from `Error`",
    provider: () => class Failure extends Error {},
    path: "captureStackTrace",
  },
  {
    why: "an old class over a map, whose prototype has no constructor",
    provider: () => Object.create(Object.create(Map.prototype, { open: { value: never } })),
    path: "clear",
  },
  {
    why: "an old class whose prototype is a map itself",
    provider: () => {
      function Rooms(): void {}
      Rooms.prototype = new Map();
      return Reflect.construct(Rooms, []);
    },
    path: "clear",
  },
  {
    why: "an old class whose prototype is a native function",
    provider: () => Object.create(Date),
    path: "now",
  },
  {
    why: "a list's prototype under an object that is none",
    provider: () => Object.setPrototypeOf({ length: 0 }, Array.prototype),
    path: "push",
  },
  {
    why:
      "an object below another that has a built-in method of its own kind and a user's prototype",
    provider: () => Object.setPrototypeOf(new Map(), Object.create(Map.prototype)),
    path: "get",
  },
];
