/** What runs a worker in Node: a process of its own, or a thread. */
export type WorkerKind = "process" | "thread";

/** How a worker is started. Each platform uses the options that it has. */
export interface WorkerOptions {
  readonly execArgv?: readonly string[] | undefined;
  readonly stdio?: "overlapped" | "pipe" | "ignore" | "inherit" | undefined;
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly module?: boolean | undefined;
  readonly deno?: { readonly permissions?: unknown } | undefined;
}

/** This side's end of the messages between a program and its worker. */
export interface Channel {
  post(message: unknown): void;
  /** In the program: stops the worker at once. In the worker: ends it. */
  terminate(): void;
  /** In the program: the worker is ending. Stops it if it takes too long. */
  reap(): void;
}

export interface ChannelListener {
  message(data: unknown): void;
  /** Called once, when the other side is gone. */
  gone(why: string): void;
}

/** Starts a worker. */
export interface WorkerStart {
  readonly file: string;
  readonly kind: WorkerKind | undefined;
  readonly options: WorkerOptions;
  readonly listener: ChannelListener;
}

/** A file with a program for a worker, which is removed after use. */
export interface TemporaryFile {
  readonly file: string;
  remove(): Promise<void>;
}
