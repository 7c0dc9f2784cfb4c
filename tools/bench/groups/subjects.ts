import { ours } from "./ours.ts";
import { socketIo } from "./socket_io.ts";
import type { RoomSubject } from "./subject.ts";

/** Which way to send to the members of rooms. */
export type RoomSubjectName = "ours" | "socketIo";

export const ROOM_SUBJECTS: Readonly<Record<RoomSubjectName, RoomSubject>> = {
  ours,
  socketIo,
};
