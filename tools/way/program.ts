/**
 * Two ends in one process, over loopback, both of an instrumented copy: prints, as JSON, which
 * places each of several calls and closes passed, by their indexes.
 *
 *     deno run -A --no-check tools/way/program.ts FOLDER
 */
import { pathToFileURL } from "node:url";
import { ENTER } from "./passage.ts";

/** What it prints. */
export interface Trails {
  readonly call: readonly (readonly number[])[];
  readonly close: readonly (readonly number[])[];
}

type Library = typeof import("../../mod.ts");

interface Offered {
  plus(x: number, y: number): number;
}

/** Calls before those that are followed, on each connection. */
const WARM_UP = 64;
/** Calls, and closes, that are followed. */
const FOLLOWED = 9;
/** In ms. */
const QUIET = 60;

let trail: number[] | undefined;
Object.assign(globalThis, { [ENTER]: (place: number): void => void trail?.push(place) });

/** The places that were entered until the work was done. */
async function follow(work: () => Promise<unknown>): Promise<number[]> {
  const followed: number[] = trail = [];
  await work();
  trail = undefined;
  return followed;
}

async function main(folder: string): Promise<void> {
  const library: Library = await import(pathToFileURL(`${folder}/mod.ts`).href);
  const joins: Promise<unknown>[] = [];
  const server = new library.WebSocketServer<null, Offered, null>();
  await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
    await acceptor.accept({ plus: (x, y) => x + y });
    joins.push(acceptor.join());
  });
  const url = `ws://127.0.0.1:${server.address!.port}`;
  const trails = { call: [] as number[][], close: [] as number[][] };
  for (let i = 0; i < FOLLOWED; i++) {
    const connector = new library.WebSocketConnector<null, null, Offered>(null, null);
    await connector.connect(url);
    const driver = connector.getDriver();
    for (let call = 0; call < WARM_UP; call++) await driver.plus(call, 1);
    trails.call.push(await follow(() => driver.plus(i, 1)));
    await quiet();
    trails.close.push(await follow(() => Promise.all([connector.close(), joins[i]])));
  }
  await server.close();
  console.log(JSON.stringify(trails satisfies Trails));
}

/** Until what a call leaves behind is done: a close is to have nothing of it. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, QUIET));
}

await main(Deno.args[0]!);
