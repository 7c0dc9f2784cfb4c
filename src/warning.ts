const given = new Set<string>();

/** Says once, on the console, what is likely a mistake of the program's. */
function warnOnce(text: string): void {
  if (given.has(text)) return;
  given.add(text);
  console.warn(text);
}

/**
 * Looks at what is offered. A member `then` can't be called from afar, and makes a promise of the
 * provider wherever it is awaited.
 */
export function warnOfProvider(provider: object | null | undefined): void {
  if (provider === null || provider === undefined || !("then" in provider)) return;
  warnOnce('Cannot offer "then" of a provider: it is refused to every peer, give it another name');
}
