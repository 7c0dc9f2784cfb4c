/** A member of a {@linkcode Group}, on any process. Safe to send to clients. */
export interface Member<Info = undefined> {
  /** Identifies the member in all processes. It can't be guessed. */
  readonly id: string;
  /** What was passed to `add`, as JSON represents it. */
  readonly info: Info;
}
