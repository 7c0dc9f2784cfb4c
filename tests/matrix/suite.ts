/**
 * The matrix: the one contract suite for the built package in each runtime, as either kind of
 * module, against the sources in Deno, and against workers of its own: `deno task build:npm && deno
 * task test:matrix`. It tells at the end what ran where. A runtime that can't be had is named there, and fails the run.
 *
 * MATRIX_RUNTIMES names a folder in which the runtimes are kept for the next run.
 */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { failuresOf, faultsOf, type Ran, runPairing } from "../contract/pairings.ts";
import type { ClientPlace, ServerPlace } from "../contract/places.ts";
import { runsIn } from "../contract/world.ts";
import { KINDS } from "../npm/workshop.ts";
import { type BrowserName, BROWSERS } from "../browser/browsers.ts";
import { type BrowserClient, openBrowserClient } from "./browser_client.ts";
import {
  denoClient,
  denoServer,
  type InMode,
  packageClient,
  type PackagePlace,
  packageServer,
} from "./ends.ts";
import { type MatrixWorkshop, openMatrixWorkshop } from "./matrix_workshop.ts";
import { MODE_NAMES, MODES } from "./modes.ts";
import { getRuntimes, type Runtime } from "./runtimes.ts";
import { type Cell, tableOf } from "./table.ts";
import { runWorkers } from "./worker_runs.ts";

/** Two ends that meet in each mode. */
interface Row {
  readonly client: InMode<ClientPlace>;
  readonly server: InMode<ServerPlace>;
}

/** What could be had, and what not. */
interface Plan {
  readonly rows: readonly Row[];
  readonly missing: readonly string[];
}

function rowsOf(place: PackagePlace): Row[] {
  return [
    { client: packageClient(place), server: denoServer },
    { client: denoClient, server: packageServer(place) },
  ];
}

function planOf(
  runtimes: readonly Runtime[],
  { workshop, browsers }: {
    readonly workshop: MatrixWorkshop;
    /** Each client, or why there is none. */
    readonly browsers: ReadonlyMap<BrowserName, BrowserClient | string>;
  },
): Plan {
  const rows: Row[] = [{ client: denoClient, server: denoServer }];
  const missing: string[] = [];
  for (const runtime of runtimes) {
    if ("why" in runtime) {
      missing.push(`${runtime.name}: ${runtime.why}`);
      continue;
    }
    for (const kind of KINDS) {
      const format = kind === "mjs" ? "ESM" : "CJS";
      const name = `${runtime.name.split(" ")[0]} ${runtime.version} ${format}`;
      rows.push(...rowsOf({ name, runtime: runtime.program, kind, workshop }));
    }
  }
  for (const [name, browser] of browsers) {
    if (typeof browser === "string") missing.push(`${name}: ${browser}`);
    else rows.push({ client: browser.client, server: denoServer });
  }
  return { rows, missing };
}

/** Runs each row in each mode, one after another: cases measure time. */
async function runAll(t: Deno.TestContext, rows: readonly Row[]): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const row of rows) {
    for (const mode of MODE_NAMES) {
      const [client, server] = [row.client(mode), row.server(mode)];
      const names = { client: client.name, server: server.name, mode };
      const name = `${client.name} calls ${server.name}, ${mode}`;
      await t.step(`the contract holds when ${name}`, async () => {
        let ran: Ran | string = "it has not ended";
        try {
          ran = await runPairing({ client, server, codec: MODES[mode].codec });
        } catch (error) {
          ran = String(error);
        }
        cells.push({ ...names, ran });
        const failures = typeof ran === "string" ? [ran] : failuresOf(ran);
        assert(failures.length === 0, failures.join("\n"));
      });
    }
  }
  return cells;
}

/** Pairings of one mode must have run the same cases. */
function faultsOfAll(cells: readonly Cell[]): string[] {
  return MODE_NAMES.flatMap((mode) => {
    const runs = cells.flatMap((cell) => {
      if (cell.mode !== mode || typeof cell.ran === "string") return [];
      return [{ ...cell.ran, name: `${cell.ran.name} (${mode})` }];
    });
    assertGreater(runs.length, 0);
    const { cases, codec } = MODES[mode];
    return faultsOf(
      runs,
      cases.filter((one) => runsIn(one, { client: "ours", server: "ours", codec })),
    );
  });
}

Deno.test("the contract holds, case by case, when the built package runs anywhere", async (t) => {
  const kept = Deno.env.get("MATRIX_RUNTIMES");
  const folder = kept ?? await Deno.makeTempDir({ prefix: "matrix-runtimes-" });
  try {
    await using workshop = await openMatrixWorkshop();
    const runtimes = await getRuntimes(folder);
    await using stack = new AsyncDisposableStack();
    const browsers = new Map<BrowserName, BrowserClient | string>();
    for (const name of BROWSERS) {
      const browser = await openBrowserClient(name, workshop).catch(String);
      browsers.set(name, typeof browser === "string" ? browser : stack.use(browser));
    }
    const { rows, missing } = planOf(runtimes, { workshop, browsers });
    const cells = await runAll(t, rows);
    await t.step("faultsOf() finds none when all pairings of a mode have run", () => {
      assertEquals(faultsOfAll(cells), []);
    });
    const opened = [...browsers.values()].filter((browser) => typeof browser !== "string");
    cells.push(...await runWorkers(t, { workshop, runtimes, browsers: opened }));
    await t.step("each runtime is there when the matrix runs", () => assertEquals(missing, []));
    const gone = missing.map((what) => `\nnot run, because it could not be got: ${what}`);
    console.log(`\ncases that held, by mode\n\n${tableOf(cells)}\n${gone.join("")}`);
  } finally {
    if (kept === undefined) await Deno.remove(folder, { recursive: true });
  }
});
