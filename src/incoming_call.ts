import { type Invoke, type LinkedCall, MORE, type More } from "./invoke.ts";

/**
 * A call as linked mode has it: a list of values. The parameters that TGrid makes of them are made
 * when somebody looks at them, which at most calls nobody does.
 */
export class IncomingCall implements LinkedCall {
  readonly uid: number;
  readonly listener: string;
  readonly [MORE]: More | undefined;
  readonly #values: unknown[];
  #parameters: Invoke.IParameter[] | undefined;

  /** What came off the wire: the uid and the path are not checked yet. */
  constructor(uid: unknown, listener: unknown, values: unknown[], more: More | undefined) {
    this.uid = uid as number;
    this.listener = listener as string;
    this.#values = values;
    this[MORE] = more;
  }

  /** The values of a call that has only these so far; `undefined` for any other. */
  static valuesOf(message: object): unknown[] | undefined {
    if (!(message instanceof IncomingCall) || message.#parameters !== undefined) return undefined;
    return message.#values;
  }

  get parameters(): Invoke.IParameter[] {
    return this.#parameters ??= Array.from(
      this.#values,
      (value) => ({ type: typeof value, value }),
    );
  }

  set parameters(parameters: Invoke.IParameter[]) {
    this.#parameters = parameters;
  }

  /** As a call of any other make is. */
  toJSON(): LinkedCall {
    const { uid, listener, parameters, [MORE]: more } = this;
    return { uid, listener, parameters, ...more && { [MORE]: more } };
  }
}
