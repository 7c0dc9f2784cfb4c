import { now } from "../clock.ts";
import { NotSentError } from "../errors.ts";
import { malformedReturn, named } from "../rpc/call_errors.ts";
import type { CallTerms } from "../rpc/call_options.ts";
import type { MadeCall } from "../rpc/pending_calls.ts";
import type { Port } from "../rpc/port.ts";
import { Rpc } from "../rpc/rpc.ts";
import { Unreadable } from "./frame.ts";
import { type Outcome, processOf } from "./member_calls.ts";
import type { SharedGroup } from "./shared_group.ts";
import { encodeValue } from "./values.ts";

/** What a member on another process needs of its group. */
export interface RemoteParts {
  readonly id: string;
  /** Returns the part of the group on the bus. Missing without a bus. */
  shared(): SharedGroup<unknown> | undefined;
  /** Whether a process is known. */
  isKnown(processId: string): boolean;
}

/** Calls of one member on another process. */
export class RemoteMember implements Port {
  readonly #rpc: Rpc = new Rpc(this, null, this);
  readonly #parts: RemoteParts;
  /** Functions that cancel the pending calls, by uid. */
  readonly #cancels = new Map<number, () => void>();

  constructor(parts: RemoteParts) {
    this.#parts = parts;
  }

  make(path: string, args: unknown[], terms: CallTerms): Promise<unknown> {
    return this.#rpc.call(path, args, terms);
  }

  // the methods of a Port

  refuse(path: string): Error | undefined {
    const processId = processOf(this.#parts.id);
    if (processId !== undefined && this.#parts.isKnown(processId)) return undefined;
    return gone(path);
  }

  call(call: MadeCall): void {
    const { id } = this.#parts;
    const { uid, path, due, isQuiet } = call;
    const request = {
      path,
      args: encodeValue(call.args, "parameters"),
      targets: { only: new Set([id]), except: undefined },
      left: due === Infinity ? Infinity : due - now(),
      isQuiet,
    };
    this.#cancels.set(uid, () => {}); // some buses deliver at once
    const cancel = this.#parts.shared()!.call(processOf(id)!, request, {
      answered: (_member, outcome) => this.#settle(uid, outcome),
      end: (error) => {
        const cause = error instanceof Unreadable ? malformedReturn(path, error) : error;
        this.#settle(uid, { error: cause ?? gone(path) });
      },
    });
    if (this.#cancels.has(uid)) this.#cancels.set(uid, cancel);
  }

  reply(): void {
    // this side serves no calls
  }

  cancel(uid: number): void {
    this.#cancels.get(uid)?.();
    this.#cancels.delete(uid);
    if (this.#rpc.pending.size === 0) this.#rpc.pending.clear();
  }

  #settle(uid: number, outcome: Outcome): void {
    this.#cancels.delete(uid);
    const { pending } = this.#rpc;
    const call = this.#rpc.take(uid);
    if (pending.size === 0) pending.clear(); // no timer outlives the calls
    if (call === undefined) return;
    if ("value" in outcome) call.resolve(outcome.value);
    else call.reject(named(call.path, outcome.error));
  }
}

function gone(path: string): NotSentError {
  return new NotSentError(`Cannot call "${path}": the member has left`);
}
