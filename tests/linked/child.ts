import { PATIENCE } from "../helpers/waiting.ts";

/** A module of this folder in a process of its own, which ends with the test. */
export interface Child extends AsyncDisposable {
  /** The first line that it wrote. */
  readonly line: string;
}

const ROOT = new URL("../../", import.meta.url).href;

/** Runs it, and waits for its first line, for no longer than three minutes. */
export async function childOf(file: string, flags: readonly string[] = []): Promise<Child> {
  const isNpmOnly = import.meta.resolve("@std/assert").startsWith(ROOT);
  const map = isNpmOnly ? ["--import-map=tools/npm_only/import_map.json"] : [];
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", ...map, ...flags, `tests/linked/${file}`],
    cwd: new URL(ROOT),
    stdout: "piped",
  }).spawn();
  const end = async (): Promise<void> => {
    try {
      process.kill("SIGKILL");
    } catch {
      // it has ended
    }
    await process.status;
  };
  const timer = setTimeout(end, 3 * PATIENCE);
  try {
    const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      text += chunk.value;
      if (text.includes("\n")) break;
    }
    await reader.cancel();
    const line = text.split("\n", 1)[0]!;
    if (line === "") throw new Error(`Cannot run "${file}": it wrote nothing`);
    return { line, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
