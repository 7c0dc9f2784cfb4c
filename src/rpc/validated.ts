import { checkSchema, pathOfIssue } from "../schema.ts";
import type { StandardSchema } from "../types/standard_schema.ts";
import { methodOf, refusal } from "./call_errors.ts";
import { onStack, SERVE, type Serve, type ServedCall } from "./served_call.ts";

/** The outputs of the parameters' schemas, or their issues. */
type Checked =
  | { readonly value: unknown[]; readonly issues?: undefined }
  | { readonly value?: undefined; readonly issues: readonly Issue[] };

/** An issue as it is sent. */
interface Issue {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/**
 * Creates a provider function that validates its arguments before it runs, and its result before it
 * returns, with any {@linkcode StandardSchema}. The function receives the schemas' outputs.
 *
 * A remote call with invalid or extra arguments is refused, and the function doesn't run: the
 * caller gets a `RemoteError` named `ValidationError`. Each of its `issues` has a `message` and a
 * `path`, which starts with the index of the parameter.
 *
 * If the result is invalid, the caller gets a `RemoteError` named `OutputError`. The issues aren't
 * sent unless `exposeErrors` is on. `onEvent` gets them, as the `cause` of the `"thrown"` error.
 *
 * If a schema is asynchronous, the function must return a promise.
 *
 * @param schemas `input` has a schema for each parameter; `output`, if present, is for the result.
 *
 * @example Validate arguments and results with any schema library, here with a small schema
 * ```ts
 * import { type StandardSchema, validated } from "@sheetbend/rpc";
 * import { WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const number: StandardSchema<number> = {
 *   "~standard": {
 *     validate: (value) =>
 *       typeof value === "number" ? { value } : { issues: [{ message: "not a number" }] },
 *   },
 * };
 * const provider = {
 *   half: validated({ input: [number], output: number }, (x) => x / 2),
 * };
 * await using server = new WebSocketServer<null, typeof provider, null>();
 * await server.open({ port: 0, hostname: "127.0.0.1" }, (acceptor) => acceptor.accept(provider));
 * await using connector = new WebSocketConnector<null, null, typeof provider>(null, null);
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`);
 * const remote = connector.getDriver();
 * assertEquals(await remote.half(3), 1.5);
 * const error = await remote.half("3" as never).catch((error) => error);
 * assertEquals(error.name, "ValidationError");
 * assertEquals(error.issues, [{ message: "not a number", path: [0] }]);
 * ```
 */
export function validated<const Input extends readonly StandardSchema[], In, Out>(
  schemas: { readonly input: Input; readonly output: StandardSchema<In, Out> },
  run: (...args: StandardSchema.OutputsOf<Input>) => Promise<In>,
): (...args: StandardSchema.InputsOf<Input>) => Promise<Out>;
/** Overload for a function that doesn't return a promise. */
export function validated<const Input extends readonly StandardSchema[], In, Out>(
  schemas: { readonly input: Input; readonly output: StandardSchema<In, Out> },
  run: (...args: StandardSchema.OutputsOf<Input>) => In,
): (...args: StandardSchema.InputsOf<Input>) => Out;
/** Overload without a schema for the result. */
export function validated<const Input extends readonly StandardSchema[], Result>(
  schemas: { readonly input: Input; readonly output?: undefined },
  run: (...args: StandardSchema.OutputsOf<Input>) => Result,
): (...args: StandardSchema.InputsOf<Input>) => Result;
export function validated(
  { input, output }: {
    readonly input: readonly StandardSchema[];
    readonly output?: StandardSchema | undefined;
  },
  run: (...args: never[]) => unknown,
): (...args: unknown[]) => unknown {
  if (!Array.isArray(input)) throw new TypeError('Cannot use "input": expected a list of schemas');
  for (const schema of input) checkSchema(schema ?? null, "input");
  checkSchema(output, "output");
  const begin = (self: unknown, args: unknown[]): unknown => {
    const result: unknown = Reflect.apply(run, self, args);
    if (output === undefined) return result;
    return then(result, (value) => then(output["~standard"].validate(value), outputOf));
  };
  const serve: Serve = (call, self, args) =>
    then(checkInput(input, args), ({ issues, value }) => {
      if (issues !== undefined) throw refused(call, issues);
      const outer = onStack.call;
      onStack.call = call; // for `currentCall`, even after asynchronous validation
      try {
        return begin(self, value);
      } finally {
        onStack.call = outer;
      }
    });
  /** For calls in the same process, which aren't remote calls that could be refused. */
  function local(this: unknown, ...args: unknown[]): unknown {
    return then(checkInput(input, args), ({ issues, value }) => {
      if (issues === undefined) return begin(this, value);
      throw failed("ValidationError", "The arguments are invalid", { issues });
    });
  }
  return Object.defineProperty(local, SERVE, { value: serve });
}

function refused(call: ServedCall, issues: readonly Issue[]): Error {
  call.isInvalid = true;
  const error = refusal("ValidationError", methodOf(call.path), "its arguments are invalid");
  return Object.assign(error, { issues });
}

function checkInput(
  schemas: readonly StandardSchema[],
  args: readonly unknown[],
): Checked | Promise<Checked> {
  const results = schemas.map((schema, at) => schema["~standard"].validate(args[at]));
  return results.some(isPromise)
    ? Promise.all(results).then((results) => inputOf(results, args.length))
    : inputOf(results as StandardSchema.Result<unknown>[], args.length);
}

function inputOf(results: readonly StandardSchema.Result<unknown>[], given: number): Checked {
  const issues: Issue[] = [];
  const value: unknown[] = [];
  results.forEach((result, at) => {
    if (result.issues === undefined) value.push(result.value);
    else for (const issue of result.issues) issues.push(issueOf(issue, [at]));
  });
  if (given > results.length) {
    issues.push({ message: "Unexpected argument", path: [results.length] });
  }
  return issues.length === 0 ? { value } : { issues };
}

function outputOf(result: StandardSchema.Result<unknown>): unknown {
  if (result.issues === undefined) return result.value;
  const cause = result.issues.map((issue) => issueOf(issue, []));
  throw failed("OutputError", "The result is invalid", {}, { cause });
}

function issueOf(issue: StandardSchema.Issue, before: readonly number[]): Issue {
  return { message: String(issue.message), path: [...before, ...pathOfIssue(issue)] };
}

function failed(name: string, message: string, fields: object, options?: ErrorOptions): Error {
  const error = Object.assign(new Error(message, options), fields);
  error.name = name;
  Object.defineProperty(error, "name", { enumerable: false });
  return error;
}

/** Calls `next` synchronously unless `value` is a promise. */
function then<T>(value: T | PromiseLike<T>, next: (value: T) => unknown): unknown {
  return isPromise(value) ? Promise.resolve(value).then(next as never) : next(value as T);
}

function isPromise(value: unknown): value is PromiseLike<never> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}
