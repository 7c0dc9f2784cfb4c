/** Where the ends of the matrix run, for each of the modes. */
import * as ours from "../../mod.ts";
import { runClientProgram, startServerProgram } from "../contract/children.ts";
import { clientHere, type ClientPlace, serverHere, type ServerPlace } from "../contract/places.ts";
import type { Kind } from "../npm/workshop.ts";
import type { MatrixWorkshop } from "./matrix_workshop.ts";
import { type MatrixLibrary, type ModeName, MODES } from "./modes.ts";
import type { MatrixClientArgument } from "./programs/matrix_client.ts";
import type { MatrixServerArgument } from "./programs/matrix_server.ts";

/** A place in each mode. */
export type InMode<Place> = (mode: ModeName) => Place;

const LIBRARY = ours as unknown as MatrixLibrary;
const DENO = `Deno ${Deno.version.deno}`;

/** The client of the sources, in this process. */
export function denoClient(mode: ModeName): ClientPlace {
  const { around, cases } = MODES[mode];
  return clientHere(DENO, around(LIBRARY), cases);
}

/** The server of the sources, in this process. */
export function denoServer(mode: ModeName): ServerPlace {
  return serverHere(DENO, MODES[mode].around(LIBRARY));
}

/** The built package in a process of its own. */
export interface PackagePlace {
  /** For people: "Node 20.1.0, ESM". */
  readonly name: string;
  /** The program of the runtime. */
  readonly runtime: string;
  readonly kind: Kind;
  readonly workshop: MatrixWorkshop;
}

/** The client of the package. */
export function packageClient({ name, runtime, kind, workshop }: PackagePlace) {
  return (mode: ModeName): ClientPlace => ({
    name,
    make: "ours",
    run(pairing, base) {
      const argument: MatrixClientArgument = { mode, pairing, base };
      const program = workshop.program("client", kind);
      return runClientProgram({ command: [runtime], program, argument, folder: workshop.folder });
    },
  });
}

/** The server of the package. */
export function packageServer({ name, runtime, kind, workshop }: PackagePlace) {
  return (mode: ModeName): ServerPlace => ({
    name,
    make: "ours",
    start() {
      const argument: MatrixServerArgument = { mode };
      const program = workshop.program("server", kind);
      return startServerProgram({ command: [runtime], program, argument, folder: workshop.folder });
    },
  });
}
