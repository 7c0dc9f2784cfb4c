/** What the programs ask of the process that they run in: Deno, Node and Bun alike have it. */
export interface Process {
  readonly argv: readonly string[];
  readonly stdin: {
    on(event: "end" | "close", listener: () => void): void;
    resume(): void;
  };
  readonly stdout: { write(text: string): void };
  exit(code: number): never;
}

/** However a run goes wrong, its process ends by then, in ms. */
const LIFE = 900_000;

/** The process, whose days are counted from now on. */
export function mortalProcess(): Process {
  const { process } = globalThis as unknown as { readonly process: Process };
  setTimeout(() => process.exit(3), LIFE);
  return process;
}

/** The one argument of a program, which is JSON. */
export function argumentOf<T>({ argv }: Process): T {
  return JSON.parse(argv[2] ?? "{}") as T;
}

/** Writes one line of JSON. */
export function print({ stdout }: Process, value: unknown): void {
  stdout.write(`${JSON.stringify(value)}\n`);
}
