/**
 * What the two sides of a worker send past their connection: to the worker, which scenario it plays;
 * from the worker, what its side saw. It names no runtime: the same programs run in all of them.
 */

/** What runs a worker: the platform's own `Worker`, or what Node has. */
export type WorkerKind = "worker" | "process" | "thread";

/** What a worker plays. */
export interface Scenario {
  /** As the address of a WebSocket has it: it chooses the scenario. */
  readonly path: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly isStructured: boolean;
}

/** What a worker saw. It is posted as an object, which a connector ignores. */
export interface Note {
  readonly id: string;
  readonly event: string;
  readonly value: unknown;
}

/** A class of Node's whose objects emit what a worker posts. */
interface Emitting {
  readonly prototype: { emit(type: string, ...args: unknown[]): boolean };
}

/** What is used of `process` in Node, Bun and Deno. */
interface Process {
  readonly env: Record<string, string | undefined>;
  readonly send?: (message: unknown) => void;
  getBuiltinModule(name: "node:child_process"): { readonly ChildProcess: Emitting };
  getBuiltinModule(name: "node:worker_threads"): {
    readonly Worker: Emitting;
    readonly parentPort: Poster;
  };
}

interface Poster {
  postMessage(message: unknown): void;
}

const { process, location } = globalThis as unknown as {
  readonly process?: Process;
  readonly location?: { readonly hash: string };
};

/** The variable that names the scenario. Threads and Deno's workers have it, too. */
const VARIABLE = "SCENARIO";

/** Chooses the scenario of the next worker; gives the file to connect to. */
export function choose(scenario: Scenario, file: string): string {
  const json = JSON.stringify(scenario);
  if (process === undefined) return `${file}#${encodeURIComponent(json)}`;
  process.env[VARIABLE] = json;
  return file;
}

/** In the worker: the scenario. */
export function chosen(): Scenario {
  return JSON.parse(process?.env[VARIABLE] ?? decodeURIComponent(location!.hash.slice(1)));
}

/** In the worker: posts a note. */
export function post(note: Note): void {
  if ("DedicatedWorkerGlobalScope" in globalThis && !("Bun" in globalThis)) {
    (globalThis as unknown as Poster).postMessage(note);
  } else if (process?.send !== undefined) process.send(note);
  else process!.getBuiltinModule("node:worker_threads").parentPort.postMessage(note);
}

/** Hears the notes of all workers of a kind, until the function that it gives is called. */
export function hear(kind: WorkerKind, listener: (note: Note) => void): () => void {
  const take = (data: unknown): void => {
    if (typeof data === "object" && data !== null && "event" in data) listener(data as Note);
  };
  return kind === "worker" ? hearInWeb(take) : hearInNode(kind, take);
}

function hearInWeb(take: (data: unknown) => void): () => void {
  const { Worker } = globalThis;
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener("message", ({ data }) => take(data));
    }
  };
  return () => void (globalThis.Worker = Worker);
}

function hearInNode(kind: "process" | "thread", take: (data: unknown) => void): () => void {
  const { prototype } = kind === "process"
    ? process!.getBuiltinModule("node:child_process").ChildProcess
    : process!.getBuiltinModule("node:worker_threads").Worker;
  const own = Object.getOwnPropertyDescriptor(prototype, "emit");
  const { emit } = prototype;
  prototype.emit = function (type: string, ...args: unknown[]): boolean {
    if (type === "message") take(args[0]);
    return emit.call(this, type, ...args);
  };
  return () => {
    if (own === undefined) delete (prototype as Partial<typeof prototype>).emit;
    else Object.defineProperty(prototype, "emit", own);
  };
}
