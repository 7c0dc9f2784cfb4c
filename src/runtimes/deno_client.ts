declare const navigator: { readonly userAgent?: string } | undefined;

/** Does the runtime's own client hold frames back? Deno's does: `ends/client_pacer.ts` says how. */
export const HOLDS_FRAMES_BACK: boolean = typeof navigator !== "undefined" &&
  navigator.userAgent?.startsWith("Deno/") === true;
