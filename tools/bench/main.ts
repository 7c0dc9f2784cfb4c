/**
 * What a call costs, as a share of a hand-written JSON echo over the same kind of sockets. On a
 * shared machine separate runs can't be compared, so subjects take turns in windows of one run.
 *
 *   deno task bench                    all of it, a quarter of an hour; writes docs/BENCHMARKS.md
 *   deno task bench --rounds=3         shorter
 *   deno task bench --only=sequential,burst1000 --servers=ours,birpc --dry
 *                                      some of the speeds, on the console alone
 *   deno task bench --reconnection     only what reconnection costs, into its section of the page
 *   deno task bench --check            small calls in sequence; exits 1 if the best of three rounds
 *                                      is under 0.8 of the echo
 */
import { check } from "./check.ts";
import { readMachine } from "./machine.ts";
import { readOptions } from "./options.ts";
import { measureAll, measureReconnection } from "./all.ts";
import { printSpeeds, reportReconnection, writeReport } from "./report.ts";

const options = readOptions(Deno.args);
if (options.isCheck) await check();
else if (options.isReconnection) {
  const machine = readMachine();
  await reportReconnection(await measureReconnection(options), machine, options);
} else {
  const results = await measureAll(options);
  printSpeeds(results.speeds);
  if (!options.isDry) await writeReport(results, options);
}
