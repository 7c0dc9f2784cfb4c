import { Communicator, type Invoke } from "../../mod.ts";

/** A transport whose every step a test decides: what is sent is noted, or handed to `deliver`. */
export class LocalEnd<P extends object | null | undefined, R extends object | null>
  extends Communicator<P, R> {
  /** What was given to `sendData`, in order, as JSON says it. */
  readonly sent: Invoke[] = [];
  /** The names under which `inspectReady` was asked. */
  readonly asked: string[] = [];
  /** What `inspectReady` answers. */
  refusal: Error | null = null;
  /** What becomes of a message that is sent; without one it is noted alone. */
  deliver: ((message: Invoke) => Promise<void> | void) | undefined;

  constructor(provider: P) {
    super(provider);
  }

  /** A message comes in. */
  receives(message: unknown): void {
    this.replyData(message as Invoke);
  }

  /** The transport ends. */
  ends(error?: Error): Promise<void> {
    return this.destructor(error);
  }

  /** The last message that was sent. */
  get last(): Invoke {
    return this.sent.at(-1)!;
  }

  protected inspectReady(method: string): Error | null {
    this.asked.push(method);
    return this.refusal;
  }

  protected sendData(invoke: Invoke): Promise<void> {
    this.sent.push(JSON.parse(JSON.stringify(invoke)));
    return Promise.resolve(this.deliver?.(invoke));
  }
}

/** Two ends, each of which hands its messages to the other's `replyData` at once, as JSON. */
export function localPair<A extends object | null, B extends object | null>(
  one: A,
  other: B,
): [LocalEnd<A, B>, LocalEnd<B, A>] {
  const ends: [LocalEnd<A, B>, LocalEnd<B, A>] = [new LocalEnd(one), new LocalEnd(other)];
  ends[0].deliver = (message) => ends[1].receives(JSON.parse(JSON.stringify(message)));
  ends[1].deliver = (message) => ends[0].receives(JSON.parse(JSON.stringify(message)));
  return ends;
}
