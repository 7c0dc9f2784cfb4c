import type { Invoke } from "../invoke.ts";
import { type Codec, type Deliver, type FrameKind, MESSAGES } from "./codec.ts";
import { readJson } from "./depth.ts";
import { encodeError } from "./encode_error.ts";
import { insistOnJson } from "./json_only.ts";
import type { ValueEncoding } from "../types/values.ts";

/** What TGrid 1.x speaks. The in-memory message has the wire's shape: both ways are JSON alone. */
export const plain: Codec = {
  name: "plain",
  encode(message: Invoke): string {
    try {
      return JSON.stringify(message);
    } catch (cause) {
      throw "listener" in message
        ? encodeError("parameters", message.parameters.map(({ value }) => value), cause)
        : encodeError(message.success ? "result" : "error", message.value, cause);
    }
  },
  decode(frame: string, deliver: Deliver, depth = Infinity): FrameKind {
    const message = readJson(frame, depth);
    deliver(message, isCall(message));
    return MESSAGES;
  },
  isStrict: false,
  batch: undefined,
  cancel: undefined,
  nudge: '{"uid":0,"listener":"$","parameters":[]}',
  keepAlive: '{"uid":0,"success":true}',
  receipt: undefined,
};

/** The same for a program that chose an encoding of values: what JSON would lose is an error. */
export function plainInsisting(values: ValueEncoding): Codec {
  return {
    ...plain,
    encode(message, attached) {
      insistOnJson(values, message);
      return plain.encode(message, attached);
    },
  };
}

function isCall(message: unknown): boolean {
  return typeof message === "object" && message !== null && Object.hasOwn(message, "listener");
}
