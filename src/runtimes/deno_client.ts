declare const navigator: { readonly userAgent?: string } | undefined;

/** Whether the runtime's client delays frames, as Deno's does; see `ends/client_pacer.ts`. */
export const HOLDS_FRAMES_BACK: boolean = typeof navigator !== "undefined" &&
  navigator.userAgent?.startsWith("Deno/") === true;
