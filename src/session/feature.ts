import type { Reporter } from "../events.ts";
import type { Limits } from "../limits.ts";
import type { CallHooks, Rpc } from "../rpc/rpc.ts";
import type { Weight } from "../rpc/served_call.ts";
import type { Feature } from "../types/feature.ts";
import type { Agreement, Fields } from "./agreement.ts";
import type { Ending, Link } from "./link.ts";

/*
 * The seam: what a feature may plug into, and what it may ask of a session. docs/ARCHITECTURE.md
 * shows the smallest one.
 */

/** The inside of a {@linkcode Feature}. */
export interface PluggedFeature extends Feature {
  /** It is an encoding of values: of those that both ends have, one is in use. */
  readonly isEncoding?: boolean;
  /** The names of the features without which it is not agreed on. */
  readonly needs?: readonly string[];
  /**
   * Kinds of messages of its own: one table for all sessions. Kinds below 64 are counted and must
   * not be lost, those of 64 and more only keep the connection going.
   */
  readonly kinds?: Readonly<Record<number, MessageKind>>;
  /**
   * A session begins, of which nothing has been sent or read. Also called where the feature was not
   * agreed on, plain peers included: it may refuse what would then be lost.
   *
   * @param fields What the other end's features put beside its offer or answer.
   */
  begin(session: FeatureSession, isAgreed: boolean, fields: Fields): SessionHooks | undefined;
  /** At a connector: fields beside the offer. */
  offer?(): object;
  /**
   * At an acceptor, before the decision: takes the link for a session that was kept, and calls
   * `answer` first; `false` if the offer names none.
   */
  claim?(
    fields: Fields,
    link: Link,
    answer: (session: FeatureSession, fields: object) => void,
  ): boolean;
}

/** The options of a connection in force. */
export interface Settings {
  readonly limits: Limits;
  /** In ms; `Infinity` for none. */
  readonly heartbeat: number;
  readonly exposeErrors: boolean;
  readonly use: readonly PluggedFeature[];
}

/**
 * What a feature does in one session. Hooks are read once, when the session begins: one that is not
 * there costs a comparison with `undefined`.
 */
export interface SessionHooks {
  /** How values are encoded. The last feature that has it wins. */
  readonly values?: ValueCodec;
  /** Looks at a value that is about to be sent as JSON. Throws an `EncodeError` for what would be lost. */
  check?(value: unknown, what: string): void;
  /** Types of marks of its own, for whichever encoding marks values. */
  readonly marks?: MarkTypes;
  /** What its kinds of messages find by `session.stateOf`. */
  readonly state?: object;
  readonly calls?: CallHooks;
  /** At an acceptor: fields beside the answer. */
  answer?(): object | undefined;
  /** A frame of messages of this length was read, or a message with the bytes behind it. */
  readonly read?: ((size: number) => void) | undefined;
  readonly leaving?: Leaving | undefined;
  /** The link is gone: `true` keeps the session for another one. */
  cut?(ending: Ending): boolean;
  /** The session goes on over another link. */
  resumed?(): void;
  /** The session is over. Calls that never left are rejected by now, the others are not. */
  ended?(ending: Ending): void;
}

/** What a feature may ask of a session. */
export interface FeatureSession {
  readonly rpc: Rpc;
  readonly settings: Settings;
  readonly agreement: Agreement;
  readonly report: Reporter;
  readonly owner: SessionOwner;
  readonly link: Link | undefined;
  /** `away` while it has no link and waits for another one. */
  readonly phase: "open" | "away" | "closing" | "closed";
  /** The encoding of values, where it is not JSON. */
  readonly values: ValueCodec | undefined;
  readonly marks: readonly MarkTypes[] | undefined;
  /** How many counted messages have come in. */
  readonly received: number;
  /** The highest uid of a call that has left: later ones never did. */
  readonly lastLeft: number;
  /** The state that a feature's hooks have brought. */
  stateOf<T extends object>(type: abstract new (...args: never[]) => T): T;
  /** Sends a message, behind all that was sent before it. */
  send(text: string, bytes?: readonly Uint8Array[]): void;
  /** Sends a message that ends in a value. Throws an `EncodeError`. */
  sendValue(head: string, value: unknown, what: string): void;
  /** Sends what waits, now that it may. */
  drained(): void;
  /** Answers a peer that asked whether this end is there. */
  nudged(): void;
  /** A message is whole, by the bytes that came in behind it. */
  arrived(kind: MessageKind, message: unknown[], size: number): void;
  /** Closes the connection for a fault. */
  fail(code: number, reason: string): void;
  /** Reports that the peer broke a limit, and closes the connection. */
  broke(limit: keyof Limits, code: number, reason: string): void;
}

/** The end that a session belongs to. */
export interface SessionOwner {
  readonly report: Reporter;
  /** The error of a call that can't be made now. */
  callError(path: string): Error;
  /** The session is over, and its phase has moved. */
  ended(ending: Ending, error: Error | undefined): void;
  /** At a connector: dials again. */
  redial?(fields: object, header: unknown, accepted: Accepted): Promise<void>;
  /** At a connector: begins a session in place of this one. */
  readonly open?: Accepted;
  /** At a connector: the attempt to connect that is under way. */
  readonly attempt?: { fail(error: unknown): void } | undefined;
}

/** Takes a link that the server has accepted. */
export type Accepted = (link: Link, agreement: Agreement, fields: Fields) => void;

/** A value that could not be made of its marks: the message is refused, and nothing else. */
export class BrokenValue {
  constructor(readonly cause?: unknown) {}
}

/** A kind of messages. */
export interface MessageKind {
  /** It waits with the calls, behind those that came before it. */
  readonly isOrdered?: boolean;
  /** It has a frame of its own: in a batch it is ignored. */
  readonly isAlone?: boolean;
  /** Where in the message its value stands; its marks are the next element. */
  readonly value?: number;
  /** Takes a message. What it throws ends the connection with 1002. */
  take(message: unknown[], session: FeatureSession, weight: Weight | undefined): void;
}

/** An encoding of values in one session. */
export interface ValueCodec {
  /** Throws an `EncodeError` with the path of what can't be encoded. */
  encode(value: unknown, what: string): EncodedValue;
  /**
   * Makes the value of a message that came in; `true` if bytes must come first: the message is given
   * to `session.arrived` then. Throws if bytes of another message are due.
   *
   * @param size The length of its frame; 0 in a batch, where no message has bytes.
   */
  read(kind: MessageKind, message: unknown[], size: number): boolean;
  /** A binary frame came in. */
  binary(data: unknown): void;
  /** The link is gone, and with it a message of which bytes are missing. */
  reset(): void;
}

/** A value as text, and what text can't say. */
export interface EncodedValue {
  /** `undefined` for what JSON leaves out. */
  readonly text: string | undefined;
  readonly marks: readonly Mark[] | undefined;
  /** Bytes that travel as frames of their own, behind the message. */
  readonly bytes: readonly Uint8Array[];
}

/** Where in a value, of which type, and what else is to be known of it. */
export type Mark = readonly [path: readonly (string | number)[], type: string, ...rest: unknown[]];

/** Types of marks that a feature adds to an encoding. */
export interface MarkTypes {
  readonly types: readonly string[];
  /**
   * The type and the rest of the mark for a value; `undefined` for a value that is not the feature's.
   * Asked of functions and of objects, plain ones and lists too.
   *
   * @throws {EncodeError} If it can't be sent: `refuse` throws one with the path.
   */
  encode(
    value: object,
    refuse: (why: string) => never,
  ): readonly [type: string, ...rest: unknown[]] | undefined;
  /** A value was encoded whole, or is not sent because a part of it can't be. */
  encoded?(isSent: boolean): void;
  /**
   * The value of a mark. What it throws refuses the message. Where another part refuses it, the marks
   * behind that are decoded all the same, up to the next fault: what the other end has lent is counted.
   */
  decode(mark: readonly [type: unknown, ...rest: unknown[]], message: readonly unknown[]): unknown;
  /** A value was decoded whole, or is refused because a part of it can't be. */
  decoded?(isTaken: boolean): void;
}

/** What happens to messages as they leave. */
export interface Leaving {
  /** Messages are about to leave, in this order, in one frame; the bytes of a single one behind it. */
  left(texts: readonly string[], bytes: readonly Uint8Array[] | undefined, length: number): void;
  /** A message of a kind of 64 or more that leaves with the next frame. */
  beside(): string | undefined;
  /** Must what could be sent wait? */
  readonly isFull: boolean;
}
