import { fromWire } from "../../rpc/remote_error.ts";
import { BrokenValue, type MessageKind, stateOf } from "../../session/feature.ts";
import { FrameError } from "../../session/parse_json.ts";
import { CANCEL, CREDIT } from "./consumer.ts";
import { END, ITEM } from "./producer.ts";
import { Streaming } from "./streaming.ts";
import { ARRIVED } from "./under_way.ts";

/** How much longer the frame of an item can be than its size. */
const AROUND = 200;

export const KINDS: Record<number, MessageKind> = {
  [ITEM]: {
    value: 3,
    take([, id, size, value], session, weight) {
      const counted = countOf(size);
      if (weight !== undefined && counted + AROUND < weight.size) {
        throw new FrameError("Cannot read an item: its size is too small");
      }
      stateOf(session, Streaming).item(id, counted, value);
    },
  },
  [END]: {
    value: 3,
    take([, id, isError, error], session) {
      const consumer = stateOf(session, Streaming).consumerOf(id);
      if (isError !== 1) consumer?.end();
      else consumer?.end(error instanceof BrokenValue ? error.cause : fromWire(error));
    },
  },
  [CREDIT]: {
    take([, id, items, bytes], session) {
      const credit = [countOf(items), countOf(bytes)] as const;
      stateOf(session, Streaming).producers.get(id as number)?.give(...credit);
    },
  },
  [CANCEL]: {
    take: ([, id], session) =>
      void stateOf(session, Streaming).producers.get(id as number)?.cancel(),
  },
  [ARRIVED]: {
    take: ([, bytes], session) => stateOf(session, Streaming).underWay.arrived(countOf(bytes)),
  },
};

function countOf(value: unknown): number {
  if (Number.isSafeInteger(value) && value as number >= 0) return value as number;
  throw new FrameError("Cannot read a message of a stream: expected a count");
}
