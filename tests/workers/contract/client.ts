import type { structured, WorkerConnector, WorkerServer } from "../../../mod.ts";
import { Journal } from "../../contract/journal.ts";
import type { ConnectOptions, Connector, Library } from "../../contract/library.ts";
import { type Result, runSuite } from "../../contract/suite.ts";
import type { ModeName } from "../../matrix/modes.ts";
import { pairingOf, workerCases } from "./cases.ts";
import { choose, hear, type WorkerKind } from "./notes.ts";

/** A library with workers. */
export interface WorkerLibrary extends Library {
  readonly WorkerConnector: typeof WorkerConnector<unknown, object | null, object>;
  readonly WorkerServer: typeof WorkerServer<unknown, object | null, object>;
  readonly structured: typeof structured;
}

/** With what the cases run. */
export interface WorkerRun {
  readonly lib: WorkerLibrary;
  readonly mode: ModeName;
  readonly kind: WorkerKind;
  /** The program that calls `main` of `worker.ts`. */
  readonly file: string;
  /** Is told of each case as soon as it is over. */
  readonly report: (result: Result) => void;
}

type Limits = Readonly<Record<string, number>>;

/** Runs the cases of a mode: those that only call with one worker, each other one with its own. */
export async function runOverWorkers(run: WorkerRun): Promise<void> {
  const journal = new Journal();
  const spares = new Map<number, Limits>();
  const control = {
    saw: (id: string, event: string) => journal.saw(id, event),
    has: (id: string, event: string) => journal.has(id, event),
    /** A port stands for the limits of its workers. */
    openSpare(limits: Limits) {
      const port = spares.size + 1;
      spares.set(port, limits);
      return { port };
    },
    closeSpare() {},
  };
  const stop = hear(run.kind, ({ id, event, value }) => journal.note(id, event, value));
  try {
    await runSuite({
      lib: { ...run.lib, WebSocketConnector: scenarioConnector(run, spares) },
      pairing: pairingOf(run.mode),
      base: "worker:",
      cases: workerCases(run.mode),
      control,
      sharesConnection: true,
      report: run.report,
    });
  } finally {
    stop();
  }
}

/** A connector to workers that play the scenario of the URL. */
function scenarioConnector(
  { lib, mode, kind, file }: WorkerRun,
  spares: ReadonlyMap<number, Limits>,
): Library["WebSocketConnector"] {
  const isStructured = mode === "structured";
  const more = { use: isStructured ? [lib.structured] : [], onEvent() {} };
  class ScenarioConnector extends lib.WorkerConnector {
    constructor(header: unknown, provider: object | null) {
      super(header, provider, kind === "worker" ? undefined : kind);
    }

    override connect(url: string, options: ConnectOptions = {}): Promise<void> {
      const [, port, path] = /^(?:worker:|ws:\/\/127\.0\.0\.1:(\d+))(.*)$/s.exec(url)!;
      const limits = spares.get(Number(port)) ?? {};
      const scenario = { path: path!, limits, isStructured };
      return super.connect(choose(scenario, file), { ...options, ...more });
    }
  }
  return ScenarioConnector as unknown as new (
    header: unknown,
    provider: object | null,
  ) => Connector;
}
