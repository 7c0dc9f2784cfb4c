/** Reads TypeScript as text, well enough to tell code from comments and from strings. */

const COMMENT = String.raw`(?<comment>\/\/[^\n]*|\/\*[^]*?\*\/)`;

const QUOTED = String.raw`"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`;
/** A template, with at most one more in each of its holes; where that fails, up to the next tick. */
const HOLE = String.raw`\$\{(?:[^{}\x60]|\x60[^\x60]*\x60|\{[^{}]*\})*\}`;
const TEMPLATE = String.raw`\x60(?:\\[^]|${HOLE}|\$(?!\{)|[^\x60\\$])*\x60|\x60[^\x60]*\x60`;
const STRING = `(?<string>${QUOTED}|${TEMPLATE})`;

/** Only where a value may begin, so that a division is none. */
const REGEXP = String.raw`(?<regexp>(?<=(?:^|[=(,:;!&|?{}[\n>]|\breturn)\s*)` +
  String.raw`\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*)`;

const TOKEN = new RegExp([COMMENT, STRING, REGEXP].join("|"), "g");

/** The text with its comments blanked out; lines stay where they are. */
export function withoutComments(text: string): string {
  return text.replace(TOKEN, (token, ...rest) => rest.at(-1).comment ? blank(token) : token);
}

/** How many lines hold code. */
export function linesOfCode(text: string): number {
  return withoutComments(text).split("\n").filter((line) => line.trim() !== "").length;
}

/**
 * All files below `folder` whose names match, sorted, with `/` on every system; none where there is
 * no such folder.
 */
export async function filesIn(folder: string, name: RegExp): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(folder)) {
    if (entry.name === "node_modules") continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) files.push(...await filesIn(path, name));
    else if (name.test(entry.name)) files.push(path);
  }
  return files.sort();
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function blank(token: string): string {
  return token.replace(/[^\n]/g, " ");
}

/** The comments and strings of a text, in order. */
export function proseIn(text: string): string[] {
  return [...text.matchAll(TOKEN)].filter(({ groups }) => groups?.comment || groups?.string)
    .map(([token]) => token);
}
