import { type CallTerms, NO_TERMS } from "../rpc/call_options.ts";
import { parameterOf, valuesOf } from "../rpc/invoke.ts";
import { MadeCall } from "../rpc/pending_calls.ts";
import type { Agreement } from "../session/agreement.ts";
import { checkDepth } from "../session/encode_error.ts";
import type { EncodedValue, PluggedFeature, ValueEncoder } from "../session/feature.ts";
import { Session } from "../session/session.ts";
import type { LocalMember } from "./local_member.ts";
import { sharedTurns } from "./shared_turn.ts";

/** What happens to a broadcast for a member that has no room for it. */
export type Slow = "wait" | "drop" | "close";

const QUIET: CallTerms = { ...NO_TERMS, isQuiet: true };

/** A message for all sessions that encode alike, or the error that they all get. */
interface Shared {
  readonly agreement: Agreement;
  readonly use: readonly PluggedFeature[];
  readonly text: string;
  readonly bytes: readonly Uint8Array[];
  readonly error: unknown;
  /** By the depth that a peer allows: an error if the text is deeper. */
  readonly tooDeep: Map<number, unknown>;
}

/**
 * One call to many members. It's encoded once for all sessions with the same agreement. Its uid is
 * 0, so that no peer answers it and no session keeps it.
 */
export class Broadcast {
  readonly path: string;
  readonly #args: unknown[];
  /** Gives the JSON of the arguments, if it's known and says all. */
  readonly #known: ValueEncoder | undefined;
  readonly #shared: Shared[] = [];

  /** `encoded` are the arguments, if they are already encoded. */
  constructor(path: string, args: unknown[], encoded?: EncodedValue) {
    this.path = path;
    this.#args = args;
    if (encoded !== undefined && encoded.marks === undefined) {
      this.#known = { encode: () => encoded };
    }
  }

  /**
   * Gives the call to a member. Returns whether it was dropped because the member is slow. Throws if
   * the member's connection can't carry the values.
   */
  give(to: LocalMember<unknown>, slow: Slow): boolean {
    const { rpc } = to;
    if (rpc.port.refuse(this.path) !== undefined) return false; // the connection is closing
    const { port } = rpc;
    if (!(port instanceof Session)) {
      port.call(this.#callFor(to));
      return false;
    }
    const { hasRoom } = port.outgoing;
    if (!hasRoom && to.isSlow(port)) {
      if (slow === "drop") return true;
      if (slow === "close") {
        port.broke("sendBytes", 1013, "The receiver is too slow");
        return true;
      }
      if (to.isStalled(port)) {
        port.broke("stallTimeout", 1013, "The receiver stopped reading");
        return true;
      }
    }
    // a listener may change the arguments, and a port clones them for each member
    const isOwn = rpc.listeners.has("send") || port.call !== Session.prototype.call;
    if (isOwn) port.call(this.#callFor(to));
    else this.#send(port);
    if (!hasRoom) to.waits(port, this.#sharedWith(port).text.length);
    return false;
  }

  #callFor({ rpc: { listeners } }: LocalMember<unknown>): MadeCall {
    const call = new MadeCall(0, this.path, this.#args);
    call.terms = QUIET;
    if (!listeners.has("send")) return call;
    const invoke = { uid: 0, listener: this.path, parameters: this.#args.map(parameterOf) };
    listeners.emit({ type: "send", time: new Date(), function: invoke });
    call.args = valuesOf(invoke.parameters)!;
    return call;
  }

  #send(session: Session): void {
    const shared = this.#sharedWith(session);
    const { text, bytes, error, tooDeep } = shared;
    if (error !== undefined) throw error;
    const { depth } = session;
    if (text.length > 2 * depth) {
      if (!tooDeep.has(depth)) tooDeep.set(depth, this.#depthError(text, depth));
      const deep = tooDeep.get(depth);
      if (deep !== undefined) throw deep;
    }
    session.outgoing.push(text, 0, bytes, sharedTurns());
  }

  /** Sessions of one server share the list `use`. Other lists may have other features. */
  #sharedWith(session: Session): Shared {
    const { agreement, settings: { use } } = session;
    for (const one of this.#shared) {
      if (one.agreement === agreement && isSame(one.use, use)) return one;
    }
    const made = this.#encode(session);
    this.#shared.push(made);
    return made;
  }

  #encode({ wire, agreement, values, hooks, settings: { use } }: Session): Shared {
    const bytes: Uint8Array[] = [];
    const call = new MadeCall(0, this.path, this.#args);
    call.terms = QUIET;
    let text = "";
    let error: unknown;
    try {
      if (values === undefined) { for (const hook of hooks) hook.check?.(call.args, "parameters"); }
      text = wire.call(call, values ?? this.#known, bytes);
    } catch (cause) {
      error = cause;
    }
    const copies = bytes.map((part) => part.slice()); // members that have no room get them later
    return { agreement, use, text, bytes: copies, error, tooDeep: new Map() };
  }

  #depthError(text: string, depth: number): unknown {
    try {
      checkDepth(text, depth, this.#args, "parameters");
    } catch (error) {
      return error;
    }
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one === other ||
    (one.length === other.length && one.every((item, i) => item === other[i]));
}
