import { Link, type LinkOwner } from "../../src/session/link.ts";
import { Outgoing } from "../../src/session/outgoing.ts";
import { linkParts } from "./links.ts";
import { ScriptedSocket } from "./scripted_socket.ts";

const NOBODY: LinkOwner = { text() {}, binary() {}, broke() {}, closed() {} };

/** A link that a test fills, empties and breaks, and what it was given. */
export class Sink extends Link {
  isOpen = true;
  room = Infinity;
  turns = 0;
  readonly left: (string | Uint8Array)[] = [];
  /** The highest uid that had left when each frame came. */
  readonly lasts: number[] = [];
  readonly #outgoing: Outgoing;

  constructor(outgoing: Outgoing) {
    super(new ScriptedSocket({ readyState: 1 }), NOBODY, linkParts());
    this.#outgoing = outgoing;
    this.pacer = {
      heardMessages: () => true,
      leaving() {},
      turnOver: () => void this.turns++,
    };
  }

  override give(frame: string | Uint8Array): boolean {
    if (!this.isOpen) return false;
    this.lasts.push(this.#outgoing.lastLeft);
    this.left.push(frame);
    return true;
  }

  override get isFull(): boolean {
    return this.left.length >= this.room;
  }
}

/** What leaves over a link, each message in a frame of its own unless it batches. */
export function outgoing({ isBatching = false }: { isBatching?: boolean } = {}): {
  readonly out: Outgoing;
  readonly sink: Sink;
} {
  const out = new Outgoing();
  out.isBatching = isBatching;
  const sink = new Sink(out);
  out.link = sink;
  return { out, sink };
}

/** Keeps everything back; gives what lets it go. */
export function keepBack(out: Outgoing, cancel = (): void => {}): () => void {
  const open = (): void => {
    out.gate = undefined;
    out.pump();
  };
  out.gate = { open, cancel };
  return open;
}

/** Calls of these texts, whose uids count from 1. */
export function push(out: Outgoing, ...texts: string[]): void {
  for (const [index, text] of texts.entries()) out.push(text, index + 1, undefined);
}
