/** A set of names, as the keys of any object. */
type Names = Readonly<Record<string, unknown>>;

/** The names of all options of a type: the compiler finds one that is missing. */
export type NamesOf<T> = { readonly [Name in keyof T]-?: 1 };

/** Throws a `TypeError` for an option of another name, and tells the nearest one. */
export function checkNames(given: object, names: Names, act: string): void {
  for (const name of Object.keys(given)) checkName(name, names, `${act}: there is no option`);
}

/** Throws a `TypeError` unless the name is among these. */
export function checkName(name: unknown, names: Names, act: string): void {
  const text = String(name);
  if (Object.hasOwn(names, text)) return;
  const distances = Object.keys(names).map((one) => distance(text, one));
  const at = distances.indexOf(Math.min(...distances));
  throw new TypeError(`Cannot ${act} "${text}", did you mean "${Object.keys(names)[at]}"?`);
}

/** How many letters to add, drop or change, whatever their case. */
function distance(from: string, to: string): number {
  let row = [...to, ""].map((_, at) => at);
  for (const letter of from.slice(0, 100)) {
    let left = row[0]! + 1;
    row = row.map((above, at) => {
      if (at === 0) return left;
      const isSame = letter.toLowerCase() === to[at - 1]!.toLowerCase();
      return left = Math.min(left + 1, above + 1, row[at - 1]! + (isSame ? 0 : 1));
    });
  }
  return row.at(-1)!;
}
