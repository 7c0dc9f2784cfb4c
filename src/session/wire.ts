import type { Invoke } from "../rpc/invoke.ts";
import type { MadeCall } from "../rpc/pending_calls.ts";
import type { Agreement, Fields } from "./agreement.ts";
import type { FeatureSession, MessageKind, ValueCodec } from "./feature.ts";
import type { Settings } from "./feature.ts";

/** How messages become text, and text messages: `linked` and `plain` are the two. */
export interface Wire {
  readonly name: "linked" | "plain";
  /** Does a frame that can't be read end the connection? */
  readonly isStrict: boolean;
  /** A frame that the other end always answers. */
  readonly nudge: string;
  /** A frame that means nothing. */
  readonly keepAlive: string;
  /** The text of a call, whose bytes are pushed. Throws an `EncodeError`. */
  call(call: MadeCall, values: ValueCodec | undefined, bytes: Uint8Array[]): string;
  /** The text of a return, whose bytes are pushed. Throws an `EncodeError`. */
  reply(message: Invoke.IReturn, values: ValueCodec | undefined, bytes: Uint8Array[]): string;
  /** Hands the messages of a frame to the session; `true` if there were any that are whole. Throws a `FrameError`. */
  read(text: string, session: MessageReader): boolean;
}

/** What a wire gives its messages to: the session. */
export interface MessageReader extends FeatureSession {
  /** A message of linked mode came in; `false` if its bytes must come first. */
  message(message: unknown[], isInBatch: boolean): boolean;
  /** Takes a message behind the calls that came before it. */
  inOrder(kind: MessageKind, message: unknown[]): void;
}

/** What both ends have agreed on, and how it is written. */
export interface SessionTerms {
  readonly wire: Wire;
  readonly agreement: Agreement;
  readonly settings: Settings;
  /** What the other end's features put beside its offer or answer. */
  readonly fields: Fields;
}
