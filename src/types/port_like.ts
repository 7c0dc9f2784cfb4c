/**
 * The part of a `MessagePort` that {@linkcode PortCommunicator} uses. A `Worker`, the global scope
 * of a worker, Node's `MessagePort` and Electron's `MessagePortMain` have it, too.
 */
export interface PortLike {
  /** Sends a structured clone of a value. Moves the objects of the list instead of cloning them. */
  // deno-lint-ignore no-explicit-any -- each platform has its own type of what can be moved
  postMessage(message: any, transfer: any): void;
  /** Adds a listener. */
  // deno-lint-ignore no-explicit-any -- each platform has its own classes of events
  addEventListener?(type: string, listener: (event: any) => void): void;
  /** Removes a listener. */
  // deno-lint-ignore no-explicit-any -- each platform has its own classes of events
  removeEventListener?(type: string, listener: (event: any) => void): void;
  /** Adds a listener, in Node and Electron. Used without `addEventListener`. */
  // deno-lint-ignore no-explicit-any -- each platform has its own arguments
  on?(type: string, listener: (event: any) => void): unknown;
  /** Removes a listener, in Node and Electron. */
  // deno-lint-ignore no-explicit-any -- each platform has its own arguments
  off?(type: string, listener: (event: any) => void): unknown;
  /** Starts to deliver messages. */
  start?(): void;
  /** Closes the port. */
  close?(): void;
}
