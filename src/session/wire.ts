import type { Reply } from "../rpc/invoke.ts";
import type { MadeCall } from "../rpc/pending_calls.ts";
import type { Agreement, Fields } from "./agreement.ts";
import type { FeatureSession, MessageKind, Settings, ValueCodec } from "./feature.ts";

/** Turns messages into text and back. There are two, `linked` and `plain`. */
export interface Wire {
  readonly name: "linked" | "plain";
  /** Does a frame that can't be read end the connection? */
  readonly isStrict: boolean;
  /** A frame that the other end always answers. */
  readonly nudge: string;
  /** A frame without meaning. */
  readonly keepAlive: string;
  // These return text and add to `bytes`. They throw an `EncodeError`.
  call(call: MadeCall, values: ValueCodec | undefined, bytes: Uint8Array[]): string;
  reply(message: Reply, values: ValueCodec | undefined, bytes: Uint8Array[]): string;
  /** Passes messages to the session; `true` if any was complete. Throws a `FrameError`. */
  read(text: string, session: MessageReader): boolean;
}

/** A session, as its wire sees it. */
export interface MessageReader extends FeatureSession {
  /** A message of linked mode came in; `false` if its bytes must come first. */
  message(message: unknown[], isInBatch: boolean): boolean;
  /** Handles a message after the calls before it. */
  inOrder(kind: MessageKind, message: unknown[]): void;
}

/** What both ends agreed on. `fields` are from the other end's offer or answer. */
export interface SessionTerms {
  readonly wire: Wire;
  readonly agreement: Agreement;
  readonly settings: Settings;
  readonly fields: Fields;
}
