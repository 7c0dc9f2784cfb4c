import { isDeno } from "./deno.ts";
import { locksHere } from "./web_worker.ts";

declare const process: { readonly versions?: { readonly node?: string } } | undefined;

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
