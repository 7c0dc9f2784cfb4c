import type { Reporter } from "./events.ts";
import type { Phase } from "./link/lifecycle.ts";

/** How a connection ended. */
export interface Ending {
  /** The close code: that of the end which closed first. */
  readonly code: number;
  /** The reason, word for word. */
  readonly reason: string;
  /** The platform's own text, where it broke off. */
  readonly detail: string;
  /** It never was open. */
  readonly isRefused: boolean;
  /** The highest uid of a call that has left: those above it never did. */
  readonly lastLeft: number;
}

/** What a connection asks of the end that it belongs to. */
export interface ConnectionEnd {
  /** The end's phase: a connection has none of its own. */
  readonly lifecycle: { readonly phase: Phase; to(next: "closing" | "rejecting"): void };
  /** The socket is open. */
  opened(): void;
  /** A frame of the handshake came in; a binary one as the empty text. */
  greeted(frame: string): void;
  /** A text came in before the decision, where there is one to be made. */
  early?(text: string): void;
  /** A message came in. Must not throw. */
  deliver(message: unknown): void;
  /** A call that nobody waits for has left. */
  left(uid: number): void;
  /** Tells an operator. */
  readonly report: Reporter;
  /** It is over: the last that is heard of it. Moves the phase. */
  ended(ending: Ending): void;
}
