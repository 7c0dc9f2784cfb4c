import { Lab, type Wire } from "./lab.ts";

/** Calls per second of pairs of windows, in the order of the pairs. */
export interface Rates {
  readonly on: readonly number[];
  readonly off: readonly number[];
}

/** What the pairs come to. */
export interface Ratio {
  /** Calls per second with all limits on, as a part of those with all off: the median of pairs. */
  readonly ratio: number;
  /** Between these lies the middle half of the pairs. */
  readonly spread: readonly [number, number];
  /** Calls per second, the medians. */
  readonly on: number;
  readonly off: number;
}

/** What the limits cost. */
export interface Cost extends Ratio {
  readonly wire: Wire;
  /** How many calls were under way at once. */
  readonly atOnce: number;
}

/** How long it is measured. */
export interface CostOptions {
  readonly wire: Wire;
  readonly atOnce: number;
  /** Calls in a window. */
  readonly calls: number;
  /** Pairs of windows, one with and one without limits; which is first takes turns. */
  readonly pairs: number;
}

/** Calls per second with all limits on and with all off, in turns, in one run. */
export async function costOfLimits({ wire, atOnce, calls, pairs }: CostOptions): Promise<Cost> {
  await using lab = await Lab.open(wire);
  const client = lab.client(); // one process: two are never compiled alike
  await client.order({ kind: "connect", count: 1, atOnce: 1 });
  await client.order({ kind: "connect", count: 1, atOnce: 1, to: "unlimited" });
  const window = async (which: "on" | "off"): Promise<number> => {
    const nth = which === "on" ? 0 : 1;
    return calls / await client.order({ kind: "stream", count: calls, atOnce, nth }) * 1_000;
  };
  for (let warming = 0; warming < 4; warming++) await window(warming % 2 === 0 ? "on" : "off");
  const rates = { on: [] as number[], off: [] as number[] };
  for (let pair = 0; pair < pairs; pair++) {
    const order = pair % 2 === 0 ? ["on", "off"] as const : ["off", "on"] as const;
    for (const which of order) rates[which].push(await window(which));
  }
  if (lab.faults.length > 0) throw new Error(`Cannot measure: ${lab.faults.join(", ")}`);
  return { wire, atOnce, ...ratioOf(rates) };
}

/** Each window is compared with the other one of its pair. */
export function ratioOf({ on, off }: Rates): Ratio {
  const ratios = on.map((rate, pair) => rate / off[pair]!).sort((a, b) => a - b);
  return {
    ratio: median(ratios),
    spread: [ratios[ratios.length >> 2]!, ratios[ratios.length * 3 >> 2]!],
    on: median(on),
    off: median(off),
  };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;
}
