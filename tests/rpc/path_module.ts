// a module that is offered as a whole: `import * as provider from "./path_module.ts"`

/** An exported function. */
export function greet(name: unknown): string {
  return `Hello, ${name}`;
}

/** An exported object. */
export const inner = {
  /** Its function. */
  deep(): unknown {
    return this;
  },
};

/** Of the name of a global class, which it hides in this module. */
export class Headers {
  /** Its function. */
  count(): string {
    return "mine";
  }
}

/** Of the name of a global class that is native. */
export class Map extends Headers {
  /** Of the name of a method of the global one. */
  clear(): string {
    return "cleared mine";
  }
}

export default { main: (): string => "default" };
