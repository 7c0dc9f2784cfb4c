/**
 * A schema of any library that implements {@link https://standardschema.dev | Standard Schema},
 * such as Zod, Valibot and ArkType. Use it with `open({ header })` and {@linkcode validated}.
 *
 * @typeParam Input The type of the values to validate.
 * @typeParam Output The type of the validated values. Differs from `Input` if the schema
 * transforms.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  /** The schema's properties, as the standard defines them. */
  readonly "~standard": StandardSchema.Props<Input, Output>;
}

/** The types that make up a {@linkcode StandardSchema}. */
export declare namespace StandardSchema {
  /** The properties that this library uses. */
  export interface Props<Input = unknown, Output = Input> {
    /** Validates a value, synchronously or asynchronously. */
    readonly validate: (value: unknown) => Result<Output> | Promise<Result<Output>>;
    /** Only for type inference. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  }

  /** The result of `validate`: a `value`, or `issues` if it's invalid. */
  export type Result<Output> =
    | { readonly value: Output; readonly issues?: undefined }
    | { readonly issues: readonly Issue[] };

  /** What is wrong with a value, and where. */
  export interface Issue {
    /** A description for humans. */
    readonly message: string;
    /** The keys that lead to the invalid part of the value. */
    readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  }

  /** The input type of a schema. */
  export type InputOf<Schema> = Schema extends StandardSchema<infer Input, infer _> ? Input : never;
  /** The output type of a schema. */
  export type OutputOf<Schema> = Schema extends StandardSchema<infer _, infer Output> ? Output
    : never;
  /** The input types of a list of schemas. */
  export type InputsOf<Schemas extends readonly StandardSchema[]> = {
    [At in keyof Schemas]: InputOf<Schemas[At]>;
  };
  /** The output types of a list of schemas. */
  export type OutputsOf<Schemas extends readonly StandardSchema[]> = {
    [At in keyof Schemas]: OutputOf<Schemas[At]>;
  };
}
