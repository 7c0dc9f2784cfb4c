import type { FeatureSession, MessageKind } from "../../session/feature.ts";
import { stateOf } from "../../session/feature.ts";
import type { Weight } from "../../rpc/served_call.ts";
import { CANCEL, CREDIT } from "./consumer.ts";
import { END, ITEM } from "./producer.ts";
import { Streaming } from "./streaming.ts";
import { ARRIVED } from "./under_way.ts";

function take(message: unknown[], session: FeatureSession, weight: Weight | undefined): void {
  stateOf(session, Streaming).take(message, weight);
}

export const KINDS: Record<number, MessageKind> = {
  [ITEM]: { value: 3, take },
  [END]: { value: 3, isOrdered: true, take }, // the call that brought the stream may still wait
  [CREDIT]: { take },
  [CANCEL]: { take },
  [ARRIVED]: { take },
};
