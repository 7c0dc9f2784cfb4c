/**
 * A schema of any library that follows {@link https://standardschema.dev | Standard Schema}: Zod,
 * Valibot, ArkType and others. `open({ header })` and {@linkcode validated} take one.
 *
 * @typeParam Input What it takes.
 * @typeParam Output What it gives: the same, or what it makes of it.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** What the standard asks for. */
  readonly "~standard": StandardSchema.Props<Input, Output>;
}

/** The parts of a {@linkcode StandardSchema}. */
export declare namespace StandardSchema {
  /** The members that this library uses. */
  export interface Props<Input = unknown, Output = Input> {
    /** Checks a value, at once or later. */
    readonly validate: (value: unknown) => Result<Output> | Promise<Result<Output>>;
    /** For type inference alone. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  }

  /** What `validate` gives: a value, or `issues`. */
  export type Result<Output> =
    | { readonly value: Output; readonly issues?: undefined }
    | { readonly issues: readonly Issue[] };

  /** What is wrong, and where. */
  export interface Issue {
    /** For people. */
    readonly message: string;
    /** The keys that lead to it. */
    readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  }

  /** What a schema takes. */
  export type InputOf<Schema> = Schema extends StandardSchema<infer Input, infer _> ? Input : never;
  /** What a schema gives. */
  export type OutputOf<Schema> = Schema extends StandardSchema<infer _, infer Output> ? Output
    : never;
  /** What each of a list of schemas takes. */
  export type InputsOf<Schemas extends readonly StandardSchema[]> = {
    [At in keyof Schemas]: InputOf<Schemas[At]>;
  };
  /** What each of a list of schemas gives. */
  export type OutputsOf<Schemas extends readonly StandardSchema[]> = {
    [At in keyof Schemas]: OutputOf<Schemas[At]>;
  };
}
