/**
 * Reads the options of a benchmark, `--name` or `--name=value`.
 *
 * @param act What can't be done with another option.
 * @throws {TypeError} If there is no such option.
 */
export function givenOptions(
  names: readonly string[],
  act: string,
  args: readonly string[] = Deno.args,
): Map<string, string> {
  return new Map(args.map((arg) => {
    const [, name = "", value = ""] = /^--(\w+)(?:=(.*))?$/.exec(arg) ?? [];
    if (!names.includes(name)) throw new TypeError(`Cannot ${act}: "${arg}" is no option of it`);
    return [name, value];
  }));
}
