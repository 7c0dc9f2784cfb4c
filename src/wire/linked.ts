import { Cancellation, type Invoke, type LinkedCall, MORE } from "../invoke.ts";
import { type Codec, type FrameKind, MESSAGES } from "./codec.ts";
import { encodeError } from "./encode_error.ts";

/*
 * The messages of linked mode, compact lists whose first element is the kind. Trailing elements that
 * a receiver does not know are skipped; an unknown kind of 64 or more is ignored, one below ends the
 * connection. docs/PROTOCOL.md is this table in words.
 *
 *   [0, uid, path, [parameters], undefined ones?, ms left?, no reply?]   call
 *   [1, uid, value?]                                                     return
 *   [2, uid, value?]                                                     throw
 *   [3, uid]                                                             cancel
 *   [64] nudge   [65] its answer, and the keep-alive   [66, frames] receipt
 */
const CALL = 0;
const RETURN = 1;
const THROW = 2;
const CANCEL = 3;
/** From here on a kind only keeps the connection going, and may be unknown. */
const KEEPING = 64;
const NUDGE = 64;
const NUDGED = 65;
const RECEIPT = 66;

/** A text this long is made whole by `stringify`: one joined from parts is copied when it is sent. */
const LONG = 4_000;

/** Between two ends of this library. */
export const linked: Codec = {
  name: "linked",
  encode: (message) => "listener" in message ? encodeCall(message) : encodeReturn(message),
  decode(text, deliver) {
    const frame: unknown = JSON.parse(text);
    if (!Array.isArray(frame)) throw new SyntaxError("Cannot read the frame: it is no list");
    if (typeof frame[0] === "number") return decodeOne(frame, deliver) ?? MESSAGES;
    for (const message of frame) {
      if (!Array.isArray(message)) throw new SyntaxError("Cannot read a message: it is no list");
      decodeOne(message, deliver);
    }
    return MESSAGES;
  },
  isStrict: true,
  batch: { open: "[", separator: ",", close: "]" },
  cancel: (uid) => `[${CANCEL},${uid}]`,
  nudge: `[${NUDGE}]`,
  keepAlive: `[${NUDGED}]`,
  receipt: (frames) => `[${RECEIPT},${frames}]`,
};

function encodeCall(call: LinkedCall): string {
  const { uid, listener, parameters } = call;
  const more = call[MORE];
  const values = parameters.map(({ value }) => value);
  const list = textOf(values, "parameters");
  const lost: number[] = [];
  for (let i = 0; i < values.length; i++) if (isUnsayable(values[i])) lost.push(i);
  let tail = "";
  if (more?.quiet === true) tail = `,${textOf(lost, "")},${more.left ?? null},1`;
  else if (more?.left !== undefined) tail = `,${textOf(lost, "")},${more.left}`;
  else if (lost.length > 0) tail = `,${textOf(lost, "")}`;
  return `[${CALL},${uid},${quoted(listener)},${list}${tail}]`;
}

function encodeReturn({ uid, success, value }: Invoke.IReturn): string {
  const kind = success ? RETURN : THROW;
  if (isUnsayable(value)) return `[${kind},${uid}]`;
  if (typeof value === "string" && value.length > LONG) return JSON.stringify([kind, uid, value]);
  const text = textOf(value, success ? "result" : "error");
  return text === undefined ? `[${kind},${uid}]` : `[${kind},${uid},${text}]`;
}

/** What JSON leaves out: it is told apart from `null`, or is not there. */
function isUnsayable(value: unknown): boolean {
  return value === undefined || typeof value === "symbol" ||
    (typeof value === "function" && !("toJSON" in value));
}

function textOf(value: unknown, what: string): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw encodeError(what, value, cause);
  }
}

const names = new Map<string, string>();

/** Names repeat: their texts are kept, within a bound. */
function quoted(name: string): string {
  let text = names.get(name);
  if (text === undefined) {
    if (names.size >= 1_000) names.clear();
    names.set(name, text = JSON.stringify(name));
  }
  return text;
}

function decodeOne(
  message: readonly unknown[],
  deliver: (message: unknown) => void,
): FrameKind | undefined {
  const [kind, uid, third] = message;
  switch (kind) {
    case CALL:
      deliver(decodeCall(message));
      return undefined;
    case RETURN:
    case THROW:
      deliver({ uid, success: kind === RETURN, value: third });
      return undefined;
    case CANCEL:
      deliver(new Cancellation(uid));
      return undefined;
    case NUDGE:
      return { kind: "nudge" };
    case RECEIPT:
      return { kind: "receipt", frames: typeof uid === "number" ? uid : 0 };
    default:
      if (typeof kind === "number" && kind >= KEEPING) return { kind: "nothing" };
      throw new SyntaxError("Cannot read a message: its kind is unknown");
  }
}

function decodeCall([, uid, listener, values, lost, left, quiet]: readonly unknown[]): unknown {
  if (!Array.isArray(values)) return { uid, listener, parameters: undefined };
  const parameters: Invoke.IParameter[] = new Array(values.length);
  for (let i = 0; i < values.length; i++) {
    parameters[i] = { type: typeof values[i], value: values[i] };
  }
  if (Array.isArray(lost)) {
    for (const i of lost) {
      if (typeof i === "number" && i in parameters) {
        parameters[i] = { type: "undefined", value: undefined };
      }
    }
  }
  if (left === undefined && quiet === undefined) return { uid, listener, parameters };
  const more = {
    ...typeof left === "number" && { due: Date.now() + left },
    ...quiet === 1 && { quiet: true as const },
  };
  return { uid, listener, parameters, [MORE]: more };
}
