import { inTime, show } from "./check.ts";
import type { Library } from "./library.ts";
import { type Case, type Pairing, runsIn, World } from "./world.ts";

/** How long one case may take where nothing else is said, in ms. */
const CASE_AT_MOST = 120_000;

/** What became of a case. */
export interface Result {
  readonly case: string;
  readonly ok: boolean;
  readonly error?: string;
}

/** Where and with what a suite runs. */
export interface Run {
  readonly lib: Library;
  readonly pairing: Pairing;
  /** The scenarios' server, `ws://host:port`. */
  readonly base: string;
  readonly cases: readonly Case[];
  /** Is told of each case as soon as it is over. */
  readonly report: (result: Result) => void;
  /** How long one case may take, in ms. */
  readonly atMost?: number;
}

/** Runs each case that can run between the two, one after another. */
export async function runSuite(run: Run): Promise<void> {
  const { lib, pairing, base, cases, report, atMost = CASE_AT_MOST } = run;
  const connector = new lib.WebSocketConnector(null, null);
  await inTime(connector.connect(`${base}/control`), "the connection to the server under test");
  for (const one of cases) {
    if (!runsIn(one, pairing)) continue;
    const world = new World(lib, { pairing, base, control: connector.getDriver() });
    const error = await failure(() => inTime(one.run(world), "the case", atMost)) ??
      await failure(() => world.end());
    report(
      error === undefined ? { case: one.name, ok: true } : {
        case: one.name,
        ok: false,
        error,
      },
    );
  }
  await connector.close();
}

async function failure(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.stack ?? String(error) : `thrown: ${show(error)}`;
  }
}
