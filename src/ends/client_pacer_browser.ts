/** Replaces client_pacer.ts in bundles: browsers don't hold frames back. */
export const clientPacer = undefined;
