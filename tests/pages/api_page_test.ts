import { assertEquals, assertGreater } from "@std/assert";
import * as api from "../../mod.ts";
import { DEFAULT_LIMITS } from "../../src/limits.ts";
import { NPM_ONLY_MAP } from "../../tools/std_flags.ts";
import { ROOT, textOf } from "./page.ts";

const PAGE = await textOf("docs/API.md");

/** What is read of the output of `deno doc --json`. */
interface Doc {
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly DocSymbol[] }>>;
}
interface DocSymbol {
  readonly name: string;
  readonly declarations: readonly Declaration[];
}
interface Declaration {
  readonly kind: string;
  readonly def?: {
    readonly constructors?: readonly Member[];
    readonly properties?: readonly Member[];
    readonly methods?: readonly Member[];
    readonly elements?: readonly DocSymbol[];
  };
}
interface Member {
  readonly name: string;
  readonly accessibility?: string;
}

/** Every name that `mod.ts` exports, with its members: `WebSocketConnector.State.OPEN`. */
async function exportedNames(): Promise<{ names: Set<string>; byDefault: Set<string> }> {
  const isNpmOnly = import.meta.resolve("@std/assert").startsWith(ROOT.href);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", ...(isNpmOnly ? [`--import-map=${NPM_ONLY_MAP}`] : []), "--json", "mod.ts"],
    cwd: ROOT,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(code, 0, err);
  const { nodes } = JSON.parse(out!) as Doc;
  const symbols = Object.values(nodes).flatMap((node) => node.symbols);
  const byDefault = symbols.find(({ name }) => name === "default");
  return {
    names: new Set(symbols.filter((one) => one !== byDefault).flatMap((one) => namesOf(one, ""))),
    byDefault: new Set(
      byDefault?.declarations.flatMap(({ def }) => def?.elements ?? []).map(({ name }) => name),
    ),
  };
}

function namesOf({ name, declarations }: DocSymbol, prefix: string): string[] {
  const own = `${prefix}${name}`;
  const members = declarations.flatMap(({ def }) => [
    ...(def?.constructors ?? []).map((one) => ({ ...one, name: "new" })),
    ...def?.properties ?? [],
    ...def?.methods ?? [],
  ]);
  return [
    own,
    ...members
      .filter(({ accessibility }) => accessibility !== "private")
      .map((member) => `${own}.${member.name}`),
    ...declarations.flatMap(({ def }) => def?.elements ?? [])
      .flatMap((element) => namesOf(element, `${own}.`)),
  ];
}

/** A part of a text by the title of its heading of the second rank. */
function section(text: string, title: string): string {
  const parts = text.split(/^## /m).filter((part) => part.startsWith(`${title}\n`));
  assertEquals(parts.length, 1, `there is one section "${title}"`);
  return parts[0]!;
}

/** The first two cells of each row of the tables in a text. */
function rowsOf(text: string): [string, string][] {
  return text.split("\n")
    .filter((line) => /^\| +`/.test(line))
    .map((line) => line.split("|").slice(1, 3).map((cell) => cell.trim()) as [string, string]);
}

/**
 * Every name that the tables list, under a heading that is a class by that class's name. `.name` is
 * a member of the first name of its cell.
 */
function listedNames(text: string): Set<string> {
  const names = new Set<string>();
  for (const part of text.split(/^### /m).slice(1)) {
    const owner = /^`(\w+)/.exec(part)?.[1];
    if (owner !== undefined) names.add(owner);
    for (const [cell] of rowsOf(part)) {
      const spans = [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span!);
      for (const span of spans) names.add(fullName(span, spans[0]!, owner));
    }
  }
  return names;
}

function fullName(span: string, first: string, owner: string | undefined): string {
  const made = /^new (\w*)/.exec(span);
  if (made !== null) return `${made[1] || owner}.new`;
  if (span.startsWith(".")) return `${fullName(first, first, owner)}${bareName(span)}`;
  return owner === undefined ? bareName(span) : `${owner}.${bareName(span)}`;
}

/** Without parameters, of functions or of types. */
function bareName(span: string): string {
  return span.replace(/[(<].*$/, "");
}

/** What a class has from its base is listed with it, though the docs list it with the base. */
function isInherited(name: string): boolean {
  const [, owner, member] = /^(\w+)\.(.+)$/.exec(name) ?? [];
  const found = (api as unknown as Record<string, { prototype?: object }>)[owner ?? ""];
  const key = member === "[Symbol.asyncDispose]" ? Symbol.asyncDispose : member ?? "";
  return typeof found?.prototype === "object" && key in found.prototype;
}

Deno.test("docs/API.md lists every export with its members when compared with deno doc", async () => {
  const { names } = await exportedNames();
  const listed = listedNames(PAGE.split("\n## Limits\n")[0]!);
  assertGreater(names.size, 100);
  const isElsewhere = (name: string) => name.startsWith("Limits."); // in a table of their own
  assertEquals([...names].filter((name) => !listed.has(name) && !isElsewhere(name)), []);
  assertEquals([...listed].filter((name) => !names.has(name) && !isInherited(name)), []);
});

Deno.test("the default export has every name when compared with deno doc", async () => {
  const { names, byDefault } = await exportedNames();
  assertEquals([...byDefault].sort(), [...names].filter((name) => !name.includes(".")).sort());
});

Deno.test("listedNames() finds a missing and an invented member when a table has them", () => {
  const text = "### `Ship<T>`\n| `new (name)` | |\n| `sail(to)` `.wind` | |\n### More\n" +
    "| `Port<A, B>` `.at` | |\n| `new Crew(size)` | |\n| --- | --- |\n| a `word` | |\n";
  assertEquals(
    [...listedNames(text)],
    ["Ship", "Ship.new", "Ship.sail", "Ship.sail.wind", "Port", "Port.at", "Crew.new"],
  );
  assertEquals(isInherited("WebSocketConnector.join"), true);
  assertEquals(isInherited("WebSocketConnector.jion"), false);
});

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1_000, MiB: 2 ** 20 };

/** `64 MiB`, `10 s`, `4,096`, `no limit`. */
function figure(text: string): number {
  if (text === "no limit") return Infinity;
  const [, digits, unit] = /^([\d,]+) ?(\w*)$/.exec(text) ?? [];
  return Number(digits?.replaceAll(",", "")) * (UNITS[unit ?? ""] ?? NaN);
}

Deno.test("docs/API.md gives every limit its default when compared with DEFAULT_LIMITS", () => {
  const rows = rowsOf(section(PAGE, "Limits"));
  const told = rows.map(([name, value]) => [name.replaceAll("`", ""), figure(value)]);
  assertEquals(Object.fromEntries(told), { ...DEFAULT_LIMITS });
});
