/**
 * Where an end of a pairing runs, and how it is started there.
 *
 * To add a pairing (another runtime, another build of the library):
 *
 * 1. Make a `ClientPlace` or a `ServerPlace`. For a runtime that runs a file, `childClient` and
 *    `childServer` do: give the command (`["node"]`), by what name the library is imported there
 *    (a package of the workshop's, or a `file:` URL of a build), and who made it.
 * 2. Anything else (a browser) needs a `run` of its own: bundle a program that calls `runSuite` of
 *    `suite.ts` with `CONTRACT`, and give back what it reported. The cases name no runtime.
 * 3. Put the two places into the list of `contract_slow.ts`. Pairings of the same makes must run
 *    the same cases: `faultsOf` in `pairings.ts` sees to that, so a case that can't run in one
 *    place is a fault, not a gap. What a make lacks is said by the case's `needs`.
 *
 * The protocol is a line of JSON each: a client's program prints `{"case","ok","error"?}` for every
 * case and `{"end":n}` at last; a server's prints `{"port":n}`, and closes when its standard input
 * ends. Both end with status 0 only if nothing went uncaught, and by themselves after 15 min.
 */
import { type Command, runClientProgram, startServerProgram } from "./children.ts";
import type { Library, Make } from "./library.ts";
import type { ClientArgument } from "./programs/client.ts";
import type { ServerArgument } from "./programs/server.ts";
import { openScenarios } from "./scenarios.ts";
import { type Result, runSuite } from "./suite.ts";
import type { Case, Pairing } from "./world.ts";
import type { Workshop } from "./workshop.ts";

/** Where the end that dials runs. */
export interface ClientPlace {
  /** For people: "TGrid in Node". */
  readonly name: string;
  readonly make: Make;
  /** Runs all cases that the pairing can, against the server at `base`. */
  run(pairing: Pairing, base: string): Promise<readonly Result[]>;
}

/** Where the end that is dialled runs. */
export interface ServerPlace {
  /** For people: "TGrid in Node". */
  readonly name: string;
  readonly make: Make;
  start(): Promise<StartedServer>;
}

/** A server that listens. */
export interface StartedServer {
  readonly port: number;
  /** Ends it; fails if it did not live until then. */
  stop(): Promise<void>;
}

/** An end in a process of its own. */
export interface ChildPlace {
  readonly name: string;
  readonly make: Make;
  readonly command: Command;
  /** What its program imports the library by. */
  readonly library: string;
  /** Where its program and its packages are. */
  readonly workshop: Workshop;
}

/** The client in this process. */
export function clientHere(name: string, lib: Library, cases: readonly Case[]): ClientPlace {
  return {
    name,
    make: "ours",
    async run(pairing, base) {
      const results: Result[] = [];
      await runSuite({ lib, pairing, base, cases, report: (result) => results.push(result) });
      return results;
    },
  };
}

/** The server in this process. */
export function serverHere(name: string, lib: Library): ServerPlace {
  return {
    name,
    make: "ours",
    async start() {
      const server = await openScenarios(lib, "ours");
      return { port: server.port, stop: () => server.close() };
    },
  };
}

/** The client in a process of its own, which runs a program of the workshop's. */
export function childClient(place: ChildPlace, program: string): ClientPlace {
  const { name, make, command, library, workshop } = place;
  return {
    name,
    make,
    run(pairing, base) {
      const argument: ClientArgument = { library, pairing, base };
      const { folder } = workshop;
      return runClientProgram({ command, program: workshop.program(program), argument, folder });
    },
  };
}

/** The server in a process of its own, which runs `programs/server.ts`. */
export function childServer({ name, make, command, library, workshop }: ChildPlace): ServerPlace {
  const argument: ServerArgument = { library, make };
  const program = workshop.program("server");
  const { folder } = workshop;
  return {
    name,
    make,
    start: () => startServerProgram({ command, program, argument, folder }),
  };
}
