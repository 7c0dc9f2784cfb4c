import type { Speed } from "./speed.ts";
import type { Results } from "./all.ts";
import type { BenchOptions } from "./options.ts";
export function printSpeeds(speeds: readonly Speed[]): void {
  let last = "";
  for (const { workload, subject, ratio, perSecond } of speeds) {
    if (workload !== last) console.log(last = workload);
    console.log(
      `  ${subject.padEnd(26)} ${ratio.median.toFixed(2).padStart(6)} (${
        ratio.least.toFixed(2)
      } to ${ratio.most.toFixed(2)})  ${Math.round(perSecond)}/s`,
    );
  }
}
export async function writeReport(_r: Results, _o: BenchOptions): Promise<void> {}
