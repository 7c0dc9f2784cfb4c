import type { StandardSchema } from "./types/standard_schema.ts";

/** Throws a `TypeError` unless `schema` is a Standard Schema or `undefined`. */
export function checkSchema(schema: unknown, what: string): void {
  if (schema === undefined) return;
  const { validate } = (schema as StandardSchema | null | undefined)?.["~standard"] ?? {};
  if (typeof validate === "function") return;
  throw new TypeError(
    `Cannot use "${what}": expected a Standard Schema, such as a schema of Zod or Valibot`,
  );
}

/** The path of an issue as JSON. Doesn't call `path.map`, which ArkType's paths override. */
export function pathOfIssue({ path = [] }: StandardSchema.Issue): (string | number)[] {
  return Array.from(path, (step) => {
    const key = typeof step === "object" ? step.key : step;
    return typeof key === "number" ? key : String(key);
  });
}
