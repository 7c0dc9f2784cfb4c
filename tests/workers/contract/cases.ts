import { CONTRACT } from "../../contract/cases/mod.ts";
import { type Case, type Pairing, runsIn } from "../../contract/world.ts";
import { type ModeName, MODES } from "../../matrix/modes.ts";
import { STRUCTURED } from "../../matrix/structured_cases.ts";

/** Cases of the contract that can't exist over workers, by the reason. */
export const LEFT_OUT: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  "a worker has a file, and no address": [
    "an acceptor's path is the request's, undecoded, with its query",
    "an acceptor's ip has no prefix when the client's is of IPv4",
    "an acceptor has the request's headers when it was upgraded",
    "connect() takes an address of http when it is given one",
    "connect() takes a URL when it is given one",
    "a connector's url is the text as it was given, and undefined before",
    "connect() is rejected with 1006 when nobody listens",
  ],
  "a worker's server listens nowhere, and opens once": [
    "a server goes through its states when it is opened and closed",
    /^open\(\) is rejected/,
    "close() does nothing when the server is closed",
    /^open\(\) works at once/,
    /^close\(\) of a server/,
  ],
  "a worker serves one program": [
    "a call reaches a third end when the provider holds its driver",
  ],
  "a worker can't reject": [
    /^connect\(\) is rejected with code and reason/,
    "connect() is rejected when the server rejects without a code",
    /^reject\(\) is rejected/,
    "connect() is rejected with the reason cut at a character when it is too long",
    "accept() and reject() are rejected, and the connection goes on, when it is accepted",
    "accept() and reject() are rejected when it is rejected already",
    "connect() works on the same object when an attempt failed before",
  ],
  "a worker's server opens later than it is told to, and has no ping()": [
    "an acceptor is undecided in its handler, and open on the line after accept()",
    "an acceptor refuses to call, join, close and ping when it is undecided",
    "a server calls right after accept(), and every call is answered, in order",
    "connect() resolves, and the connection ends, when the server accepts and closes at once",
    "ping() returns nothing, and the connection goes on, when it is open",
  ],
  "a worker has no codes; `tests/npm/workers.ts` and `failures_slow.ts` test its failures": [
    /^connect\(\) is rejected, and told no secret/,
    "a connection ends when the handler throws after it accepted",
    /^connect\(\) is rejected with 1008/,
    "a server ends a connection with 1009, and no other, when its frame is too long",
    /^both ends' unreturned calls are rejected when the (client|server) closes with \d/,
    /^a code and its reason arrive/,
    /^close\(\) is rejected, and the connection goes on/,
    /^close\(\) of the acceptor is rejected/,
    "close() cuts its reason at a character when it is too long",
    "a call is rejected with a NotSentError, and does not run, when nothing is open",
    "a call may have run when the connection ended first",
  ],
  "a worker ends with its connection, and may be gone before it notes that": [
    'both ends\' unreturned calls are rejected when the client closes with undefined ""',
    "a handler goes on when it holds on by join() and the client leaves",
    "a call gets its own return when one from before the connect is still running",
    "await using closes, and leaves alone what is not open",
    "a function's signal aborts when its client leaves",
  ],
  "a worker's function that closes returns to its caller": [
    'both ends\' unreturned calls are rejected when the server closes with undefined ""',
  ],
};

/** Whether one of these is the name, or is found in it. */
export function isAmong(names: readonly (string | RegExp)[], name: string): boolean {
  return names.some((one) => typeof one === "string" ? one === name : one.test(name));
}

/** How the two ends speak. */
export function pairingOf(mode: ModeName): Pairing {
  return { client: "ours", server: "ours", codec: MODES[mode].codec };
}

/** The cases of a mode. With structured values, those that JSON does not have. */
export function workerCases(mode: ModeName): readonly Case[] {
  if (mode === "structured") return STRUCTURED;
  return CONTRACT.filter((one) =>
    runsIn(one, pairingOf(mode)) &&
    !Object.values(LEFT_OUT).some((names) => isAmong(names, one.name))
  );
}
