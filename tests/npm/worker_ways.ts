/** What comes of each way in which `peers/worker_failures.js` makes a worker fail. */
import type { Runtime } from "./workshop.ts";

export const WORKER_KINDS = ["process", "thread"] as const;
/** What runs a worker. */
export type Kind = typeof WORKER_KINDS[number];

/** What comes of one way. */
export interface Failure {
  /** The error's name and message, without the file. */
  readonly error: RegExp;
  /** The state after it: -1 none, 1 open, 3 closed. */
  readonly state: -1 | 1 | 3;
  /** If a thread can't fail like that. */
  readonly isProcess?: boolean;
  /** If it takes a flag of V8's. */
  readonly isV8?: boolean;
}

const never = (error: RegExp): Failure => ({ error, state: -1 });
const late = never(/^WorkerError: Cannot connect to FILE: not accepted within 500 ms$/);
const stranger = never(/^WorkerError: Cannot connect to FILE: the worker's first message isn't/);
const closed: Failure = { error: /^ConnectionClosedError: /, state: 3 };
const died = (why: string): Failure => ({
  error: RegExp(`^WorkerError: Cannot finish "act": ${why}$`),
  state: 3,
});

export const FAILURES: Readonly<Record<string, Failure>> = {
  "its file is missing": never(/missing\.cjs": the worker (exited with code 1|threw an error)/),
  "its file isn't JavaScript": never(/^WorkerError: Cannot connect to /),
  "what it imports is missing": never(/program": the worker (exited with code 1|threw an error)/),
  "it throws at its start": never(/: the worker (exited with code 1|threw an error: bad start)$/),
  "it rejects at its start": never(/the worker (exited with code 1|threw an error: bad promise)$/),
  "it exits with 0 at its start": never(/: the worker exited with code 0$/),
  "it exits with 3 at its start": never(/: the worker exited with code 3$/),
  "it is over at once": never(/: the worker exited with code 0$/),
  "it closes its channel at its start": never(/: (the worker closed its channel|not accepted .+)$/),
  "it never opens": late,
  "it only reads the header": late,
  "it opens too late": late,
  "it is busy at its start": late,
  "it posts a text first": stranger,
  "it posts a number first": stranger,
  "it posts 2 first": stranger,
  "it answers with garbage": never(/FILE: the server doesn't speak this protocol$/),
  "a flag doesn't exist": {
    ...never(/^WorkerError: .+(exited with code 9|--no-such-flag)$/),
    isV8: true,
  },
  "the header can't be encoded": never(/^EncodeError: Cannot encode "header": /),
  "the signal aborts while it starts": never(/^AbortError: /),
  "close() is called while it starts": never(/^ConnectionClosedError: .+close\(\) was called$/),
  "it throws in a call": died("the worker (exited with code 1|threw an error: out of order)"),
  "it rejects in a call": died("the worker (exited with code 1|threw an error: out of promises)"),
  "it exits with 0 in a call": died("the worker exited with code 0"),
  "it exits with 3 in a call": died("the worker exited with code 3"),
  "it closes its channel in a call": died("the worker (exited with code 0|closed its channel)"),
  "it is busy, and its heartbeat is missing": died("The peer no longer answers"),
  "it is busy, and is closed": closed,
  "its result can't be encoded": { error: /^EncodeError: Cannot encode "result\[0\]": /, state: 1 },
  "it posts objects in a call": closed,
  "it posts text in a call": died("The frame can't be read"),
  "it posts 2 in a call": closed,
  "it is killed at its start": { ...never(/: the worker was ended by SIGKILL$/), isProcess: true },
  "its folder is missing": { ...never(/: the worker failed: .*ENOENT/), isProcess: true },
  "its stdio doesn't exist": { ...never(/: The argument 'stdio' is invalid/), isProcess: true },
  "it is killed in a call": { ...died("the worker was ended by SIGKILL"), isProcess: true },
  "it runs out of memory": {
    ...died("the worker was ended by SIGABRT"),
    isProcess: true,
    isV8: true,
  },
  "it is stopped, and is closed": { ...closed, isProcess: true },
};

/** Whether a worker can fail in this way there. */
export function acts({ isProcess, isV8 }: Failure, runtime: Runtime, kind: Kind): boolean {
  return (kind === "process" || isProcess !== true) && (runtime !== "bun" || isV8 !== true);
}
