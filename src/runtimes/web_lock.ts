import { isDeno } from "./deno.ts";

declare const process: { readonly versions?: { readonly node?: string } } | undefined;

/** The part of Web Locks that is used here. */
interface Locks {
  request(name: string, held: () => unknown): Promise<unknown>;
  request(name: string, options: { signal: AbortSignal }, held: () => unknown): Promise<unknown>;
  query(): Promise<{ readonly held?: readonly { readonly name?: string }[] }>;
}

/** How long the last messages of a worker may take after its lock is free, in ms. */
const AFTER_LOCK = 100;

/** Whether a port reports that its other side has ended: in Node and Bun. */
export function portsReportEnds(): boolean {
  return !isDeno() && typeof process !== "undefined" && process.versions?.node !== undefined;
}

/** Whether this program sees that the lock is held. Frames of other origins have their own locks. */
export async function isHeld(name: string): Promise<boolean> {
  const { held = [] } = await locksHere()?.query() ?? {};
  return held.some((one) => one.name === name);
}

/** A Web Lock that is held until it's released, or this program ends. */
export interface TakenLock {
  /** `undefined` without Web Locks. */
  readonly name: string | undefined;
  /** Resolves when it is held. */
  readonly held: Promise<void>;
  release(): void;
}

/** Takes a lock with a new name. */
export function takeLock(): TakenLock {
  const locks = locksHere();
  if (locks === undefined) return { name: undefined, held: Promise.resolve(), release() {} };
  const name = `sheetbend-${crypto.randomUUID()}`;
  let release!: () => void;
  const released = new Promise<void>((resolve) => release = resolve);
  const held = new Promise<void>((resolve, reject) => {
    const holding = (): Promise<void> => {
      resolve();
      return released;
    };
    locks.request(name, holding).catch(reject);
  });
  return { name, held, release };
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
function locksHere(): Locks | undefined {
  return (globalThis.navigator as { readonly locks?: Locks } | undefined)?.locks;
}
