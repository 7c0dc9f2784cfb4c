/** What `console.error` is given while `run` runs. */
export async function printed(run: () => unknown): Promise<string[]> {
  const { error } = console;
  const lines: string[] = [];
  console.error = (...args) => lines.push(args.join(" "));
  try {
    await run();
  } finally {
    console.error = error;
  }
  return lines;
}

let clock = performance.now();

/** As `printed`, with the clock `ms` ahead of the last time, and standing still. */
export async function printedAfter(ms: number, run: () => unknown): Promise<string[]> {
  const { now } = performance;
  clock += ms;
  performance.now = () => clock;
  try {
    return await printed(run);
  } finally {
    performance.now = now;
  }
}
