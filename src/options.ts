import type { Limits } from "./limits.ts";

/** What can be chosen for a connection, at whichever end. */
export interface ConnectionOptions {
  /** What the other end may ask of this one; what is not given keeps its default. */
  readonly limits?: Partial<Limits> | undefined;
}
