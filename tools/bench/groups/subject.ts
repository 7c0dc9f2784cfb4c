/** A server process with rooms, which `groups_server.ts` drives. */
export interface RoomServer {
  readonly port: number;
  /** How many members are connected to this process. */
  readonly size: number;
  /** Sends a message to all members of a room, also to those of other processes. */
  send(room: number, message: Message): void;
  /** The least that a program does that keeps its sockets itself: the same over the same sockets. */
  loop?(room: number, message: Message): void;
}

/** What is told to the members, as one JSON object. */
export interface Message {
  readonly from: string;
  readonly text: string;
}

/**
 * By the process that sends it: what a message has once, and nothing else has, so that members can
 * count messages. JSON doesn't escape it.
 */
export const MARKS: readonly string[] = ["|", "^"];

/** How a server is set up. */
export interface RoomPlan {
  readonly rooms: number;
  /** The URL of the message system that connects the processes. `undefined` for one process. */
  readonly bus: string | undefined;
}

/** How a member connects, which `raw_member.ts` does with plain TCP. */
export interface Greeting {
  readonly path: string;
  /** The member's frames. Each follows a frame of the server, but for the first if `speaksFirst`. */
  frames(room: number): readonly string[];
  readonly speaksFirst: boolean;
  /** After how many frames of the server the member is connected. */
  readonly answers: number;
}

/** One way to send to the members of rooms. */
export interface RoomSubject {
  serve(plan: RoomPlan): Promise<RoomServer>;
  readonly greeting: Greeting;
}
