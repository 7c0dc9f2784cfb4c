import { NO_TERMS } from "../rpc/call_options.ts";
import { nameAndMessage } from "../rpc/remote_error.ts";
import { abortError } from "../options.ts";
import type { EncodedValue } from "../session/feature.ts";
import type { Reply } from "./answers.ts";
import { Unreadable } from "./frame.ts";
import type { Member } from "./member.ts";
import type { Message } from "./message.ts";
import { ID_LENGTH, isId } from "./random_id.ts";
import { receivedError, sentError } from "./sent_error.ts";
import {
  isTarget,
  type Members,
  readTargets,
  type Targets,
  targetsOf,
  targetsText,
} from "./targets.ts";
import { decodeValue, encodeValue } from "./values.ts";

/** What came of the call of one member. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** A call of members, as it is sent to their process. */
export interface MemberCall {
  readonly path: string;
  readonly args: EncodedValue;
  readonly targets: Targets;
  /** The time that it may take, in ms, or `Infinity`. */
  readonly left: number;
  readonly isQuiet: boolean;
}

/** The part of a request that describes the call. */
export function callText({ path, args, targets, left, isQuiet }: MemberCall): string {
  const { text } = valueText(args);
  const ms = left === Infinity ? null : Math.max(0, Math.ceil(left));
  return `${JSON.stringify(path)},${text},${targetsText(targets)},${ms},${isQuiet ? 1 : 0}`;
}

/** Makes the call that another process requested. Returns a function that cancels it. */
export function serveCall(
  { list, bytes }: Message,
  members: Members<unknown>,
  reply: Reply,
): () => void {
  const [path, value, marks, only, except, left, quiet] = list.slice(4);
  const targets = readTargets(only, except);
  const args = decodeValue(value, marks, bytes);
  if (typeof path !== "string" || !Array.isArray(args) || targets === undefined) {
    throw new Unreadable("a call is invalid");
  }
  const chosen = [...targetsOf(targets, members)];
  if (chosen.length === 0) reply.end();
  const control = new AbortController();
  const terms = {
    ...NO_TERMS,
    signals: [control.signal],
    timeout: typeof left === "number" ? left : Infinity,
    isQuiet: quiet === 1,
  };
  let waiting = chosen.length;
  for (const { member, rpc } of chosen) {
    const done = (outcome: Outcome): void =>
      tell(member, outcome, { reply, isLast: --waiting === 0 });
    rpc.call(path, args, terms).then((value) => done({ value }), (error) => done({ error }));
  }
  return () => control.abort(abortError("The caller canceled the call"));
}

function tell(
  member: Member<unknown>,
  outcome: Outcome,
  { reply, isLast }: { readonly reply: Reply; readonly isLast: boolean },
): void {
  const head = JSON.stringify(pairOf(member));
  try {
    const { text, bytes } = outcomeText(outcome);
    reply.item(`[${head},${text}]`, bytes, isLast);
  } catch (error) { // the function ran, but its result can't be sent
    const { text } = valueText(encodeValue(nameAndMessage(error), "error"));
    reply.item(`[${head},0,${text},"","yes"]`, [], isLast);
  }
}

function outcomeText(
  outcome: Outcome,
): { readonly text: string; readonly bytes: readonly Uint8Array[] } {
  if ("value" in outcome) {
    const { text, bytes } = valueText(encodeValue(outcome.value, "result"));
    return { text: `1,${text}`, bytes };
  }
  const { kind, run, value } = sentError(outcome.error);
  const { text, bytes } = valueText(value);
  return { text: `0,${text},"${kind}","${run}"`, bytes };
}

/** A value and its marks. */
export function valueText(
  { text = "null", marks, bytes }: EncodedValue,
): { readonly text: string; readonly bytes: readonly Uint8Array[] } {
  return { text: `${text},${JSON.stringify(marks) ?? null}`, bytes };
}

/** Reads what came of one member's call. Throws if it is invalid. */
export function readOutcome<Info>(
  item: unknown,
  { bytes }: Message,
  { path, processId, targets }: {
    readonly path: string;
    readonly processId: string;
    readonly targets: Targets;
  },
): { readonly member: Member<Info>; readonly outcome: Outcome } {
  if (!Array.isArray(item)) throw new Unreadable("an answer is invalid");
  const [pair, success, raw, marks, kind, run] = item as unknown[];
  const member = readMember<Info>(pair, processId);
  if (!isTarget(targets, member.id)) throw new Unreadable("an answer is of another member");
  const value = decodeValue(raw, marks, bytes);
  if (success === 1) return { member, outcome: { value } };
  return { member, outcome: { error: receivedError(path, { kind, run, value }) } };
}

/** A member as it is sent. JSON has no `undefined`. */
export function pairOf({ id, info }: Member<unknown>): readonly unknown[] {
  return info === undefined ? [id] : [id, info];
}

/** Reads a member of a process. Throws if it is invalid. */
export function readMember<Info>(value: unknown, processId: string): Member<Info> {
  const [id, info] = Array.isArray(value) ? value as unknown[] : [];
  if (!isId(id, 2) || !id.startsWith(processId)) throw new Unreadable("a member is invalid");
  return { id, info: info as Info };
}

/** The process of a member, or `undefined` if the id can't be one. */
export function processOf(id: unknown): string | undefined {
  return isId(id, 2) ? id.slice(0, ID_LENGTH) : undefined;
}
