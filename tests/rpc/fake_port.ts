import type { Invoke } from "../../src/rpc/invoke.ts";
import type { MadeCall } from "../../src/rpc/pending_calls.ts";
import type { Port } from "../../src/rpc/port.ts";
import { Rpc } from "../../src/rpc/rpc.ts";
import type { IncomingCall } from "../../src/rpc/served_call.ts";

/** A port that carries nothing: what it is given is noted, and a test decides what it throws. */
export class FakePort implements Port {
  /** The calls that were sent. */
  readonly calls: MadeCall[] = [];
  /** The returns that were sent. */
  readonly replies: Invoke.IReturn[] = [];
  /** The uids of calls that were given up. */
  readonly cancels: number[] = [];
  /** What `refuse` answers. */
  refusal: Error | undefined;
  /** Takes a call, or throws. */
  onCall: (call: MadeCall) => void = () => {};
  /** Takes a return, or throws. */
  onReply: (message: Invoke.IReturn, unsent: (error: unknown) => void) => void = () => {};

  refuse(): Error | undefined {
    return this.refusal;
  }

  call(call: MadeCall): void {
    this.onCall(call);
    this.calls.push(call);
  }

  reply(message: Invoke.IReturn, unsent: (error: unknown) => void): void {
    this.onReply(message, unsent);
    this.replies.push(message);
  }

  cancel(uid: number): void {
    this.cancels.push(uid);
  }
}

/** Calls over a fake port. */
export function fakeRpc(provider: unknown = null): { readonly rpc: Rpc; readonly port: FakePort } {
  const port = new FakePort();
  return { rpc: new Rpc({}, provider, port), port };
}

/** A call as it comes in. */
export function incoming(path: unknown, more: Partial<IncomingCall> = {}): IncomingCall {
  return { uid: 7, path, args: [], due: undefined, quiet: undefined, weight: undefined, ...more };
}
