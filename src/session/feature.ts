import type { Reporter } from "../events.ts";
import type { Limits } from "../limits.ts";
import type { CallHooks } from "../rpc/port.ts";
import type { Rpc } from "../rpc/rpc.ts";
import type { Weight } from "../rpc/served_call.ts";
import type { Feature } from "../types/feature.ts";
import type { Agreement, Fields } from "./agreement.ts";
import type { Ending, Link } from "./link.ts";
import { FrameError } from "./parse_json.ts";

// The interface between features and sessions. docs/ARCHITECTURE.md shows the smallest feature.

/** The internal side of a {@linkcode Feature}. */
export interface PluggedFeature extends Feature {
  /** An encoding of values: one of those that both ends have is in use. */
  readonly isEncoding?: boolean;
  /** Features that it requires. */
  readonly needs?: readonly string[];
  /**
   * Its kinds of messages, one table for all sessions. Kinds below 64 are counted and must not be
   * lost; from 64 on they only keep the connection going.
   */
  readonly kinds?: Readonly<Record<number, MessageKind>>;
  /**
   * Called before anything is sent or read, even with a peer that didn't agree on the feature: it may
   * refuse to send what would be lost. `fields` are from the other end's offer or answer.
   */
  begin(session: FeatureSession, isAgreed: boolean, fields: Fields): SessionHooks | undefined;
  /** At a connector: fields for the offer. */
  offer?(): object;
  /** At an acceptor: calls `answer`, then takes the link for a kept session, if the offer names one. */
  claim?(
    fields: Fields,
    link: Link,
    answer: (session: FeatureSession, fields: object) => void,
  ): boolean;
}

/** The options of a connection, with the defaults. */
export interface Settings {
  readonly limits: Limits;
  /** In ms, or `Infinity`. */
  readonly heartbeat: number;
  readonly exposeErrors: boolean;
  readonly use: readonly PluggedFeature[];
}

/** What a feature does in one session, which reads it once, at its beginning. */
export interface SessionHooks {
  /** The last feature that has a codec wins. */
  readonly values?: ValueCodec;
  /** Checks a value about to be sent as JSON. Throws an `EncodeError` if something would be lost. */
  check?(value: unknown, what: string): void;
  readonly marks?: MarkTypes;
  /** For its kinds of messages, by {@linkcode stateOf}. */
  readonly state?: object;
  readonly calls?: CallHooks;
  /** At an acceptor: fields for the answer. */
  answer?(): object | undefined;
  /** A frame of this length was read, or a message with its bytes. */
  readonly read?: ((size: number) => void) | undefined;
  readonly leaving?: Leaving | undefined;
  /** The link is gone: `true` keeps the session for another link. */
  cut?(ending: Ending): boolean;
  resumed?(): void;
  /** The session is over. Calls that never left are already rejected, the others are not. */
  ended?(ending: Ending): void;
}

/** A session, as features see it. */
export interface FeatureSession {
  readonly rpc: Rpc;
  readonly settings: Settings;
  readonly agreement: Agreement;
  readonly report: Reporter;
  readonly owner: SessionOwner;
  readonly link: Link | undefined;
  /** `away` while it waits for another link. */
  readonly phase: "open" | "away" | "closing" | "closed";
  /** `undefined` for JSON. */
  readonly values: ValueCodec | undefined;
  readonly marks: readonly MarkTypes[] | undefined;
  readonly hooks: readonly SessionHooks[];
  /** How many counted messages came in, and the highest uid of a call that left. */
  readonly received: number;
  send(text: string, bytes?: readonly Uint8Array[]): void;
  /** Sends what waits, now that there is room. */
  drained(): void;
  /** The bytes of a message came in: it is complete. */
  arrived(kind: MessageKind, message: unknown[], size: number): void;
  fail(code: number, reason: string): void;
  /** Reports that the peer exceeded a limit, and closes the connection. */
  broke(limit: keyof Limits, code: number, reason: string): void;
}

/**
 * The `state` of a feature's hooks.
 *
 * @throws {FrameError} If no feature of the session has one of this class.
 */
export function stateOf<T extends object>(
  { hooks }: FeatureSession,
  type: abstract new (...args: never[]) => T,
): T {
  for (const { state } of hooks) if (state instanceof type) return state;
  throw new FrameError("Cannot read a message: nobody takes its kind");
}

/** The end that a session belongs to. */
export interface SessionOwner {
  readonly report: Reporter;
  /** The error of a call that can't be made now. */
  callError(path: string): Error;
  /** The session is over, and its phase already changed. */
  ended(ending: Ending, error: Error | undefined): void;
  // at a connector
  redial?(fields: object, header: unknown, accepted: Accepted): Promise<void>;
  /** Begins a session in place of this one. */
  readonly open?: Accepted;
  readonly attempt?: { fail(error: unknown): void } | undefined;
}

export type Accepted = (link: Link, agreement: Agreement, fields: Fields) => void;

/** A value that couldn't be decoded: only its message is refused. */
export class BrokenValue {
  constructor(readonly cause?: unknown) {}
}

export interface MessageKind {
  /** Waits its turn among the calls. */
  readonly isOrdered?: boolean;
  /** Has its own frame: ignored in a batch. */
  readonly isAlone?: boolean;
  /** The index of its value in the message; the marks are the next element. */
  readonly value?: number;
  /** Handles a message. If it throws, the connection ends with 1002. */
  take(message: unknown[], session: FeatureSession, weight: Weight | undefined): void;
}

/** An encoding of values in one session. */
export interface ValueCodec {
  /** Throws an `EncodeError` with the path of what can't be encoded. */
  encode(value: unknown, what: string): EncodedValue;
  /**
   * Decodes the value of a message. `true` if its bytes must come first, for `session.arrived`. Throws
   * if those of another message are missing. `size` is the frame's length, 0 in a batch (no bytes).
   */
  read(kind: MessageKind, message: unknown[], size: number): boolean;
  binary(data: unknown): void;
  /** The link is gone, with the bytes that were still to come. */
  reset(): void;
}

/** A value as JSON, and what JSON can't hold. */
export interface EncodedValue {
  /** `undefined` for a value that JSON omits. */
  readonly text: string | undefined;
  readonly marks: readonly Mark[] | undefined;
  /** Sent as binary frames after the message. */
  readonly bytes: readonly Uint8Array[];
}

/** The type of the value at `path`, and what else is needed to decode it. */
export type Mark = readonly [path: readonly (string | number)[], type: string, ...rest: unknown[]];

/** Types of marks that a feature adds to any encoding that marks values. */
export interface MarkTypes {
  readonly types: readonly string[];
  /**
   * The mark of a function or object, without the path; `undefined` if it isn't the feature's.
   * `refuse` throws an `EncodeError` with the path.
   */
  encode(
    value: object,
    refuse: (why: string) => never,
  ): readonly [type: string, ...rest: unknown[]] | undefined;
  /** A whole value was encoded, or not sent because part of it couldn't be. */
  encoded?(isSent: boolean): void;
  /**
   * The value of a mark. Throws to refuse the message. After a refusal, later marks are still decoded
   * up to the next one, to count what the other end lent.
   */
  decode(mark: readonly [type: unknown, ...rest: unknown[]], message: readonly unknown[]): unknown;
  /** A whole value was decoded, or refused. */
  decoded?(isTaken: boolean): void;
}

/** A feature's hooks into messages as they leave. */
export interface Leaving {
  /** These messages are about to leave in one frame; if there are bytes, they belong to the only one. */
  left(texts: readonly string[], bytes: readonly Uint8Array[] | undefined, length: number): void;
  /** A message of a kind from 64 on to add to the next frame. */
  beside(): string | undefined;
  readonly isFull: boolean;
}
