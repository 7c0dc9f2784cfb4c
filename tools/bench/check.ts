/** The quick form: small calls in sequence alone, with a status for scripts. */
import { measureSpeed } from "./speed.ts";
import { Bench } from "./processes.ts";

const LEAST = 0.8;

/** Prints the ratio, best of three rounds; sets the exit code to 1 where it is too low. */
export async function check(): Promise<void> {
  await using bench = new Bench();
  const speeds = await measureSpeed(bench, {
    pair: { client: "deno", server: "deno" },
    rounds: 3,
    windowMs: 400,
    servers: ["echo", "ours"],
    workloads: ["sequential"],
  });
  const { ratio, perSecond } = speeds.find(({ subject }) => subject === "Sheetbend, linked")!;
  console.log(
    `sequential small calls: ${Math.round(perSecond).toLocaleString("en")} calls/s, ` +
      `best of 3 rounds: ${ratio.most.toFixed(3)} of the echo (worst ${ratio.least.toFixed(3)})`,
  );
  if (ratio.most >= LEAST) return;
  console.error(`the ratio is under ${LEAST}`);
  Deno.exitCode = 1;
}
