import { type Feature, type Limits, type Origins, structured } from "../../../mod.ts";

/** What one of the attacked servers is opened with. */
export interface ServerMake {
  readonly limits?: Partial<Limits>;
  readonly heartbeat?: number;
  readonly origins?: Origins;
  readonly use?: readonly Feature[];
}

const GOOD = "https://good.example";

/** In ms: honest clients have three of them to answer in, on a machine that is busy. */
export const HEARTBEAT = 2_000;

/** Little may wait for a peer that doesn't read; the stall timeout stays at its default. */
export const SLOW = {
  sendBytes: 2 ** 20,
  unservedBytes: 65_536,
  unservedCalls: 50,
  closeTimeout: 100,
} satisfies Partial<Limits>;

/** The same, and a peer that stops reading is soon closed. */
export const IMPATIENT = { ...SLOW, stallTimeout: 1_000 } satisfies Partial<Limits>;

/** The attacked servers by their names: each breaks at another place, and early. */
export const SERVERS: Readonly<Record<string, ServerMake>> = {
  roomy: { limits: { closeTimeout: 1_000 } },
  hasty: { limits: { headerTimeout: 600, decisionTimeout: 600, closeTimeout: 200 } },
  listening: { heartbeat: HEARTBEAT },
  narrow: {
    limits: {
      frameBytes: 65_536,
      headerBytes: 4_096,
      depth: 20,
      parameters: 3,
      pathLength: 40,
      pathSteps: 3,
    },
  },
  busy: { limits: { servedCalls: 2, waitingCalls: 1 } },
  light: { limits: { servedBytes: 16 * 2 ** 20, closeTimeout: 1_000 } },
  slow: { limits: SLOW },
  impatient: { limits: IMPATIENT },
  few: { limits: { connections: 2 } },
  crowded: { limits: { undecided: 1 } },
  told: { use: [structured] },
  picky: { origins: [GOOD, /https:\/\/[a-z]+\.good\.example/] },
  single: { origins: GOOD },
  pattern: { origins: /https:\/\/good\.example|https:\/\/fine\.example/gi },
  failing: {
    origins: (origin) => {
      if (origin === GOOD) return true;
      throw new Error("this check always fails");
    },
  },
};
