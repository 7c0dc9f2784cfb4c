import { StateError } from "../errors.ts";

/** Every phase that a connector, an acceptor or a server can be in. */
export type Phase =
  | "none"
  | "connecting"
  | "greeting"
  | "undecided"
  | "rejecting"
  | "opening"
  | "open"
  | "closing"
  | "closed";

/** Which phases may follow which. What is not there can't be left, or not be reached. */
export type Moves = { readonly [From in Phase]?: readonly Phase[] };

/** The phase of one end or server: a single value with a single writer. */
export class Lifecycle {
  readonly #moves: Moves;
  #phase: Phase;

  constructor(first: Phase, moves: Moves) {
    this.#phase = first;
    this.#moves = moves;
  }

  /** Where it is. */
  get phase(): Phase {
    return this.#phase;
  }

  /**
   * Goes on to the next phase.
   *
   * @throws {StateError} If the table has no such move: a fault of this library's own.
   */
  to(next: Phase): void {
    if (this.#moves[this.#phase]?.includes(next) !== true) {
      throw new StateError(`Cannot move from "${this.#phase}" to "${next}": there is no such move`);
    }
    this.#phase = next;
  }
}
