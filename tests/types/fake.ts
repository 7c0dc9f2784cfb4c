import type { Driver } from "../../src/types/driver.ts";
import type { Primitive } from "../../src/types/primitive.ts";

/** What is left of a value after the wire: what `Primitive` says of its type, for real. */
export function json<T>(value: T): Primitive<T> {
  const text: string | undefined = JSON.stringify(value);
  const left: unknown = text === undefined ? undefined : JSON.parse(text);
  return left as Primitive<T>;
}

/** A driver of a provider in this process: parameters and results go through JSON. */
export function fake<C extends object, U extends boolean = false>(provider: object): Driver<C, U> {
  return node(provider, []) as Driver<C, U>;
}

function node(provider: object, path: string[]): object {
  return new Proxy(() => {}, {
    get(target, name) {
      if (typeof name === "symbol" || name === "then") return undefined;
      const local = path.length > 0 && (name === "call" || name === "apply" || name === "bind");
      return local ? target[name] : node(provider, [...path, name]);
    },
    apply: (_target, _self, args) => call(provider, path, args),
  });
}

async function call(provider: object, path: string[], args: unknown[]): Promise<unknown> {
  let owner: unknown;
  let member: unknown = provider;
  for (const name of path) [owner, member] = [member, Reflect.get(Object(member), name)];
  if (typeof member !== "function") throw new TypeError(`Cannot call "${path.join(".")}"`);
  return json(await member.apply(owner, json(args)));
}
