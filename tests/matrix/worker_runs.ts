/** The contract over workers, with the built package in each runtime and browser. */
import { assert } from "@std/assert";
import { type Command, runClientProgram } from "../contract/children.ts";
import type { Result } from "../contract/suite.ts";
import type { Kind } from "../npm/workshop.ts";
import { pairingOf, workerCases } from "../workers/contract/cases.ts";
import type { WorkerKind } from "../workers/contract/notes.ts";
import { stepEach } from "../workers/contract/steps.ts";
import type { BrowserClient } from "./browser_client.ts";
import type { MatrixWorkshop } from "./matrix_workshop.ts";
import { MODE_NAMES, type ModeName } from "./modes.ts";
import type { MatrixWorkerArgument } from "./programs/matrix_worker_client.ts";
import type { Runtime } from "./runtimes.ts";
import type { Cell } from "./table.ts";

/** A program that starts workers of its own. */
interface WorkerPlace {
  readonly name: string;
  readonly kind: WorkerKind;
  run(mode: ModeName): Promise<readonly Result[]>;
}

/** What there is to run them in. */
export interface WorkerPlaces {
  readonly workshop: MatrixWorkshop;
  readonly runtimes: readonly Runtime[];
  readonly browsers: readonly BrowserClient[];
}

/** The module kind of each: so the package is loaded in both ways in every runtime. */
const MODULES: Readonly<Record<WorkerKind, Kind>> = {
  process: "mjs",
  thread: "cjs",
  worker: "mjs",
};

function placesOf({ workshop, runtimes, browsers }: WorkerPlaces): WorkerPlace[] {
  const inChild = (name: string, kind: WorkerKind, command: Command): WorkerPlace => ({
    name,
    kind,
    run(mode) {
      const file = workshop.program("worker", MODULES[kind]);
      const argument: MatrixWorkerArgument = { mode, kind, file };
      const program = workshop.program("worker_client", MODULES[kind]);
      return runClientProgram({ command, program, argument, folder: workshop.folder });
    },
  });
  const flags = ["run", "-A", "--quiet", "--no-lock", "--node-modules-dir=manual"];
  return [
    inChild(`Deno ${Deno.version.deno}`, "worker", [Deno.execPath(), ...flags]),
    ...runtimes.flatMap((runtime) => {
      if ("why" in runtime) return []; // the suite tells that it is missing
      const name = `${runtime.name.split(" ")[0]} ${runtime.version}`;
      return (["process", "thread"] as const).map((kind) => inChild(name, kind, [runtime.program]));
    }),
    ...browsers.map(({ name, runWorkers }): WorkerPlace => ({
      name,
      kind: "worker",
      run: runWorkers,
    })),
  ];
}

/** Runs the cases everywhere, and has a step for each case in each mode. */
export async function runWorkers(t: Deno.TestContext, given: WorkerPlaces): Promise<Cell[]> {
  const cells = await runAll(placesOf(given));
  for (const mode of MODE_NAMES) {
    const ran = cells.filter((cell) => cell.mode === mode);
    await t.step(`the contract holds when workers serve it, ${mode}`, async (t) => {
      const runs = ran.flatMap(({ ran }) => typeof ran === "string" ? [] : [ran]);
      await stepEach(t, runs, workerCases(mode));
      const broken = ran.flatMap(({ client, server, ran }) =>
        typeof ran === "string" ? [`${client}, ${server}: ${ran}`] : []
      );
      assert(broken.length === 0, broken.join("\n"));
    });
  }
  return cells;
}

/** Two at a time: one program waits while its worker starts. No case measures how long it takes. */
async function runAll(places: readonly WorkerPlace[]): Promise<Cell[]> {
  const cells: Cell[] = [];
  const waiting = [...places];
  const lane = async (): Promise<void> => {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      for (const mode of MODE_NAMES) cells.push(await runIn(place, mode));
    }
  };
  await Promise.all([lane(), lane()]);
  return cells;
}

async function runIn({ name: client, kind, run }: WorkerPlace, mode: ModeName): Promise<Cell> {
  const server = `its ${kind}`;
  try {
    const results = await run(mode);
    const name = `${client} calls ${server}, ${mode}`;
    return { client, server, mode, ran: { name, pairing: pairingOf(mode), results } };
  } catch (error) {
    return { client, server, mode, ran: String(error) };
  }
}
