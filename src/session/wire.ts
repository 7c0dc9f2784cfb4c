import type { Reply } from "../rpc/invoke.ts";
import type { MadeCall } from "../rpc/pending_calls.ts";
import type { Agreement, Fields } from "./agreement.ts";
import type { FeatureSession, MessageKind, Settings, ValueEncoder } from "./feature.ts";

/** A wire format: converts messages to text and back. There are two, `linked` and `plain`. */
export interface Wire {
  readonly name: "linked" | "plain";
  /** Whether a frame that can't be read closes the connection. */
  readonly isStrict: boolean;
  /** A frame that the peer always answers. */
  readonly nudge: string;
  /** A frame without content. */
  readonly keepAlive: string;
  // These return text and append to `bytes`. They throw an `EncodeError`.
  call(call: MadeCall, values: ValueEncoder | undefined, bytes: Uint8Array[]): string;
  reply(message: Reply, values: ValueEncoder | undefined, bytes: Uint8Array[]): string;
  /** Passes messages to the session. `true` if any was complete. Throws a `FrameError`. */
  read(text: string, session: MessageReader): boolean;
}

/** The part of a session that wire formats use. */
export interface MessageReader extends FeatureSession {
  /** A linked message arrived. Returns `false` if its bytes must arrive first. */
  message(message: unknown[], isInBatch: boolean): boolean;
  /** Handles a message after the calls before it. */
  inOrder(kind: MessageKind, message: unknown[]): void;
}

/** What both sides agreed on. `fields` are from the peer's offer or answer. */
export interface SessionTerms {
  readonly wire: Wire;
  readonly agreement: Agreement;
  readonly settings: Settings;
  readonly fields: Fields;
}
