import type { Invoke } from "../invoke.ts";

/**
 * One wire format: text ⇄ messages. An encoded message is whole: what happens to its values
 * afterwards changes nothing.
 */
export interface Codec {
  /** What the handshake and the tests call it. */
  readonly name: "plain";
  /**
   * One message as text.
   *
   * @throws {EncodeError} With the path of the value that can't be told.
   */
  encode(message: Invoke): string;
  /**
   * Reads one frame and hands over its messages, in order. Their fields are not checked yet.
   *
   * @throws {SyntaxError} If it is no frame of this wire; nothing was handed over then.
   */
  decode(frame: string, deliver: (message: unknown) => void): void;
  /** A frame that means nothing, and that the other end always answers. */
  readonly nudge: string;
  /** A frame that means nothing, and that is not answered. */
  readonly keepAlive: string;
}
