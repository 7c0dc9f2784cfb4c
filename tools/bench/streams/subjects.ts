import { byHand } from "./by_hand.ts";
import { capnweb } from "./capnweb.ts";
import { kkrpc } from "./kkrpc.ts";
import { ours } from "./ours.ts";
import type { StreamSubject } from "./subject.ts";

/** In the order of the tables. */
export const STREAM_SUBJECTS = { byHand, ours, capnweb, kkrpc } satisfies Record<
  string,
  StreamSubject
>;

export type StreamSubjectName = keyof typeof STREAM_SUBJECTS;
