import { MadeCall, PendingCalls } from "../../rpc/pending_calls.ts";

/** Ends streams with the signals and the deadlines of their calls, like the calls themselves. */
export class CallBounds {
  readonly #streams = new PendingCalls({ gaveUp() {} });
  #last = 0;

  /**
   * Calls `end` with the reason when a signal of the call aborts or its deadline passes. Returns a
   * function that stops this.
   */
  follow({ path, terms, due }: MadeCall, end: (reason: unknown) => void): () => void {
    const streams = this.#streams;
    const uid = ++this.#last;
    streams.add(Object.assign(new MadeCall(uid, path, []), { terms, due, reject: end }));
    return () => {
      streams.take(uid);
      if (streams.size === 0) streams.clear();
    };
  }
}
