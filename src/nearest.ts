/** The names of all options of a type: the compiler finds one that is missing. */
export type NamesOf<T> = { readonly [Name in keyof T]-?: 1 };

/** Throws a `TypeError` for an unknown option, with the nearest name. */
export function checkNames(given: object, names: object, act: string): void {
  for (const name of Object.keys(given)) checkName(name, names, `${act}: there is no option`);
}

/** Throws a `TypeError` unless the name is among these. */
export function checkName(name: unknown, names: object, act: string): void {
  const text = String(name);
  if (Object.hasOwn(names, text)) return;
  const [nearest] = Object.keys(names).sort((a, b) => distance(text, a) - distance(text, b));
  throw new TypeError(`Cannot ${act} "${text}", did you mean "${nearest}"?`);
}

/** How many letters to add, drop or change, whatever their case. */
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
