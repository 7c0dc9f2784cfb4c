import type { StandardSchema } from "./types/standard_schema.ts";

/** Throws a `TypeError` for what is no schema, such as a class or a validating function. */
export function checkSchema(schema: unknown, what: string): void {
  if (schema === undefined) return;
  const { validate } = (schema as StandardSchema | null | undefined)?.["~standard"] ?? {};
  if (typeof validate === "function") return;
  throw new TypeError(`Cannot use "${what}": it takes a Standard Schema, as Zod and Valibot make`);
}

/** The keys that lead to what is wrong, as they can travel. Not by `map`: ArkType's is its own. */
export function pathOfIssue({ path = [] }: StandardSchema.Issue): (string | number)[] {
  return Array.from(path, (step) => {
    const key = typeof step === "object" ? step.key : step;
    return typeof key === "number" ? key : String(key);
  });
}
