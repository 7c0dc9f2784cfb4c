import { headerOf, type UpgradeRequest } from "../types/request.ts";
import { refusal } from "./refusal.ts";
import type { Refusal } from "./types.ts";

/**
 * Whose pages may connect: origins such as `"https://example.com"`, patterns, or a function. A
 * browser sends the origin of its page, and nobody but a browser is bound to: a request without one
 * is let in.
 */
export type Origins =
  | string
  | RegExp
  | ((origin: string) => boolean)
  | readonly (string | RegExp)[];

/**
 * From JavaScript, or out of a configuration, it may be anything: better told when a server opens
 * than when the first page comes.
 *
 * @throws {TypeError} If it is no list of origins.
 */
export function checkOrigins(origins: Origins | undefined): void {
  const list: readonly unknown[] = Array.isArray(origins) ? origins : [origins];
  const isOne = (one: unknown): boolean => typeof one === "string" || one instanceof RegExp;
  if (origins === undefined || typeof origins === "function" || list.every(isOne)) return;
  throw new TypeError(
    'Cannot use "origins": it takes an origin, a pattern, a list of them or a function',
  );
}

/** The answer to a page that may not connect. A function that throws lets nobody in. */
export function refusedOrigin(
  request: UpgradeRequest,
  origins: Origins | undefined,
): Refusal | undefined {
  if (origins === undefined) return undefined;
  const origin = headerOf(request, "origin");
  if (origin === undefined || allows(origins, origin)) return undefined;
  return refusal(403, "Pages of this origin may not connect");
}

function allows(origins: Origins, origin: string): boolean {
  if (typeof origins === "string") return origins === origin;
  if (origins instanceof RegExp) return matches(origins, origin);
  if (typeof origins === "function") {
    try {
      return origins(origin) === true;
    } catch {
      return false;
    }
  }
  return origins.some((one) => allows(one, origin));
}

/** A pattern must match the whole of it: `/example\.com/` is no door for `https://example.com.evil`. */
function matches(pattern: RegExp, origin: string): boolean {
  const flags = pattern.flags.replace(/[gmy]/g, "");
  return new RegExp(`^(?:${pattern.source})$`, flags).test(origin);
}
