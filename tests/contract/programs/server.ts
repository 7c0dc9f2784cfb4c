import type { Library, Make } from "../library.ts";
import { openScenarios } from "../scenarios.ts";
import { argumentOf, mortalProcess, print } from "./process.ts";

/** The argument of the server's program. */
export interface ServerArgument {
  /** What the library under test is imported by. */
  readonly library: string;
  readonly make: Make;
}

/**
 * Serves the scenarios in a process of its own: prints `{"port":n}`, and closes when its standard
 * input ends. What it did not catch ends it with another status than 0.
 */
async function main(): Promise<void> {
  const process = mortalProcess();
  const { library, make } = argumentOf<ServerArgument>(process);
  const lib: Library = await import(library);
  const server = await openScenarios(lib, make);
  process.stdin.on("end", () => {
    server.close().then(() => process.exit(0));
  });
  process.stdin.resume();
  print(process, { port: server.port });
}

await main();
