/** Instruments a checkout, runs two ends of it, and gives what a call and a close passed. */
import { instrument } from "./instrument.ts";
import { medianOf, type Passage, type Place } from "./passage.ts";
import type { Trails } from "./program.ts";

/** What was found. */
export interface Ways {
  readonly call: Passage;
  readonly close: Passage;
}

const HERE = import.meta.dirname!;

/** The library takes nothing from elsewhere but this, whose own functions are not counted. */
const IMPORT_MAP = `${HERE}/../npm_only/import_map.json`;

/** @param root The folder that holds `mod.ts` and `src/`. */
export async function measureWays(root: string): Promise<Ways> {
  const folder = await Deno.makeTempDir({ prefix: "sheetbend-way-" });
  try {
    const places = await instrument(root, folder);
    const { call, close } = await trailsOf(folder);
    const passageOf = (trail: readonly number[]): Place[] => trail.map((index) => places[index]!);
    return { call: medianOf(call.map(passageOf)), close: medianOf(close.map(passageOf)) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function trailsOf(folder: string): Promise<Trails> {
  const flags = ["-A", "--quiet", "--no-check", `--import-map=${IMPORT_MAP}`];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, `${HERE}/program.ts`, folder],
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(60_000),
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot follow a call: ${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout));
}
