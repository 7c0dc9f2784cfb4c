/** Replaces `unsent_results.ts` in bundles for browsers, whose pages seldom return streams. */
export function cancelUnsent(): void {}
