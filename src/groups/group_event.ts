import { type Report, reporterOf } from "../events.ts";
import type { Member } from "./member.ts";

/** An event of a {@linkcode Group}, passed to `onEvent`. Errors that the callback throws are ignored. */
export type GroupEvent<Info = undefined> =
  | GroupEvent.IJoin<Info>
  | GroupEvent.ILeave<Info>
  | GroupEvent.IDrop<Info>
  | GroupEvent.IError<Info>;

/** The types of {@linkcode GroupEvent}. */
export declare namespace GroupEvent {
  /** A member joined, on this process or another one. */
  export interface IJoin<Info = undefined> {
    /** The type of the event. */
    readonly type: "join";
    /** The member. */
    readonly member: Member<Info>;
  }

  /** A member left, on this process or another one, or its process is gone. */
  export interface ILeave<Info = undefined> {
    /** The type of the event. */
    readonly type: "leave";
    /** The member. */
    readonly member: Member<Info>;
  }

  /** A member of this process was too slow for a broadcast, and didn't get it. */
  export interface IDrop<Info = undefined> {
    /** The type of the event. */
    readonly type: "drop";
    /** The member. */
    readonly member: Member<Info>;
    /** The path of the broadcast's function. */
    readonly method: string;
  }

  /**
   * Something failed that no promise reports: a message of the bus can't be read or was lost, or a
   * broadcast can't be sent to one member. Without `onEvent`, `console.error` prints the error.
   */
  export interface IError<Info = undefined> {
    /** The type of the event. */
    readonly type: "error";
    /** Why. */
    readonly error: unknown;
    /** The member of this process that didn't get a broadcast. */
    readonly member?: Member<Info>;
    /** The path of the broadcast's function. */
    readonly method?: string;
  }
}

/** Reports an event. Never throws. */
export type GroupReporter<Info> = (event: GroupEvent<Info>) => void;

/** Creates a reporter for the user's callback. */
export function groupReporter<Info>(
  onEvent: ((event: GroupEvent<Info>) => unknown) | undefined,
): GroupReporter<Info> {
  if (onEvent === undefined) {
    const print = reporterOf(undefined, () => ({ path: "" }));
    return (event) => {
      if (event.type === "error") print(event as Report);
    };
  }
  return (event) => {
    try {
      Promise.resolve(onEvent(event)).catch(() => {}); // if the callback is async
    } catch {
      // an error in a log must not break the group
    }
  };
}
