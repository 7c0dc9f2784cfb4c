/**
 * The gate: everything but the tests that a change has to pass, step after step. Its arguments
 * are the flags that put other packages in the place of JSR's.
 *
 *     deno run -A tools/ok.ts $(deno run -q -A tools/std_flags.ts)
 */
import { serveRegistry } from "./jsr_mirror.ts";

/** The packages that stand in for those of JSR. */
const NPM_ONLY: readonly string[] = ["assert", "async", "testing"]
  .map((name) => `tools/npm_only/${name}`);

/** One step: what it is called, and the arguments for Deno. */
export interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** Runs what has to be there around the step; it gives the variables that the step needs. */
  readonly around?: (run: (env: Record<string, string>) => Promise<boolean>) => Promise<boolean>;
}

/** The steps, for the flags in force. */
export function stepsFor(flags: readonly string[]): readonly Step[] {
  const publish = { name: "publish", args: ["publish", "--dry-run", "--allow-dirty"] };
  return [
    { name: "format", args: ["fmt", "--check"] },
    { name: "lint", args: ["lint"] },
    { name: "types", args: ["check", "-q", ...flags, "."] },
    { name: "docs", args: ["doc", "-q", "--lint", ...flags, "mod.ts"] },
    { name: "examples", args: ["test", "--doc", "-A", ...flags, "mod.ts", "src/"] },
    { name: "pages", args: ["test", "-A", "-q", ...flags, "tests/pages/"] },
    // The dry run takes no import map, so that it needs a registry where JSR is out of reach.
    flags.length > 0 ? { ...publish, around: withRegistry } : publish,
  ];
}

/** Serves the stand-ins as JSR, for a Deno whose cache knows nothing of the real one. */
async function withRegistry(
  run: (env: Record<string, string>) => Promise<boolean>,
): Promise<boolean> {
  const cache = await Deno.makeTempDir({ prefix: "sheetbend-" });
  const registry = await serveRegistry(NPM_ONLY);
  try {
    return await run({ JSR_URL: registry.url, DENO_DIR: cache });
  } finally {
    await registry.close();
    await Deno.remove(cache, { recursive: true });
  }
}

/** Runs one step and prints a line on it; all that it printed itself only if it failed. */
async function runStep({ name, args, around }: Step): Promise<boolean> {
  const begun = performance.now();
  let output = "";
  const run = async (env: Record<string, string>) => {
    const command = new Deno.Command(Deno.execPath(), { args: [...args], env });
    const { success, stdout, stderr } = await command.output();
    output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    return success;
  };
  const passed = await (around ? around(run) : run({}));
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1).padStart(5);
  console.log(
    `${passed ? "ok  " : "FAIL"} ${seconds} s  ${name.padEnd(8)}  deno ${args.join(" ")}`,
  );
  if (!passed) console.log(output);
  return passed;
}

async function main(flags: readonly string[]): Promise<void> {
  const steps = stepsFor(flags);
  let failed = 0;
  for (const step of steps) {
    if (!await runStep(step)) failed++;
  }
  console.log(`${steps.length - failed} passed, ${failed} failed`);
  if (failed > 0) Deno.exitCode = 1;
}

if (import.meta.main) await main(Deno.args);
