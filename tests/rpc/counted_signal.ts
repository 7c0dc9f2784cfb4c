/** A signal that counts its listeners. */
export function counted(): { readonly control: AbortController; readonly listeners: () => number } {
  const control = new AbortController();
  const { signal } = control;
  let count = 0;
  for (const [name, step] of [["addEventListener", 1], ["removeEventListener", -1]] as const) {
    const original = signal[name].bind(signal) as (...args: unknown[]) => void;
    Object.assign(signal, {
      [name]: (...args: unknown[]) => {
        count += step;
        original(...args);
      },
    });
  }
  return { control, listeners: () => count };
}
