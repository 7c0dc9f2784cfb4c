import type { Library, Make } from "../library.ts";
import { argumentOf, mortalProcess } from "./process.ts";
import { serveScenarios } from "./serving.ts";

/** The argument of the server's program. */
export interface ServerArgument {
  /** What the library under test is imported by. */
  readonly library: string;
  readonly make: Make;
}

const process = mortalProcess();
const { library, make } = argumentOf<ServerArgument>(process);
const lib: Library = await import(library);
await serveScenarios(process, { lib, make });
