import type { Library, Make } from "../library.ts";
import { openScenarios } from "../scenarios.ts";
import { print, type Process } from "./process.ts";

/**
 * Serves the scenarios until the process's standard input ends: prints `{"port":n}`, and ends with
 * status 0. What was not caught ends the process with another.
 */
export async function serveScenarios(
  process: Process,
  { lib, make }: { readonly lib: Library; readonly make: Make },
): Promise<void> {
  const server = await openScenarios(lib, make);
  process.stdin.on("end", () => {
    server.close().then(() => process.exit(0));
  });
  process.stdin.resume();
  print(process, { port: server.port });
}
