import { SILENT } from "../../src/events.ts";
import type { Limits } from "../../src/limits.ts";
import { type CallTerms, NO_TERMS } from "../../src/rpc/call_options.ts";
import { MadeCall } from "../../src/rpc/pending_calls.ts";
import type { Port } from "../../src/rpc/port.ts";
import { Rpc } from "../../src/rpc/rpc.ts";
import type { IncomingCall } from "../../src/rpc/served_call.ts";
import { type Agreement, agreementOf, type Fields, PLAIN } from "../../src/session/agreement.ts";
import type { SessionOwner } from "../../src/session/feature.ts";
import { Link } from "../../src/session/link.ts";
import { linked } from "../../src/session/linked.ts";
import { plain } from "../../src/session/plain.ts";
import { Session } from "../../src/session/session.ts";
import { settingsOf } from "../../src/session/settings.ts";
import { Timers } from "../../src/session/timers.ts";
import type { ConnectionOptions } from "../../src/options.ts";
import { ALL, RawSocket } from "../linked/raw.ts";

/** What calls are given of what came in: nothing of it is checked yet. */
export type Heard =
  | { readonly kind: "call" } & Omit<IncomingCall, "weight">
  | {
    readonly kind: "return";
    readonly uid: unknown;
    readonly success: unknown;
    readonly value: unknown;
    /** 1 for a refusal; absent for any other end. */
    readonly mark?: unknown;
  }
  | { readonly kind: "cancel"; readonly uid: unknown };

const NO_PORT: Port = { refuse: () => undefined, call() {}, reply() {}, cancel() {} };

/** Notes what came in, instead of calling and settling. */
class NotingRpc extends Rpc {
  readonly heard: Heard[] = [];

  constructor() {
    super({}, {}, NO_PORT);
  }

  override serve({ uid, path, args, due, quiet }: IncomingCall): void {
    this.heard.push({ kind: "call", uid, path, args, due, quiet });
  }

  override settle(uid: unknown, success: unknown, value: unknown, mark?: unknown): void {
    this.heard.push({ kind: "return", uid, success, value, ...mark === 1 && { mark } });
  }

  override cancelled(uid: unknown): void {
    this.heard.push({ kind: "cancel", uid });
  }
}

/** What a session is made of. */
export interface SessionOptions extends Pick<ConnectionOptions, "use"> {
  readonly limits?: Partial<Limits>;
  readonly wire?: "linked" | "plain";
  /** The names that both ends agreed on. */
  readonly features?: readonly string[];
  /** The encoding of values that both agreed on. */
  readonly values?: string;
  readonly fields?: Fields;
}

/** A session over a socket that a test plays; what comes in is noted. */
export interface PlayedSession {
  readonly session: Session;
  readonly socket: RawSocket;
  readonly heard: Heard[];
}

/** Begins a session, as an end does when both have agreed. */
export function playedSession(options: SessionOptions = {}): PlayedSession {
  const { use, limits, wire = "linked", features = ALL, values = "json", fields = {} } = options;
  const settings = settingsOf({ use, limits }, Infinity);
  const agreement: Agreement = wire === "plain" ? PLAIN : agreementOf(features, values);
  const rpc = new NotingRpc();
  const owner: SessionOwner = {
    report: SILENT,
    callError: () => new Error("the session is over"),
    ended() {},
  };
  const made = wire === "plain" ? plain : linked;
  const session = new Session(rpc, owner, { wire: made, agreement, settings, fields });
  const socket = new RawSocket(true);
  const link = new Link(socket, session, {
    limits: settings.limits,
    report: SILENT,
    timers: new Timers(),
  });
  session.attach(link);
  return { session, socket, heard: rpc.heard };
}

/** What a call carries beside its parameters. */
export interface Carried {
  readonly uid?: number;
  readonly path?: string;
  /** In ms. */
  readonly left?: number;
  readonly isQuiet?: boolean;
}

/** A call that is about to leave. */
export function callOf(args: unknown[], carried: Carried = {}): MadeCall {
  const { uid = 7, path = "a.b", left, isQuiet = false } = carried;
  const call = new MadeCall(uid, path, args);
  if (left === undefined && !isQuiet) return call;
  const terms: CallTerms = { ...NO_TERMS, isQuiet };
  call.terms = terms;
  if (left !== undefined) call.due = Date.now() + left;
  return call;
}

/** What a wire hands over of a frame, up to what it can't read, which it throws. */
export function heardIn(frame: string, options: SessionOptions = {}): Heard[] {
  const { session, heard } = playedSession(options);
  session.wire.read(frame, session);
  return heard;
}
