import { NotSentError } from "../../src/errors.ts";
import type { Limits } from "../../src/limits.ts";
import { type CallTerms, NO_TERMS } from "../../src/rpc/call_options.ts";
import type { Port } from "../../src/rpc/port.ts";
import { Rpc } from "../../src/rpc/rpc.ts";
import { agreementOf, type Fields, PLAIN } from "../../src/session/agreement.ts";
import type { PluggedFeature } from "../../src/session/feature.ts";
import { Link } from "../../src/session/link.ts";
import { linked } from "../../src/session/linked.ts";
import { plain } from "../../src/session/plain.ts";
import { Session } from "../../src/session/session.ts";
import { settingsOf } from "../../src/session/settings.ts";
import { linkParts, type Reported } from "./links.ts";
import { ScriptedSocket, type SocketScript } from "./scripted_socket.ts";
import { microtasks } from "./waiting.ts";

/** What a session is made of; the names that were agreed on are those of `use` where none are given. */
export interface SessionParts {
  readonly use?: readonly PluggedFeature[];
  readonly features?: readonly string[];
  readonly wire?: "linked" | "plain";
  readonly fields?: Fields;
  readonly provider?: object;
  readonly limits?: Partial<Limits>;
  readonly script?: SocketScript;
}

/** A session over a scripted socket, without an end around it. */
export interface OpenSession {
  readonly session: Session;
  readonly rpc: Rpc;
  readonly socket: ScriptedSocket;
  readonly link: Link;
  /** What happened to the session and its calls, in order. */
  readonly log: unknown[];
  readonly events: Reported[];
  /** Makes a call, and notes how it settled; on `log` as `[path, value or error]`. */
  readonly call: (path: string, args?: unknown[], terms?: CallTerms) => Promise<unknown>;
  /** Another link, over another socket. */
  readonly newLink: (script?: SocketScript) => { link: Link; socket: ScriptedSocket };
}

/** Carries nothing. */
export const NO_PORT: Port = { refuse: () => undefined, call() {}, reply() {}, cancel() {} };

/** Begins a session, as an end does when both have agreed. */
export function openSession(parts: SessionParts = {}): OpenSession {
  const { use = [], wire = "linked", fields = {}, provider = {}, limits } = parts;
  const settings = { ...settingsOf({}, Infinity), use, limits: linkParts(limits).limits };
  const features = parts.features ?? use.filter((one) => !one.isEncoding).map(({ name }) => name);
  const values = use.find((one) => one.isEncoding)?.name ?? "json";
  const log: unknown[] = [];
  const events: Reported[] = [];
  const report = (event: Reported) => void events.push(event);
  const rpc = new Rpc({}, provider, NO_PORT);
  const terms = {
    wire: wire === "plain" ? plain : linked,
    agreement: wire === "plain" ? PLAIN : agreementOf(features, values),
    settings,
    fields,
  };
  const session: Session = new Session(rpc, {
    report,
    callError: (path) => new NotSentError(`Cannot call "${path}": ${session.phase}`),
    ended(ending, error) {
      log.push(["ended", session.phase, ending.code, error?.name]);
      rpc.end(error);
    },
  }, terms);
  const newLink = (script: SocketScript = {}): { link: Link; socket: ScriptedSocket } => {
    const socket = new ScriptedSocket({ readyState: 1, isServer: true, ...script });
    return { socket, link: new Link(socket, session, { ...linkParts(limits), report }) };
  };
  const { link, socket } = newLink(parts.script);
  session.attach(link);
  link.start();
  const call = (path: string, args: unknown[] = [], of: CallTerms = NO_TERMS): Promise<unknown> => {
    const made = rpc.call(path, args, of);
    const note = (settled: unknown) => void log.push([path, settled]);
    void made.then(note, note);
    return made;
  };
  return { session, rpc, socket, link, log, events, call, newLink };
}

/** What has settled by now: the path, and the value or the name of the error. */
export async function settledOf({ log }: OpenSession): Promise<unknown[]> {
  await microtasks();
  return log.map((entry) =>
    Array.isArray(entry) && entry[1] instanceof Error ? [entry[0], entry[1].name] : entry
  );
}
