import { globalScope } from "../global_scope.ts";
import type { Channel, ChannelListener } from "./worker_types.ts";

interface SharedScope {
  readonly SharedWorker?: new (url: string, options: { readonly type: string }) => SharedWorkerLike;
  readonly SharedWorkerGlobalScope?: abstract new () => object;
}
interface SharedWorkerLike {
  readonly port: MessagePort;
  onerror: ((event: { readonly message?: string }) => void) | null;
}
interface ConnectEvent {
  readonly ports: readonly MessagePort[];
}

const scope = globalScope as unknown as SharedScope;

/** Starts a shared worker, or connects to the one that runs. Throws if it can't. */
export function startShared(file: string, isModule: boolean, listener: ChannelListener): Channel {
  const { SharedWorker } = scope;
  if (SharedWorker === undefined) throw new Error("this platform has no SharedWorker");
  const worker = new SharedWorker(file, { type: isModule ? "module" : "classic" });
  let hasSpoken = false;
  worker.onerror = ({ message }) => {
    // a worker goes on after an error
    if (!hasSpoken) listener.gone(`the worker failed: ${message || "its file can't be loaded"}`);
  };
  const heard = (data: unknown): void => {
    hasSpoken = true;
    listener.message(data);
  };
  const gone = (why: string): void => listener.gone(why);
  return channelOf(worker.port, { message: heard, gone }, "the worker has ended");
}

/** @param gone Why the port is closed, where the platform reports that. */
export function channelOf(port: MessagePort, listener: ChannelListener, gone: string): Channel {
  port.addEventListener("message", ({ data }) => listener.message(data));
  port.addEventListener("close", () => listener.gone(gone));
  port.start();
  const close = (): void => port.close();
  return { post: (message) => port.postMessage(message), terminate: close, reap: close };
}

/** Calls the function for each page that connects. Returns whether this is a shared worker. */
export function onConnect(connected: (port: MessagePort) => void): boolean {
  const { SharedWorkerGlobalScope } = scope;
  if (SharedWorkerGlobalScope === undefined || !(scope instanceof SharedWorkerGlobalScope)) {
    return false;
  }
  (scope as unknown as EventTarget).addEventListener("connect", (event) => {
    for (const port of (event as unknown as ConnectEvent).ports) connected(port);
  });
  return true;
}
