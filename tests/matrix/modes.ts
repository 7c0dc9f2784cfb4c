/**
 * The ways in which two ends speak: which cases hold there, and what the library is told so that
 * its ends speak like that. It names no runtime: the programs of all of them hold it.
 */
import { CONTRACT } from "../contract/cases/mod.ts";
import type { ConnectOptions, Connector, Library, Server } from "../contract/library.ts";
import type { Case, Pairing } from "../contract/world.ts";
import { STRUCTURED } from "./structured_cases.ts";

/** One way to speak. */
export interface Mode {
  readonly codec: Pairing["codec"];
  /** Those that hold where two ends of ours speak like that. */
  readonly cases: readonly Case[];
  /** The library, whose ends speak like that unless they are told otherwise. */
  around(lib: MatrixLibrary): Library;
}

/** This library, of which more is asked than of others. */
export interface MatrixLibrary extends Library {
  readonly structured: unknown;
}

/** The names of the modes. */
export const MODE_NAMES = ["linked", "plain", "structured"] as const;
/** One of them. */
export type ModeName = typeof MODE_NAMES[number];

/** Cases of the contract that ask for what JSON makes of a value. */
const OF_JSON = /as JSON has it/;

/** And those that ask for what JSON can't tell; `STRUCTURED` has others in their place. */
const BEYOND_JSON: ReadonlySet<string> = new Set([
  "an acceptor has the client's header when it is undefined", // as the server's note of it arrives
  'a call is rejected with what can be told when "error with a field that is no JSON" was thrown',
  "a call is rejected with a TypeError, and others go on, when a parameter can't be told",
  "an EncodeError names the place when a parameter can't be told",
  'a call is rejected at once when its result can\'t be told: "bigint"',
  'a call is rejected at once when its result can\'t be told: "circular"',
]);

/** The contract without them. */
const WHATEVER_THE_VALUES = CONTRACT.filter(({ name }) =>
  !OF_JSON.test(name) && !BEYOND_JSON.has(name)
);

/** The modes. */
export const MODES: Readonly<Record<ModeName, Mode>> = {
  linked: { codec: "linked", cases: CONTRACT, around: (lib) => lib },
  plain: { codec: "plain", cases: CONTRACT, around: (lib) => lib },
  structured: {
    codec: "linked",
    cases: [...WHATEVER_THE_VALUES, ...STRUCTURED],
    around: structuredEnds,
  },
};

/** The library, with an option more at both ends. */
function structuredEnds(lib: MatrixLibrary): Library {
  const use = [lib.structured];
  class StructuredConnector extends lib.WebSocketConnector {
    override connect(url: string | URL, options: ConnectOptions = {}): Promise<void> {
      return super.connect(url, { ...options, use } as ConnectOptions);
    }
  }
  class StructuredServer extends lib.WebSocketServer {
    override open(...[target, handler]: Parameters<Server["open"]>): Promise<void> {
      const where = typeof target === "number" ? { port: target, hostname: "127.0.0.1" } : target;
      return super.open({ ...where, use } as typeof where, handler);
    }
  }
  const connector: new (header: unknown, provider: object | null) => Connector =
    StructuredConnector;
  return { ...lib, WebSocketConnector: connector, WebSocketServer: StructuredServer };
}
