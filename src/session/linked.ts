import { now } from "../clock.ts";
import type { Reply } from "../rpc/invoke.ts";
import type { MadeCall } from "../rpc/pending_calls.ts";
import type { Agreement } from "./agreement.ts";
import { encodeError } from "./encode_error.ts";
import {
  BrokenValue,
  type FeatureSession,
  type MessageKind,
  type PluggedFeature,
  type ValueEncoder,
} from "./feature.ts";
import { isAgreed } from "./handshake.ts";
import { FrameError, parseJson } from "./parse_json.ts";
import type { MessageReader, Wire } from "./wire.ts";

/*
 * Linked messages are compact lists that start with the number of their kind: see docs/PROTOCOL.md.
 *
 *   [0, uid, path, [parameters], beside?, ms left?, no reply?]   call
 *   [1, uid, value?, beside?]                                    return
 *   [2, uid, value?, beside?, refused?]                          throw
 *   [3, uid]                                                     cancel
 *   [64] nudge   [65] its answer, also the keep-alive   [66, frames] receipt
 */

/**
 * A message with a longer string is serialized as a whole, because text that is joined from parts
 * is copied again when it is sent.
 */
const LONG = 4_000;
/** The maximum length of the part of a call that says how much time is left. */
const MOST_LEFT = 24;

export const linked: Wire = {
  name: "linked",
  isStrict: true,
  nudge: "[64]",
  keepAlive: "[65]",
  call(call, values, bytes) {
    const { uid, path, args } = call;
    const numbers = numbersOf(args);
    if (numbers !== undefined) {
      const tail = call.terms === undefined ? "" : tailOf(call, undefined);
      return `[0,${uid},${quoted(path)},[${numbers}]${tail}]`;
    }
    if (values !== undefined) {
      const { text, beside } = encoded(values, args, "parameters", bytes, call);
      return `[0,${uid},${quoted(path)},${text}${tailOf(call, beside)}]`;
    }
    let lost: number[] | undefined;
    for (let i = 0; i < args.length; i++) {
      const value = args[i];
      if (value === undefined || (typeof value !== "string" && isUnsendable(value))) {
        (lost ??= []).push(i);
      }
    }
    const tail = lost === undefined && call.terms === undefined
      ? ""
      : tailOf(call, lost && `[${lost}]`);
    const first = args[0];
    if (typeof first === "string" && first.length > LONG && args.length === 1 && tail === "") {
      return JSON.stringify([0, uid, path, args]);
    }
    return `[0,${uid},${quoted(path)},${textOf(args, "parameters")}${tail}]`;
  },
  reply({ uid, success, value, isRefusal }: Reply, values, bytes) {
    const kind = success ? 1 : 2;
    if (isRefusal === true) return `[2,${uid},${JSON.stringify(value) ?? null},[],1]`;
    if (
      typeof value === "number" && Number.isFinite(value) && (value !== 0 || values === undefined)
    ) return `[${kind},${uid},${value}]`;
    const what = success ? "result" : "error";
    if (values !== undefined) {
      return messageOf(`${kind},${uid}`, value, what, values, bytes);
    }
    if (typeof value === "string") {
      return value.length > LONG
        ? JSON.stringify([kind, uid, value])
        : `[${kind},${uid},${JSON.stringify(value)}]`;
    }
    const text = isUnsendable(value) ? undefined : textOf(value, what);
    return text === undefined ? `[${kind},${uid}]` : `[${kind},${uid},${text}]`;
  },
  read(text, session) {
    const frame = parseJson(text, session.settings.limits.depth);
    if (!Array.isArray(frame)) throw new FrameError("Cannot read the frame: it isn't a list");
    if (typeof frame[0] === "number") {
      return arrived(frame, session, false) && frame[0] < 64;
    }
    for (let at = 0; at < frame.length; at++) {
      const message: unknown = frame[at];
      if (!Array.isArray(message)) throw new FrameError("Cannot read a message: it isn't a list");
      arrived(message, session, true);
    }
    return true;
  },
};

function arrived(message: unknown[], session: MessageReader, isInBatch: boolean): boolean {
  // the message has the ms left, which count from now
  if (message[0] === 0 && typeof message[5] === "number") message[5] += now();
  return session.message(message, isInBatch);
}

/** A message that ends with a value, before it is encoded. */
interface ValueMessage {
  readonly head: string;
  readonly value: unknown;
  /** The value's name in errors. */
  readonly what: string;
}

/** For features: sends a message that ends with a value. Throws an `EncodeError`. */
export function sendValue(session: FeatureSession, { head, value, what }: ValueMessage): void {
  const bytes: Uint8Array[] = [];
  session.send(messageOf(head, value, what, session.values, bytes), bytes);
}

/** Returns a message with an encoded head and a value. Throws an `EncodeError`. */
export function messageOf(
  head: string,
  value: unknown,
  what: string,
  values: ValueEncoder | undefined,
  bytes: Uint8Array[],
): string {
  if (values === undefined) return `[${head},${textOf(value, what) ?? null}]`;
  const { text, beside } = encoded(values, value, what, bytes);
  if (text === undefined) return `[${head}]`;
  return beside === undefined ? `[${head},${text}]` : `[${head},${text},${beside}]`;
}

function encoded(
  values: ValueEncoder,
  value: unknown,
  what: string,
  bytes: Uint8Array[],
  call?: MadeCall,
): { readonly text: string | undefined; readonly beside: string | undefined } {
  const { text, marks, bytes: own } = values.encode(value, what, call);
  for (const part of own) bytes.push(part);
  return { text, beside: marks && JSON.stringify([bytes.length, ...marks]) };
}

type KindTable = readonly (MessageKind | undefined)[];

/** The kinds of messages in every session. */
export const KINDS: KindTable = Object.assign(
  new Array<MessageKind | undefined>(67),
  {
    0: {
      isOrdered: true,
      value: 3,
      take(message, session, weight) {
        const args = message[3], lost = message[4];
        if (
          session.values === undefined && lost !== undefined && Array.isArray(lost) &&
          Array.isArray(args)
        ) {
          for (const i of lost) if (typeof i === "number" && i in args) args[i] = undefined;
        }
        const { 1: uid, 2: path, 5: due, 6: quiet } = message;
        session.rpc.serve({ uid, path, args, due, quiet, weight });
      },
    },
    1: settlement(true),
    2: settlement(false),
    3: { isOrdered: true, take: (message, session) => session.rpc.cancelled(message[1]) },
    64: {
      isAlone: true,
      take(_, { link }) {
        link?.pacer?.heardNudge?.();
        link?.say(linked.keepAlive);
      },
    },
    65: { isAlone: true, take() {} },
    66: {
      isAlone: true,
      take: ([, frames], session) =>
        session.link?.pacer?.heardReceipt?.(typeof frames === "number" ? frames : 0),
    },
  } as Record<number, MessageKind>,
);

function settlement(success: boolean): MessageKind {
  return {
    value: 2,
    take({ 1: uid, 2: value, 4: mark }, { rpc }) {
      if (value instanceof BrokenValue) rpc.settle(uid, undefined, value.cause, mark);
      else rpc.settle(uid, success, value, mark);
    },
  };
}

/** Returns the kinds of messages in a session with these features. */
export function kindsOf(use: readonly PluggedFeature[], agreement: Agreement): KindTable {
  return use.reduce(
    (all, one) => one.kinds && isAgreed(agreement, one) ? extended(all, one.kinds) : all,
    KINDS,
  );
}

/** Extended tables, by the original and the added kinds. One per session takes too much memory. */
const tables = new WeakMap<KindTable, WeakMap<object, KindTable>>();

function extended(table: KindTable, kinds: NonNullable<PluggedFeature["kinds"]>): KindTable {
  let known = tables.get(table);
  if (known === undefined) tables.set(table, known = new WeakMap());
  let all = known.get(kinds);
  if (all === undefined) known.set(kinds, all = Object.assign([...table], kinds));
  return all;
}

/** The JSON of a list of numbers, faster than `JSON.stringify`. `undefined` for other lists. */
function numbersOf(args: readonly unknown[]): string | undefined {
  let text = "";
  for (let i = 0; i < args.length; i++) {
    const value = args[i];
    if (typeof value !== "number" || !Number.isFinite(value) || (value === 0 && 1 / value < 0)) {
      return undefined;
    }
    text += i === 0 ? value : `,${value}`;
  }
  return text;
}

function tailOf(call: MadeCall, beside: string | undefined): string {
  const { terms, due } = call;
  if (terms !== undefined) {
    const left = due === Infinity ? null : Math.max(0, Math.ceil(due - now()));
    if (terms.isQuiet) return `,${beside ?? "[]"},${left},1`;
    if (left !== null) return `,${beside ?? "[]"},${left}`;
  }
  return beside === undefined ? "" : `,${beside}`;
}

/** A call with a deadline. Its text says how much time is left when it is sent. */
export class TimedCall {
  readonly length: number;
  readonly #head: string;
  readonly #due: number;
  readonly #tail: string;

  constructor(head: string, due: number, tail: string) {
    this.length = head.length + tail.length;
    this.#head = head;
    this.#due = due;
    this.#tail = tail;
  }

  toString(): string {
    return `${this.#head},${Math.max(0, Math.ceil(this.#due - now()))}${this.#tail}`;
  }
}

/** Reads the text of a message that was sent then. `undefined` if it has no deadline. */
export function timed(text: string, since: number): TimedCall | undefined {
  if (!isKind(text, "0") || text.charAt(text.length - 2) === "]") return undefined;
  const end = /\],(\d+)((?:,1)?\])$/.exec(text.slice(-MOST_LEFT)); // after a list
  if (end === null) return undefined;
  return new TimedCall(text.slice(0, 1 - end[0].length), since + Number(end[1]), end[2]!);
}

/** Whether a message is of a kind below 10. */
export function isKind(text: string, kind: string): boolean {
  return text.charAt(1) === kind && text.charAt(2) === ",";
}

function isUnsendable(value: unknown): boolean {
  return value === undefined || typeof value === "symbol" ||
    (typeof value === "function" && (value as { toJSON?: unknown }).toJSON === undefined);
}

function textOf(value: unknown, what: string): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw encodeError(what, value, cause);
  }
}

const names = new Map<string, string>();

/** Returns the JSON of a name, cached because names repeat. */
function quoted(name: string): string {
  let text = names.get(name);
  if (text === undefined) {
    if (names.size >= 1_000) names.clear();
    names.set(name, text = JSON.stringify(name));
  }
  return text;
}
