import * as nodeModule from "node:module";

/** What is used of `registerHooks`, which the types of Deno may not know yet. */
type RegisterHooks = (hooks: {
  resolve(
    name: string,
    context: unknown,
    next: (name: string, context: unknown) => unknown,
  ): unknown;
}) => { deregister(): void };

/** Stands in for modules by their names, until it is disposed of. */
export function standIn(modules: Readonly<Record<string, string>>): Disposable {
  const { registerHooks } = nodeModule as unknown as { readonly registerHooks: RegisterHooks };
  const hooks = registerHooks({
    resolve: (name, context, next) =>
      Object.hasOwn(modules, name)
        ? { url: modules[name], shortCircuit: true }
        : next(name, context),
  });
  return { [Symbol.dispose]: () => hooks.deregister() };
}

/** A module of this text. */
export function moduleOf(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}
