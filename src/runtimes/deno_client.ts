declare const navigator: { readonly userAgent?: string } | undefined;

/** Whether this runtime's client delays frames, as Deno's does. See `ends/client_pacer.ts`. */
export const HOLDS_FRAMES_BACK: boolean = typeof navigator !== "undefined" &&
  navigator.userAgent?.startsWith("Deno/") === true;
