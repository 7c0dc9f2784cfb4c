import { checkSchema, pathOfIssue } from "../schema.ts";
import type { StandardSchema } from "../types/standard_schema.ts";
import { methodOf, refusal } from "./call_errors.ts";
import { onStack, SERVE, type Serve, type ServedCall } from "./served_call.ts";

/** The parameters as the schemas give them, or what is wrong with them. */
type Checked =
  | { readonly value: unknown[]; readonly issues?: undefined }
  | { readonly value?: undefined; readonly issues: readonly Issue[] };

/** As they travel. */
interface Issue {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/**
 * Makes a function of a provider that checks its parameters before it runs, and its result before it
 * is returned, by any {@linkcode StandardSchema}. It gets what the schemas make of the parameters.
 *
 * Invalid or surplus parameters refuse a remote call: its caller gets a `RemoteError` with the name
 * `ValidationError` and the `issues`, each with a `message` and a `path` that begins with the place
 * of the parameter, and the function does not run. An invalid result becomes a `RemoteError` with the
 * name `OutputError`, without details: `onEvent` gets them, as the `cause` of what was `"thrown"`.
 *
 * If a schema is asynchronous, let the function return a promise.
 *
 * @param schemas One for each parameter, and one for the result.
 *
 * @example With any library of schemas; here one is written by hand
 * ```ts
 * import { type StandardSchema, validated, WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
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
/** The same for a function that returns no promise. */
export function validated<const Input extends readonly StandardSchema[], In, Out>(
  schemas: { readonly input: Input; readonly output: StandardSchema<In, Out> },
  run: (...args: StandardSchema.OutputsOf<Input>) => In,
): (...args: StandardSchema.InputsOf<Input>) => Out;
/** The same without a check of the result. */
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
  if (!Array.isArray(input)) throw new TypeError('Cannot use "input": it takes a list of schemas');
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
      onStack.call = call; // for `currentCall`, also after an asynchronous check
      try {
        return begin(self, value);
      } finally {
        onStack.call = outer;
      }
    });
  /** Called by the program itself: what it throws then is no refusal of a call. */
  function local(this: unknown, ...args: unknown[]): unknown {
    return then(checkInput(input, args), ({ issues, value }) => {
      if (issues === undefined) return begin(this, value);
      throw failed("ValidationError", "The parameters are invalid", { issues });
    });
  }
  return Object.defineProperty(local, SERVE, { value: serve });
}

function refused(call: ServedCall, issues: readonly Issue[]): Error {
  call.isInvalid = true;
  const error = refusal("ValidationError", methodOf(call.path), "its parameters are invalid");
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
    issues.push({ message: "There is no such parameter", path: [results.length] });
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

/** At once, unless it is a promise. */
function then<T>(value: T | PromiseLike<T>, next: (value: T) => unknown): unknown {
  return isPromise(value) ? Promise.resolve(value).then(next as never) : next(value as T);
}

function isPromise(value: unknown): value is PromiseLike<never> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}
