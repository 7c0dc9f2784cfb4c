import { IncomingCall } from "../incoming_call.ts";
import { Cancellation, type Invoke, type LinkedCall, MORE } from "../invoke.ts";
import { type Codec, type Deliver, type FrameKind, MESSAGES } from "./codec.ts";
import { readJson } from "./depth.ts";
import { encodeError } from "./encode_error.ts";
import { insistOnJson } from "./json_only.ts";
import type { ValueEncoding } from "../types/values.ts";

/*
 * The messages of linked mode, compact lists whose first element is the kind. Trailing elements that
 * a receiver does not know are skipped; an unknown kind of 64 or more is ignored, one below ends the
 * connection. docs/PROTOCOL.md is this table in words.
 *
 *   [0, uid, path, [parameters], beside?, ms left?, no reply?]   call
 *   [1, uid, value?, beside?]                                    return
 *   [2, uid, value?, beside?]                                    throw
 *   [3, uid]                                                     cancel
 *   [64] nudge   [65] its answer, and the keep-alive   [66, frames] receipt
 *
 * `beside` is what JSON can't tell of the value: with "json" values the places of parameters that
 * are undefined, with "structured" ones a list of the number of binary frames that follow and the
 * marks.
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

/** How values are told, if not as JSON alone. */
export interface LinkedValues {
  readonly encoding: ValueEncoding;
  /** `false`: the other end takes JSON alone, and what JSON would lose is an error. */
  readonly isAgreed: boolean;
}

/** Between two ends of this library. */
export function linkedCodec(values?: LinkedValues): Codec {
  const told = values?.isAgreed === true ? values.encoding : undefined;
  const insisted = values?.isAgreed === false ? values.encoding : undefined;
  return {
    name: "linked",
    encode(message, attached) {
      if (told !== undefined) return encodeStructured(message, told, attached);
      if (insisted !== undefined) insistOnJson(insisted, message);
      return "listener" in message ? encodeCall(message) : encodeReturn(message);
    },
    decode(text, deliver, depth = Infinity) {
      const frame = readJson(text, depth);
      if (!Array.isArray(frame)) throw new SyntaxError("Cannot read the frame: it is no list");
      if (typeof frame[0] === "number") return decodeOne(frame, deliver, told);
      for (const message of frame) {
        if (!Array.isArray(message)) throw new SyntaxError("Cannot read a message: it is no list");
        if (decodeOne(message, deliver, told).kind === "incomplete") {
          throw new SyntaxError("Cannot read a message: one with bytes has a frame of its own");
        }
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
}

/** The same with values that are JSON alone: one for all connections. */
export const linked: Codec = linkedCodec();

function encodeCall(call: LinkedCall): string {
  const { uid, listener, parameters } = call;
  const numbers = numbersOf(parameters);
  if (numbers !== undefined) {
    return `[${CALL},${uid},${quoted(listener)},[${numbers}]${tailOf(call, undefined)}]`;
  }
  const values: unknown[] = new Array(parameters.length);
  const lost: number[] = [];
  for (let i = 0; i < values.length; i++) {
    values[i] = parameters[i]!.value;
    if (isUnsayable(values[i])) lost.push(i);
  }
  const tail = tailOf(call, lost.length === 0 ? undefined : `[${lost}]`);
  const isOneLong = values.length === 1 && isLong(values[0]);
  if (isOneLong && tail === "") return JSON.stringify([CALL, uid, listener, values]);
  return `[${CALL},${uid},${quoted(listener)},${textOf(values, "parameters")}${tail}]`;
}

function isLong(value: unknown): boolean {
  return typeof value === "string" && value.length > LONG;
}

/** The text of a list of numbers, which is quicker made by hand; `undefined` for any other list. */
function numbersOf(parameters: readonly Invoke.IParameter[]): string | undefined {
  let text = "";
  for (let i = 0; i < parameters.length; i++) {
    const value: unknown = parameters[i]!.value;
    if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
    text += i === 0 ? value : `,${value}`;
  }
  return text;
}

/** What stands behind the parameters; nothing, mostly. */
function tailOf(call: LinkedCall, beside: string | undefined): string {
  const more = call[MORE];
  if (more?.quiet === true) return `,${beside ?? "[]"},${more.left ?? null},1`;
  if (more?.left !== undefined) return `,${beside ?? "[]"},${more.left}`;
  return beside === undefined ? "" : `,${beside}`;
}

function encodeReturn({ uid, success, value }: Invoke.IReturn): string {
  const kind = success ? RETURN : THROW;
  if (typeof value === "number" && Number.isFinite(value)) return `[${kind},${uid},${value}]`;
  if (isUnsayable(value)) return `[${kind},${uid}]`;
  if (isLong(value)) return JSON.stringify([kind, uid, value]);
  const text = textOf(value, success ? "result" : "error");
  return text === undefined ? `[${kind},${uid}]` : `[${kind},${uid},${text}]`;
}

function encodeStructured(
  message: Invoke,
  encoding: ValueEncoding,
  attached: Uint8Array[],
): string {
  const isCall = "listener" in message;
  const value = isCall ? message.parameters.map(sayable) : message.value;
  const what = isCall ? "parameters" : message.success ? "result" : "error";
  const { text, marks, bytes } = encoding.encode(value, what);
  for (const part of bytes) attached.push(part);
  const beside = marks === undefined ? undefined : JSON.stringify([bytes.length, ...marks]);
  if (isCall) {
    const tail = tailOf(message, beside);
    return `[${CALL},${message.uid},${quoted(message.listener)},${text}${tail}]`;
  }
  const kind = message.success ? RETURN : THROW;
  const tail = beside === undefined ? "" : `,${beside}`;
  return text === undefined
    ? `[${kind},${message.uid}]`
    : `[${kind},${message.uid},${text}${tail}]`;
}

/** A function or a symbol is told as `undefined`, as with JSON: in a list it would be `null`. */
function sayable({ value }: Invoke.IParameter): unknown {
  return isUnsayable(value) ? undefined : value;
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
  deliver: Deliver,
  told: ValueEncoding | undefined,
): FrameKind {
  const kind = message[0], uid = message[1];
  switch (kind) {
    case CALL:
      if (told !== undefined) return decodeMarkedCall(message, deliver, told);
      deliver(decodeCall(message), true);
      return MESSAGES;
    case RETURN:
    case THROW:
      if (told !== undefined) return decodeMarkedReturn(message, deliver, told);
      deliver({ uid, success: kind === RETURN, value: message[2] }, false);
      return MESSAGES;
    case CANCEL:
      deliver(new Cancellation(uid), true);
      return MESSAGES;
    case NUDGE:
      return { kind: "nudge" };
    case RECEIPT:
      return { kind: "receipt", frames: typeof uid === "number" ? uid : 0 };
    default:
      if (typeof kind === "number" && kind >= KEEPING) return { kind: "nothing" };
      throw new SyntaxError("Cannot read a message: its kind is unknown");
  }
}

// apart, because a function that makes closures costs each time it is called

function decodeMarkedCall(
  message: readonly unknown[],
  deliver: Deliver,
  told: ValueEncoding,
): FrameKind {
  const kind = message[0], uid = message[1], path = message[2], beside = message[4];
  const values = path === undefined ? undefined : message[3];
  const more = message.slice(5);
  return decodeMarked(values, beside, told, (values) => {
    deliver(decodeCall([kind, uid, path, values, undefined, ...more]), true);
  });
}

function decodeMarkedReturn(
  message: readonly unknown[],
  deliver: Deliver,
  told: ValueEncoding,
): FrameKind {
  const kind = message[0], uid = message[1], value = message[2], beside = message[3];
  return decodeMarked(value, beside, told, (value) => {
    const isBroken = value instanceof Broken;
    const success = kind === RETURN;
    deliver(isBroken ? { uid, value: value.cause } : { uid, success, value }, false);
  });
}

/** Stands for a value whose marks are none: the message is refused, and nothing else. */
class Broken {
  /** What the marks were refused with. */
  readonly cause: unknown;

  constructor(cause?: unknown) {
    this.cause = cause;
  }
}

/** What marks bytes. */
const BYTES_MARK = "b";
const NO_BYTES: readonly Uint8Array[] = [];

/** Hands over a value when its bytes are there; one without marks is what `JSON.parse` made. */
function decodeMarked(
  value: unknown,
  beside: unknown,
  told: ValueEncoding,
  deliver: (value: unknown) => void,
): FrameKind {
  if (Array.isArray(beside) && beside.length > 0) return decodeBeside(value, beside, told, deliver);
  deliver(value);
  return MESSAGES;
}

function decodeBeside(
  value: unknown,
  beside: readonly unknown[],
  told: ValueEncoding,
  deliver: (value: unknown) => void,
): FrameKind {
  const [frames, ...marks] = beside;
  const complete = (bytes: readonly Uint8Array[]): void => {
    let decoded: unknown;
    try {
      decoded = told.decode(value, marks, bytes);
    } catch (cause) {
      decoded = new Broken(cause); // a mark that is none, or a class that takes no such value
    }
    deliver(decoded);
  };
  // only as many as the marks speak of are waited for: a number alone costs nothing to claim
  const due = marks.filter((mark) => Array.isArray(mark) && mark[1] === BYTES_MARK).length;
  if (frames === 0 || frames !== due) {
    if (frames === due) complete(NO_BYTES);
    else deliver(new Broken());
    return MESSAGES;
  }
  return { kind: "incomplete", frames: due, complete };
}

/** By index, not by a pattern: that would make an iterator a call. */
function decodeCall(message: readonly unknown[]): unknown {
  const uid = message[1], listener = message[2], values = message[3];
  const lost = message[4], left = message[5], quiet = message[6];
  if (!Array.isArray(values)) {
    return { uid, listener, parameters: undefined, ...quiet === 1 && { [MORE]: { quiet: true } } };
  }
  if (Array.isArray(lost)) {
    for (const i of lost) if (typeof i === "number" && i in values) values[i] = undefined;
  }
  if (left === undefined && quiet === undefined) {
    return new IncomingCall(uid, listener, values, undefined);
  }
  return new IncomingCall(uid, listener, values, {
    ...typeof left === "number" && { due: Date.now() + left },
    ...quiet === 1 && { quiet: true as const },
  });
}
