import { isDeno } from "./deno.ts";
import type { Channel, ChannelListener, TemporaryFile, WorkerStart } from "./worker_types.ts";

declare const Deno: { cwd(): string } | undefined;

type WorkerInit = ConstructorParameters<typeof Worker>[1];

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  close(): void;
}

/** Starts a `Worker` of the platform. */
export function startInWeb({ file, options, listener }: WorkerStart): Channel {
  const { module = isDeno(), deno } = options;
  const type = module ? "module" : "classic";
  const worker = new Worker(urlOf(file), { type, ...(deno && { deno }) } as WorkerInit);
  let hasSpoken = false;
  worker.onmessage = ({ data }) => {
    hasSpoken = true;
    listener.message(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    // in browsers, a worker goes on after an error
    if (isDeno() || !hasSpoken) {
      worker.terminate();
      listener.gone(`the worker failed: ${event.message || "its file can't be loaded"}`);
    }
  };
  const terminate = (): void => worker.terminate();
  return { post: (message) => worker.postMessage(message), terminate, reap: terminate };
}

/** In Deno, a path is relative to the working directory, as in Node. */
function urlOf(file: string): string {
  if (!isDeno() || /^[a-z][a-z\d+.-]+:/i.test(file)) return file;
  return new URL(file, `file://${Deno!.cwd().replaceAll("\\", "/")}/`).href;
}

/** Whether this program is a `Worker` of the platform. */
export function isWebWorker(): boolean {
  const { DedicatedWorkerGlobalScope } = globalThis as { DedicatedWorkerGlobalScope?: unknown };
  return typeof DedicatedWorkerGlobalScope === "function" && !("document" in globalThis);
}

/** The program that started this worker; `undefined` if this isn't a worker of the platform. */
export function parentInWeb(listener: ChannelListener): Channel | undefined {
  if (!isWebWorker()) return undefined;
  const scope = globalThis as unknown as WorkerScope;
  scope.addEventListener("message", ({ data }) => listener.message(data));
  return {
    post: (message) => scope.postMessage(message),
    terminate: () => void setTimeout(() => scope.close()),
    reap() {},
  };
}

/** Makes a URL of the program. */
export function writeInWeb(code: string): Promise<TemporaryFile> {
  const file = URL.createObjectURL(new Blob([code], { type: "application/javascript" }));
  return Promise.resolve({
    file,
    remove: () => Promise.resolve(URL.revokeObjectURL(file)),
  });
}
