/** An object with the names of all options of a type. The compiler reports a missing one. */
export type NamesOf<T> = { readonly [Name in keyof T]-?: 1 };

/** Throws a `TypeError` for an unknown option. The message suggests the most similar name. */
export function checkNames(given: object, names: object, act: string): void {
  for (const name of Object.keys(given)) checkName(name, names, `${act}: there is no option`);
}

/** Throws a `TypeError` for an unknown name. The message suggests the most similar one. */
export function checkName(name: unknown, names: object, act: string): void {
  const text = String(name);
  if (Object.hasOwn(names, text)) return;
  const [nearest] = Object.keys(names).sort((a, b) => distance(text, a) - distance(text, b));
  throw new TypeError(`Cannot ${act} "${text}". Did you mean "${nearest}"?`);
}

/** The number of letters to insert, delete or replace. Ignores case. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (const letter of from.slice(0, 100).toLowerCase()) {
    let left = row[0]!;
    row = row.map((above, at) =>
      left = Math.min(
        left + 1,
        above + 1,
        at > 0 ? row[at - 1]! + Number(letter !== to[at - 1]!.toLowerCase()) : Infinity,
      )
    );
  }
  return row.at(-1)!;
}
