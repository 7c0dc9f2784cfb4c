/** Replaces client_pacer.ts in browser bundles, because browsers don't delay frames. */
export const clientPacer = undefined;
