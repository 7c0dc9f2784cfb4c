import { PATIENCE } from "./patience.ts";
import type { RawPeer } from "./wire/peer.ts";
import { frame, type FrameParts } from "./wire/frames.ts";

/**
 * How far the conversation has gone when a hostile peer begins. The first five are attacks on a
 * server's end, the others are attacks of a server on the end that dialled.
 */
export type Phase =
  /** TCP stands, and nothing has been sent. */
  | "tcp"
  /** The upgrade is granted: a header is waited for. */
  | "upgraded"
  /** The header was taken, and the handler has not decided. */
  | "undecided"
  /** Accepted, with plain messages. */
  | "accepted"
  /** Accepted, with the messages of linked mode. */
  | "linked"
  /** The connector has dialled, and waits for the answer to its request. */
  | "dialled"
  /** The connector has sent its header, and waits for the answer. */
  | "greeted"
  /** The connector was accepted, with plain messages. */
  | "taken"
  /** The connector was accepted, with the messages of linked mode. */
  | "taken linked";

/** The phases in which the end that dialled is attacked. */
export const AT_CONNECTOR: readonly Phase[] = ["dialled", "greeted", "taken", "taken linked"];

/** One thing that a hostile peer does. */
export type Step = (peer: RawPeer) => void | Promise<void>;

/** What became of a call of the attacked end's own: its value, the error's name, or nothing yet. */
export type Outcome = { readonly value: unknown } | { readonly error: string } | "waits";

/** What a case must come to. What is not named must not happen. */
export interface Gets {
  /** The answer of HTTP in place of an upgrade. */
  readonly status?: number;
  /** What its body says. */
  readonly body?: RegExp;
  /** The texts that come back before anything else is asked, in order. */
  readonly texts?: readonly (string | RegExp)[];
  /** Answers come that are too many to be named. */
  readonly isFlooded?: true;
  /** What the steps have noted, in order. */
  readonly notes?: readonly string[];
  /** What `connect` is rejected with: the status of its error, and a part of its text. */
  readonly refused?: readonly [status: number, text?: string];
  /**
   * The connection ends: the code of the close frame that comes back, or `"broken"` where TCP ends,
   * with whatever the platform says or does not say.
   */
  readonly end?: number | "broken" | readonly number[];
  /** The hostile peer does not answer the close: it is over all the same, and TCP may stand. */
  readonly isUnanswered?: true;
  /** The code that an operator is told, where it is not that of `end`; 0 for no upgrade. */
  readonly closed?: number;
  /** The reason in the close frame. */
  readonly says?: string;
  /** Two calls of the attacked end's own, `first` and `second`, and what becomes of them. */
  readonly calls?: readonly [first: Outcome, second: Outcome];
  /** The connection goes on if a call is refused: there is none to be carried out. */
  readonly offersNothing?: true;
  /** What an operator is told, beside the end. */
  readonly events?: readonly string[];
  /** What else has to be true of what came in; gives what is wrong. */
  readonly also?: (peer: RawPeer) => string | undefined;
}

/** Frames of the other make, for a comparison at the level of the transport. */
export type Level = "transport" | "messages";

/** One thing that could go wrong. */
export interface Row {
  /** Why it is tried, in words. Rows with the same reason count once. */
  readonly reason: string;
  /** What the hostile peer does. */
  readonly does: readonly Step[];
  /** In which phases it is done, and what each must come to. */
  readonly gets: { readonly [P in Phase]?: Gets };
  /** The server's make: its limits. Default: `"roomy"`. */
  readonly server?: string;
  /** What the server's handler does with this connection. Default: `"accept"`. */
  readonly handler?: string;
  /** The limits of the connector, where it is attacked. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Its heartbeat, in ms. */
  readonly heartbeat?: number;
  /** How long its `connect` waits, in ms. */
  readonly timeout?: number;
  /** It says something about this platform alone: others may do otherwise. */
  readonly isOurs?: true;
  /** Further headers of the upgrade's request; `undefined` takes one off. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** The first frame, where it is not the usual one. */
  readonly header?: string;
  /** How long the end may take to come, in ms. */
  readonly within?: number;
}

/** Sends a text frame. */
export function says(...texts: readonly string[]): Step {
  return (peer) => {
    for (const text of texts) peer.text(text);
  };
}

/** Sends a text frame that holds this value as JSON. */
export function tells(...values: readonly unknown[]): Step {
  return says(...values.map((value) => JSON.stringify(value)));
}

/** Sends a frame of these parts. */
export function sends(...frames: readonly FrameParts[]): Step {
  return (peer) => {
    for (const parts of frames) peer.frame(parts);
  };
}

/** Sends frames so often, in as few writes as will do. */
export function floods(count: number, parts: FrameParts): Step {
  return (peer) => {
    const one = frame({ masked: peer.side === "client", ...parts });
    const most = Math.max(1, Math.floor(65_536 / one.length));
    for (let left = count; left > 0; left -= most) {
      const bytes = new Uint8Array(one.length * Math.min(left, most));
      for (let at = 0; at < bytes.length; at += one.length) bytes.set(one, at);
      peer.write(bytes);
    }
  };
}

/** Sends bytes as they are. */
export function bytes(data: Uint8Array | string): Step {
  return (peer) => peer.write(data);
}

/** Waits for so many ms. */
export function pauses(ms: number): Step {
  return () => new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until so many texts have come back. */
export function hears(count: number): Step {
  return async (peer) => void await peer.until(({ texts }) => texts.length >= count, PATIENCE);
}

/** Resets TCP. */
export const resets: Step = (peer) => peer.reset();

/** Ends its half of TCP. */
export const finishes: Step = (peer) => peer.finish();

/** Reads no more. */
export const stopsReading: Step = (peer) => peer.pause();

/** Reads again. */
export const readsAgain: Step = (peer) => peer.resume();
