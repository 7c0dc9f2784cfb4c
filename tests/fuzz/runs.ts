import fc from "npm:fast-check@4.10.2";
import { setImmediate } from "node:timers";

/** Runs of all properties together, where nothing else is asked for. */
const RUNS = 10_000;

/**
 * Runs a property for its share of all runs, from a seed that is printed. `FUZZ_SEED` replays one,
 * `FUZZ_PATH` goes straight to the case that failed, `FUZZ_RUNS` asks for more or fewer runs. A
 * rejection that nobody handles fails the run in which it came up.
 */
export async function fuzz<T>(
  arbitrary: fc.Arbitrary<T>,
  share: number,
  run: (value: T) => Promise<void>,
): Promise<void> {
  const seed = Number(Deno.env.get("FUZZ_SEED") ?? Math.floor(Math.random() * 2 ** 31));
  const path = Deno.env.get("FUZZ_PATH");
  const numRuns = Math.ceil(Number(Deno.env.get("FUZZ_RUNS") ?? RUNS) * share);
  const unhandled: unknown[] = [];
  const note = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", note);
  const begun = performance.now();
  try {
    const property = fc.asyncProperty(arbitrary, async (value) => {
      unhandled.length = 0;
      await run(value);
      await turn(); // the platform tells of rejections between two turns
      if (unhandled.length > 0) throw new Error("Cannot pass: unhandled", { cause: unhandled[0] });
    });
    await fc.assert(property, { seed, numRuns, ...(path !== undefined && { path }) });
  } finally {
    globalThis.removeEventListener("unhandledrejection", note);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    console.log(`FUZZ_SEED=${seed}: ${numRuns} runs, ${seconds} s`);
  }
}

/** A turn of the event loop, whatever became of `setTimeout`. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Lets what is under way come to rest: a fixed number of microtasks. */
export async function rest(passes = 40): Promise<void> {
  for (let pass = 0; pass < passes; pass++) await null;
}

/** How a promise ended; nothing where it has not. */
export type Ending =
  | { readonly kind: "resolved"; readonly value: unknown }
  | { readonly kind: "rejected"; readonly error: unknown };

/** Follows a promise, so that how it ended can be asked without waiting. */
export class Followed {
  /** How it ended, once it has. */
  ending: Ending | undefined;

  constructor(promise: Promise<unknown>) {
    promise.then(
      (value) => this.ending = { kind: "resolved", value },
      (error) => this.ending = { kind: "rejected", error },
    );
  }
}
