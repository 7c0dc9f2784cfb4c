import {
  ConnectionClosedError,
  DeadlineError,
  EncodeError,
  isError,
  mayHaveRun,
  NotSentError,
  RemoteError,
  setRun,
  StateError,
  WebSocketError,
} from "../errors.ts";
import { named } from "../rpc/call_errors.ts";
import { fromWire, nameAndMessage, toWire } from "../rpc/remote_error.ts";
import type { EncodedValue } from "../session/feature.ts";
import { encodeValue } from "./values.ts";

/** The errors of this library that have only a message. */
const PLAIN = { ConnectionClosedError, DeadlineError, EncodeError, NotSentError, StateError };

/** An error as a process sends it: its class or `""`, whether the function ran, and its fields. */
export interface SentError {
  readonly kind: string;
  readonly run: string;
  readonly value: EncodedValue;
}

/** Converts the error of a member's call to what is sent to the process of the caller. */
export function sentError(error: unknown): SentError {
  const kind = kindOf(error);
  const run = mayHaveRun(error);
  const fields = error instanceof WebSocketError
    ? { status: error.status, ...nameAndMessage(error) }
    : kind in PLAIN
    ? nameAndMessage(error)
    : toWire(error, false, isEncodable);
  try {
    return { kind, run, value: encodeValue(fields, "error") };
  } catch {
    return { kind, run, value: encodeValue(nameAndMessage(error), "error") };
  }
}

/** Converts back what a process sent, unchecked, to the error of a call of this path. */
export function receivedError(
  path: string,
  { kind, run, value }: { readonly kind: unknown; readonly run: unknown; readonly value: unknown },
): unknown {
  const { message, status } = Object(value) as Record<string, unknown>;
  const text = typeof message === "string" ? message : "";
  if (typeof kind === "string" && Object.hasOwn(PLAIN, kind)) {
    return named(path, new PLAIN[kind as keyof typeof PLAIN](text));
  }
  if (kind === "WebSocketError") {
    return named(path, new WebSocketError(typeof status === "number" ? status : 1006, text));
  }
  const error = fromWire(value);
  if (run === "yes" || run === "no") setRun(error, run);
  return named(path, error);
}

function kindOf(error: unknown): string {
  if (error instanceof RemoteError || !isError(error)) return "";
  if (error instanceof WebSocketError) return "WebSocketError";
  return Object.entries(PLAIN).find(([, type]) => error instanceof type)?.[0] ?? "";
}

function isEncodable(value: unknown): boolean {
  try {
    encodeValue(value, "error");
    return true;
  } catch {
    return false;
  }
}
