import type { Reporter } from "../../src/events.ts";
import { DEFAULT_LIMITS, type Limits } from "../../src/limits.ts";
import { type Ending, Link, type LinkOwner, type LinkParts } from "../../src/session/link.ts";
import { Timers } from "../../src/session/timers.ts";
import { ScriptedSocket, type SocketScript } from "./scripted_socket.ts";

/** What an operator is told, without the peer. */
export type Reported = Parameters<Reporter>[0];

/** What a link is given beside its socket and its owner, and what is noted of its reports. */
export function linkParts(
  limits: Partial<Limits> = {},
): LinkParts & { readonly events: Reported[] } {
  const events: Reported[] = [];
  return {
    limits: { ...DEFAULT_LIMITS, ...limits },
    report: (event) => void events.push(event),
    timers: new Timers(),
    events,
  };
}

/** A link over a scripted socket, and what its owner and an operator are told. */
export interface OwnedLink {
  readonly socket: ScriptedSocket;
  readonly link: Link;
  /** By the names of the owner's methods. */
  readonly log: unknown[][];
  readonly events: Reported[];
}

/** A link whose owner notes what it is told, and says what becomes of a link that is over. */
export function ownedLink(
  script: SocketScript = { readyState: 1 },
  { limits = {}, goesOn }: { limits?: Partial<Limits>; goesOn?: boolean } = {},
): OwnedLink {
  const socket = new ScriptedSocket(script);
  const log: unknown[][] = [];
  const owner: LinkOwner = {
    opened: () => void log.push(["opened"]),
    text: (text) => void log.push(["text", text]),
    binary: (data) => void log.push(["binary", data]),
    drained: () => void log.push(["drained"]),
    broke: (...broken) => void log.push(["broke", ...broken]),
    closed(ending) {
      log.push(["closed", ending]);
      return goesOn;
    },
  };
  const parts = linkParts(limits);
  return { socket, link: new Link(socket, owner, parts), log, events: parts.events };
}

/** How a link ended: what is not given is as in a close by the other end of an open link. */
export function endingOf(code: number, more: Partial<Ending> = {}): Ending {
  return { code, reason: "", detail: "", isRefused: false, isOurs: false, ...more };
}
