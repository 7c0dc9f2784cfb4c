import { inTime, show } from "./check.ts";
import type { Library, Remote } from "./library.ts";
import { SharedWorld } from "./shared_world.ts";
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
  /** Tells what the server's side saw. Default: the scenarios' server does, under `/control`. */
  readonly control?: Remote;
  /** Whether cases that only call use one connection, where starting one takes long. */
  readonly sharesConnection?: boolean;
  /** How long one case may take, in ms. */
  readonly atMost?: number;
}

/** Runs each case that can run between the two, one after another. */
export async function runSuite(run: Run): Promise<void> {
  if (run.control !== undefined) return await runCases({ ...run, control: run.control });
  const connector = new run.lib.WebSocketConnector(null, null);
  await inTime(connector.connect(`${run.base}/control`), "the connection to the server under test");
  await runCases({ ...run, control: connector.getDriver() });
  await connector.close();
}

async function runCases(run: Run & { readonly control: Remote }): Promise<void> {
  const { lib, pairing, base, control, cases, report, atMost = CASE_AT_MOST } = run;
  const { sharesConnection = false } = run;
  const shared = new SharedWorld(lib, { pairing, base, control });
  for (const one of cases) {
    if (!runsIn(one, pairing)) continue;
    const isShared = sharesConnection && one.onlyCalls === true;
    const world = isShared ? shared : new World(lib, { pairing, base, control });
    const failed = await failure(() => inTime(one.run(world), "the case", atMost));
    // after a failure, the next case begins with another connection
    const ended = isShared && failed === undefined ? undefined : await failure(() => world.end());
    const error = failed ?? ended;
    report(
      error === undefined ? { case: one.name, ok: true } : {
        case: one.name,
        ok: false,
        error,
      },
    );
  }
  await shared.end();
}

async function failure(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.stack ?? String(error) : `thrown: ${show(error)}`;
  }
}
