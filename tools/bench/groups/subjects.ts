import { byHand } from "./by_hand.ts";
import { ours } from "./ours.ts";
import { socketIo } from "./socket_io.ts";
import type { RoomSubject } from "./subject.ts";

/** Which way to send to the members of rooms. */
export type RoomSubjectName = "byHand" | "ours" | "socketIo";

export const ROOM_SUBJECTS: Readonly<Record<RoomSubjectName, RoomSubject>> = {
  byHand,
  ours,
  socketIo,
};
