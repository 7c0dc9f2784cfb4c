/**
 * Prints the flags with which a task of this project runs: none where the `@std` packages can be
 * had from JSR, else the import map that puts `tools/npm_only/` in their place.
 *
 *     deno test -A $(deno run -q -A tools/std_flags.ts) tests/
 *
 * `STD=jsr` and `STD=npm` decide it by hand.
 */

/** How long JSR has for its answer, in ms. */
const PATIENCE = 1_500;

/** The import map for machines that reach the npm registry alone. */
export const NPM_ONLY_MAP = "tools/npm_only/import_map.json";

const NPM_ONLY_FLAGS: readonly string[] = [`--import-map=${NPM_ONLY_MAP}`];

/** What decides which packages are in force. */
export interface Surroundings {
  /** The value of the variable `STD`. */
  readonly std: string | undefined;
  /** Whether JSR answers. */
  readonly answers: () => Promise<boolean>;
  /** Whether Deno's cache has what is needed. */
  readonly cached: () => Promise<boolean>;
}

/**
 * The flags for Deno, an empty list where none are needed.
 *
 * @throws {TypeError} If `STD` is neither `jsr` nor `npm`.
 */
export async function stdFlags(around: Surroundings): Promise<readonly string[]> {
  if (around.std === "jsr") return [];
  if (around.std === "npm") return NPM_ONLY_FLAGS;
  if (around.std) {
    throw new TypeError(`Cannot choose the packages by STD="${around.std}": it is "jsr" or "npm"`);
  }
  if (await Promise.any([insist(around.answers()), insist(around.cached())]).catch(() => false)) {
    return [];
  }
  return NPM_ONLY_FLAGS;
}

/** Rejects where the answer is no, so that the first yes can win. */
async function insist(answer: Promise<boolean>): Promise<true> {
  if (await answer) return true;
  throw new Error("Cannot go on: the answer was no");
}

/** Whether the registry at `base` has the packages, asked for by the name of one of them. */
export async function jsrAnswers(base: string, patience: number = PATIENCE): Promise<boolean> {
  try {
    const url = new URL("@std/assert/meta.json", base.endsWith("/") ? base : `${base}/`);
    const response = await fetch(url, { signal: AbortSignal.timeout(patience) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // No network, no such host, a proxy in between, no answer in time: all mean "not from here".
    return false;
  }
}

/** Whether Deno can load all that the import map stands in for without asking anyone. */
async function inCache(): Promise<boolean> {
  const { imports } = JSON.parse(await Deno.readTextFile("deno.json"));
  const map = JSON.parse(await Deno.readTextFile(NPM_ONLY_MAP));
  const source = Object.keys(map.imports).map((key) => `import "${jsrName(key, imports)}";`);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--cached-only", "--no-config", source.join("\n")],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** `@std/async/delay` as the `jsr:` name that the project's own import map gives it. */
function jsrName(name: string, imports: Record<string, string>): string {
  const prefix = Object.keys(imports).find((key) => name === key || name.startsWith(`${key}/`));
  return prefix === undefined ? name : `${imports[prefix]}${name.slice(prefix.length)}`;
}

async function main(): Promise<void> {
  const base = Deno.env.get("JSR_URL") || "https://jsr.io/";
  try {
    const flags = await stdFlags({
      std: Deno.env.get("STD"),
      answers: () => jsrAnswers(base),
      cached: inCache,
    });
    if (flags.length === 0) return;
    console.error(`std: ${NPM_ONLY_MAP} stands in for the packages of JSR`);
    console.log(flags.join(" "));
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    // The shell does not look at this command's status, so the one around it has to fail: on this.
    console.log("--STD-has-to-be-jsr-or-npm");
    Deno.exitCode = 1;
  }
}

if (import.meta.main) {
  await main();
  // A question that lost the race has nothing more to say.
  Deno.exit();
}
