import type { Reporter } from "../events.ts";
import type { Limits } from "../limits.ts";
import type { MadeCall } from "../rpc/pending_calls.ts";
import type { CallHooks } from "../rpc/port.ts";
import type { Rpc } from "../rpc/rpc.ts";
import type { Weight } from "../rpc/served_call.ts";
import type { Feature } from "../types/feature.ts";
import type { Agreement, Fields } from "./agreement.ts";
import type { Ending, Link } from "./link.ts";
import { FrameError } from "./parse_json.ts";

// The interface between features and sessions. docs/ARCHITECTURE.md shows the smallest feature.

/** The internal interface of a {@linkcode Feature}. */
export interface PluggedFeature extends Feature {
  /** Whether it is an encoding of values. A session uses one that both sides have. */
  readonly isEncoding?: boolean;
  /** The names of the features that it requires. */
  readonly needs?: readonly string[];
  /** Called with the option `use` before connecting. Throws a `TypeError` if it can't work. */
  check?(use: readonly PluggedFeature[]): void;
  /**
   * Its kinds of messages, in one table for all sessions. Kinds below 64 are counted, and must not
   * be lost. Kinds of 64 and more aren't counted, and peers may ignore them.
   */
  readonly kinds?: Readonly<Record<number, MessageKind>>;
  /**
   * Called before anything is sent or read, even if the peer lacks the feature, because the feature
   * may refuse values that would be lost. `fields` are from the peer's offer or answer.
   */
  begin(session: FeatureSession, isAgreed: boolean, fields: Fields): SessionHooks | undefined;
  /** The default of the option `heartbeat`, in ms. */
  readonly heartbeat?: number;
  /** At a connector: calls `dial` for `connect()`, maybe again after it has rejected. */
  connect?(dial: Redial, owner: SessionOwner): Promise<void>;
  /** At an acceptor: returns the session that the offer names, if it can be resumed. */
  claim?(fields: Fields): ClaimedSession | undefined;
}

/** Dials, and resolves when the server has accepted. `header` replaces the connector's. */
export type Redial = (header: unknown) => Promise<void>;

/** A session that another link may resume. */
export interface ClaimedSession {
  readonly session: FeatureSession;
  /** Resumes over the link, after `answer`. Returns `false` if the session is over by now. */
  resume(link: Link, answer: (fields: object) => void): boolean;
  /** Ends the session, because the client that wants to resume it was rejected. */
  reject(code: number, reason: string): void;
}

/** The options of a connection, with the defaults applied. */
export interface Settings {
  readonly limits: Limits;
  /** In ms, or `Infinity`. */
  readonly heartbeat: number;
  readonly exposeErrors: boolean;
  readonly use: readonly PluggedFeature[];
}

/** A feature's hooks for one session, which reads them once, when it starts. */
export interface SessionHooks {
  /** If several features have a codec, the last one is used. */
  readonly values?: ValueCodec;
  /** Called before a value is sent as JSON. Throws an `EncodeError` if a part would be lost. */
  check?(value: unknown, what: string): void;
  readonly marks?: MarkTypes;
  /** The feature's state in this session. {@linkcode stateOf} returns it. */
  readonly state?: object;
  readonly calls?: CallHooks;
  /** At an acceptor: returns fields for the answer. */
  answer?(): object | undefined;
  /** Called when a frame of this length was read, or a message with all its bytes. */
  read?(size: number): void;
  readonly leaving?: Leaving | undefined;
  /** Called when the link is lost. `true` keeps the session for another link. */
  cut?(ending: Ending): boolean;
  resumed?(): void;
  /** Called when the session is over. Of the calls, only those never sent are rejected by then. */
  ended?(ending: Ending): void;
}

/** The part of a session that features use. */
export interface FeatureSession {
  readonly rpc: Rpc;
  readonly settings: Settings;
  readonly agreement: Agreement;
  readonly report: Reporter;
  readonly owner: SessionOwner;
  readonly link: Link | undefined;
  readonly outgoing: {
    /** Whether a message would be sent at once. */
    readonly hasRoom: boolean;
    readonly leaving: Leaving | undefined;
    /** Sends the messages that wait for others, to share a frame. */
    flush(): void;
  };
  /** `away` while it waits for another link. */
  readonly phase: "open" | "away" | "closing" | "closed";
  /** How deeply a message to the peer may be nested. */
  readonly depth: number;
  /** `undefined` for JSON. */
  readonly values: ValueCodec | undefined;
  readonly marks: readonly MarkTypes[] | undefined;
  readonly hooks: readonly SessionHooks[];
  /** How many counted messages were received. */
  readonly received: number;
  send(text: string, bytes?: readonly Uint8Array[]): void;
  /** There is room again: sends waiting messages, and starts waiting calls. */
  drained(): void;
  /** The last bytes of a message have arrived, so it is complete. */
  arrived(kind: MessageKind, message: unknown[], size: number): void;
  fail(code: number, reason: string): void;
  /** Reports that the peer exceeded a limit, and closes the connection. */
  broke(limit: keyof Limits, code: number, reason: string): void;
}

/**
 * Returns the state of the feature whose state is an instance of `type`.
 *
 * @throws {FrameError} If no feature of the session has such a state.
 */
export function stateOf<T extends object>(
  { hooks }: FeatureSession,
  type: abstract new (...args: never[]) => T,
): T {
  for (const { state } of hooks) if (state instanceof type) return state;
  throw new FrameError("Cannot read a message: no feature handles its kind");
}

/** The connector or acceptor that a session belongs to. */
export interface SessionOwner {
  readonly report: Reporter;
  /** Returns the error for a call that can't be made now. */
  callError(path: string): Error;
  /** Called when the session is over, after its phase has changed. */
  ended(ending: Ending, error: Error | undefined): void;
  /** At an acceptor: the session goes on over another link. */
  resumed?(): void;
}

export type Accepted = (link: Link, agreement: Agreement, fields: Fields) => void;

/** Replaces a value that couldn't be decoded, so that only its own message is refused. */
export class BrokenValue {
  constructor(readonly cause?: unknown) {}
}

export interface MessageKind {
  /** Whether it waits for the calls before it. */
  readonly isOrdered?: boolean;
  /** Whether it must be alone in its frame. It is ignored in a batch. */
  readonly isAlone?: boolean;
  /**
   * The index of its value in the message. The marks are the next element. Read the value of an
   * ordered kind only once: if it has marks of other features, it is decoded when it is read.
   */
  readonly value?: number;
  /**
   * Handles a message. If it throws, a linked connection closes with 1002. `weight` is that of a long
   * frame.
   */
  take(message: unknown[], session: FeatureSession, weight: Weight | undefined): void;
}

/** Encodes values. */
export interface ValueEncoder {
  /**
   * Throws an `EncodeError` with the path of a value that can't be encoded. `what` is its name in
   * errors, or `"test"` if the result isn't sent. `call` is the call whose arguments it contains.
   */
  encode(value: unknown, what: string, call?: MadeCall): EncodedValue;
}

/** Encodes and decodes the values of one session. */
export interface ValueCodec extends ValueEncoder {
  /**
   * Decodes the value of a message. Returns `true` if its bytes must arrive first; the codec then
   * calls `session.arrived`. Throws if the bytes of an earlier message are missing. `size` is the
   * length of the frame, or 0 in a batch, which can't have bytes.
   */
  read(kind: MessageKind, message: unknown[], size: number): boolean;
  binary(data: unknown): void;
  /** Called when the link is lost. The missing bytes won't arrive. */
  reset(): void;
}

/** A value as JSON, and the parts that JSON can't represent. */
export interface EncodedValue {
  /** `undefined` for a value that JSON omits. */
  readonly text: string | undefined;
  readonly marks: readonly Mark[] | undefined;
  /**
   * Sent as binary frames after the message. They may be the memory of the value itself: copy
   * them to keep them.
   */
  readonly bytes: readonly Uint8Array[];
}

/** The type of the value at `path`, and anything else needed to decode it. */
export type Mark = readonly [path: readonly (string | number)[], type: string, ...rest: unknown[]];

/** Types of marks that a feature adds to the encodings that use marks. */
export interface MarkTypes {
  readonly types: readonly string[];
  /**
   * Returns the mark of a function or object, without the path, or `undefined` if it isn't the
   * feature's. `refuse` throws an `EncodeError` with the path. `call` is the call that the value is
   * an argument of.
   */
  encode(
    value: object,
    refuse: (why: string) => never,
    call: MadeCall | undefined,
  ): readonly [type: string, ...rest: unknown[]] | undefined;
  /** Called when a whole value was encoded, or won't be sent because a part can't be encoded. */
  encoded?(isSent: boolean): void;
  /**
   * Returns the value of a mark, or throws to refuse the message. After a refusal, the marks that
   * follow are still decoded, up to the next refusal, to count the references that the peer sent.
   */
  decode(mark: readonly [type: unknown, ...rest: unknown[]], message: readonly unknown[]): unknown;
  /** Called when a whole value was decoded, or refused. */
  decoded?(isTaken: boolean): void;
}

/** A message: its text, or an object that makes the text when the message is sent. */
export type Text = string | { readonly length: number; toString(): string };

/** A feature's hooks for outgoing messages. */
export interface Leaving {
  /** Called for a message that is sent while there is no link. It may throw a call's error. */
  away(text: string, uid: number, bytes: readonly Uint8Array[] | undefined): void;
  /** Called for messages that must wait. */
  waits(texts: readonly string[]): readonly Text[];
  /**
   * Called before `count` messages are sent, joined by commas. If there are bytes, there is one
   * message. Returns a frame, if it adds messages of kinds of 64 or more.
   */
  left(text: string, count: number, bytes: readonly Uint8Array[] | undefined): string | undefined;
  readonly isFull: boolean;
}
