import type { Invoke } from "../invoke.ts";

/** What a frame was, for those who only keep the connection going. */
export type FrameKind =
  | { readonly kind: "messages" }
  /** It wants an answer, and means nothing. */
  | { readonly kind: "nudge" }
  /** It answers so many frames that caused no message. */
  | { readonly kind: "receipt"; readonly frames: number }
  /** It means nothing. */
  | { readonly kind: "nothing" }
  /** A message whose bytes are the next so many binary frames. */
  | {
    readonly kind: "incomplete";
    readonly frames: number;
    complete(bytes: readonly Uint8Array[]): void;
  };

/** How several messages share a frame. */
export interface Batch {
  readonly open: string;
  readonly separator: string;
  readonly close: string;
}

/**
 * Takes a message whose fields are not checked yet. What is ordered, a call or what is about one, may
 * have to wait for those before it; a return never does.
 */
export type Deliver = (message: unknown, isOrdered: boolean) => void;

/**
 * One wire format: text ⇄ messages. An encoded message is whole: what happens to its values
 * afterwards changes nothing.
 */
export interface Codec {
  /** What the handshake and the tests call it. */
  readonly name: "plain" | "linked";
  /**
   * One message as text.
   *
   * @param attached Gets the bytes that must follow it as binary frames, in order.
   * @throws {EncodeError} With the path of the value that can't be told.
   */
  encode(message: Invoke, attached: Uint8Array[]): string;
  /**
   * Reads one frame and hands over its messages, in order. Their fields are not checked yet.
   *
   * @param depth How deep lists and objects in it may be nested.
   * @throws {DepthError} If they are nested deeper.
   * @throws {SyntaxError} If it is no frame of this wire.
   */
  decode(frame: string, deliver: Deliver, depth?: number): FrameKind;
  /** Does a frame that can't be read end the connection? */
  readonly isStrict: boolean;
  /** How messages share a frame; `undefined` where each has its own. */
  readonly batch: Batch | undefined;
  /** Tells the other end that nobody waits for this call any more; `undefined` where it can't be told. */
  readonly cancel: ((uid: number) => string) | undefined;
  /** A frame that means nothing, and that the other end always answers. */
  readonly nudge: string;
  /** A frame that means nothing, and that is not answered. */
  readonly keepAlive: string;
  /** Answers so many frames that caused no message; `undefined` where nobody waits for it. */
  readonly receipt: ((frames: number) => string) | undefined;
}

/** Most frames. */
export const MESSAGES: FrameKind = { kind: "messages" };
