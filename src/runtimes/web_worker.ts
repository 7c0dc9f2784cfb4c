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

/** The part of Web Locks that is used here. */
export interface Locks {
  request(name: string, held: () => unknown): Promise<unknown>;
  request(name: string, options: { signal: AbortSignal }, held: () => unknown): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

/** How long the last messages of a worker may take after its lock is free, in ms. */
const AFTER_LOCK = 100;

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

/** Holds a Web Lock until this worker ends. Resolves to its name; `undefined` without Web Locks. */
export async function holdLock(): Promise<string | undefined> {
  const locks = locksHere();
  if (!isWebWorker() || locks === undefined) return undefined;
  const name = `sheetbend-worker-${crypto.randomUUID()}`;
  await new Promise<void>((resolve) => {
    void locks.request(name, () => {
      resolve();
      return new Promise(() => {});
    });
  });
  return name;
}

/** Calls `gone` when the worker that holds the lock ends. Returns a function that stops waiting. */
export function watchLock(name: string, gone: () => void): () => void {
  const control = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (): void => {
    if (!control.signal.aborted) timer = setTimeout(gone, AFTER_LOCK);
  };
  locksHere()?.request(name, { signal: control.signal }, later).catch(() => {}); // it was stopped
  return () => {
    clearTimeout(timer);
    control.abort();
  };
}

/** Web Locks, where the platform has them. */
export function locksHere(): Locks | undefined {
  return (globalThis.navigator as { readonly locks?: Locks } | undefined)?.locks;
}
