import { load } from "./ws_package.ts";
import { isWebWorker } from "./web_worker.ts";
import type { Channel, ChannelListener, TemporaryFile, WorkerStart } from "./worker_types.ts";

// the parts of Node's modules that are used here; avoids a dependency on Node's types
interface Emitter {
  // deno-lint-ignore no-explicit-any -- each event has its own arguments
  on(event: string, listener: (...args: any[]) => void): void;
}
interface ChildProcess extends Emitter {
  readonly connected: boolean;
  send(message: unknown, sent: (error: Error | null) => void): void;
  kill(signal: string): void;
}
interface Thread extends Emitter {
  postMessage(message: unknown): void;
  terminate(): Promise<unknown>;
}
interface ParentPort extends Emitter {
  postMessage(message: unknown): void;
}
interface Process extends Emitter {
  readonly connected?: boolean;
  send?(message: unknown, sent: (error: Error | null) => void): void;
  exit(code: number): void;
}
interface Modules {
  "node:child_process": { fork(file: string, args: string[], options: object): ChildProcess };
  "node:worker_threads": {
    readonly Worker: new (file: string | URL, options: object) => Thread;
    readonly parentPort: ParentPort | null;
  };
  "node:process": { readonly default: Process };
  "node:path": { resolve(path: string): string };
  "node:url": { fileURLToPath(url: string): string };
  "node:os": { tmpdir(): string };
  "node:fs/promises": {
    mkdtemp(prefix: string): Promise<string>;
    writeFile(path: string, text: string): Promise<void>;
    rm(path: string, options: object): Promise<void>;
  };
}

/** How long a worker that said it ends may take, in ms. */
const ENDING_AT_MOST = 5_000;
/**
 * A process that ends closes its channel, and the last messages may arrive after the news of its
 * end. How long the second of the two may take, in ms.
 */
const SECOND_AT_MOST = 500;

function node<Name extends keyof Modules>(name: Name): Promise<Modules[Name]> {
  return load(name) as Promise<Modules[Name]>;
}

/** Starts a worker as a process, or as a thread. */
export async function startInNode(
  { file, kind, options, listener }: WorkerStart,
): Promise<Channel> {
  const { fileURLToPath } = await node("node:url");
  const { resolve } = await node("node:path");
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  if (kind === "thread") return await startThread(resolve(path), options, listener);
  const { fork } = await node("node:child_process");
  const { execArgv, stdio, cwd, env } = options;
  const child = fork(path, [], {
    execArgv, // `undefined` inherits this process's
    stdio,
    cwd,
    ...(env === undefined ? {} : { env }),
    serialization: "advanced", // for bytes
  });
  const reaper = new Reaper(() => child.kill("SIGKILL"));
  child.on("message", (data) => listener.message(data));
  watchProcess(child, reaper, (why) => listener.gone(why));
  return {
    post(message) {
      if (child.connected) child.send(message, () => {}); // `exit` reports a failure
    },
    terminate: () => child.kill("SIGKILL"),
    reap: () => reaper.start(),
  };
}

/** Calls `gone` when the process has ended or has closed its channel, after its last message. */
function watchProcess(child: ChildProcess, reaper: Reaper, gone: (why: string) => void): void {
  let ending: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = (): void => {
    clearTimeout(timer);
    gone(ending ?? "the worker closed its channel");
  };
  const wait = (): void => void (timer ??= setTimeout(over, SECOND_AT_MOST));
  child.on("error", ({ message }: Error) => {
    ending ??= `the worker failed: ${message}`;
    over();
  });
  child.on("exit", (code: number | null, signal: string | null) => {
    reaper.gone();
    ending ??= signal === null
      ? `the worker exited with code ${code}`
      : `the worker was ended by ${signal}`;
    if (child.connected) wait();
    else over();
  });
  child.on("disconnect", () => ending === undefined ? wait() : over());
}

async function startThread(
  path: string,
  { execArgv }: WorkerStart["options"],
  listener: ChannelListener,
): Promise<Channel> {
  const { Worker } = await node("node:worker_threads");
  const thread = new Worker(path, execArgv === undefined ? {} : { execArgv });
  const terminate = (): void => void thread.terminate().catch(() => {});
  const reaper = new Reaper(terminate);
  thread.on("message", (data) => listener.message(data));
  thread.on("error", (error: unknown) => {
    const { message } = error as Partial<Error>;
    listener.gone(`the worker threw an error: ${message ?? String(error)}`);
  });
  thread.on("exit", (code: number) => {
    reaper.gone();
    listener.gone(`the worker exited with code ${code}`);
  });
  return { post: (message) => thread.postMessage(message), terminate, reap: () => reaper.start() };
}

/** Stops a worker that doesn't end by itself. */
class Reaper {
  readonly #stop: () => void;
  #isGone = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stop: () => void) {
    this.#stop = stop;
  }

  start(): void {
    if (!this.#isGone) this.#timer ??= setTimeout(this.#stop, ENDING_AT_MOST);
  }

  gone(): void {
    this.#isGone = true;
    clearTimeout(this.#timer);
  }
}

/** The program that started this worker; `undefined` if this isn't a worker of Node's kinds. */
export async function parentInNode(listener: ChannelListener): Promise<Channel | undefined> {
  const { parentPort } = await node("node:worker_threads");
  const { default: process } = await node("node:process");
  const terminate = (): void => void setTimeout(() => process.exit(0)); // what was posted leaves first
  if (parentPort !== null) {
    parentPort.on("message", (data) => listener.message(data));
    return { post: (message) => parentPort.postMessage(message), terminate, reap() {} };
  }
  // a Worker of Deno's own has a `send`, too, which throws
  if (typeof process.send !== "function" || isWebWorker()) return undefined;
  process.on("message", (data) => listener.message(data));
  process.on("disconnect", () => listener.gone("the program that started the worker is gone"));
  let sending = 0;
  return {
    post(message) {
      if (process.connected === false) return;
      sending++;
      process.send!(message, () => sending--);
    },
    terminate() {
      const end = (tries: number): void => {
        if (sending === 0 || tries === 0) process.exit(0);
        else setTimeout(end, 1, tries - 1);
      };
      setTimeout(end, 0, 1_000);
    },
    reap() {},
  };
}

/** Writes the program into a folder of its own. */
export async function writeInNode(code: string): Promise<TemporaryFile> {
  const { mkdtemp, rm, writeFile } = await node("node:fs/promises");
  const { tmpdir } = await node("node:os");
  const folder = await mkdtemp(`${tmpdir()}/sheetbend-`);
  const file = `${folder}/worker.js`;
  await writeFile(file, code);
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}
