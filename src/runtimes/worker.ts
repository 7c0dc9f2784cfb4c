import { isDeno } from "./deno.ts";
import { parentInNode, startInNode, writeInNode } from "./node_worker.ts";
import { parentInWeb, startInWeb, writeInWeb } from "./web_worker.ts";
import type {
  Channel,
  ChannelListener,
  TemporaryFile,
  WorkerKind,
  WorkerStart,
} from "./worker_types.ts";

declare const process: { readonly versions?: { readonly node?: string } } | undefined;

/** Whether Node's processes or threads are used: in Node and Bun, and in Deno if asked for. */
function isNodes(kind: WorkerKind | undefined): boolean {
  if (isDeno()) return kind !== undefined;
  return typeof process !== "undefined" && process.versions?.node !== undefined;
}

/** Starts a worker. Rejects or throws if it can't be started. */
export function startWorker(start: WorkerStart): Channel | Promise<Channel> {
  return isNodes(start.kind) ? startInNode(start) : startInWeb(start);
}

/** The program that started this worker; `undefined` if this program isn't a worker. */
export async function openParent(listener: ChannelListener): Promise<Channel | undefined> {
  const isNode = isDeno() || isNodes(undefined);
  return (isNode ? await parentInNode(listener) : undefined) ?? parentInWeb(listener);
}

/** Keeps the program in a file, or under a URL, until it has been started. */
export function writeWorker(code: string, kind: WorkerKind | undefined): Promise<TemporaryFile> {
  return isNodes(kind) ? writeInNode(code) : writeInWeb(code);
}
