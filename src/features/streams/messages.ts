import { type MessageKind, stateOf } from "../../session/feature.ts";
import { Streaming } from "./streaming.ts";

const take: MessageKind["take"] = (message, session, weight) =>
  stateOf(session, Streaming).take(message, weight);
const plain: MessageKind = { take };
const withValue: MessageKind = { take, value: 3 };

/**
 * The kinds of messages. They are numbers and not constants here and where they are sent, because
 * that makes the code of a page shorter.
 *
 * - `[8, id, size, item, beside?]`: an item, and how much of the windows it takes.
 * - `[9, id]`, or `[9, id, 1, error, beside?]`: there are no more items.
 * - `[10, id, items, bytes]`: the producer may send this much more.
 * - `[11, id]`: the consumer reads no more.
 * - `[12, bytes]`: these bytes of items have arrived.
 */
export const KINDS: Record<number, MessageKind> = {
  8: withValue,
  9: { ...withValue, isOrdered: true }, // the call that brought the stream may still wait
  10: plain,
  11: plain,
  12: plain,
};
