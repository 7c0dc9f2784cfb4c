import type { Gets, Outcome } from "./row.ts";
import { PATIENCE } from "./patience.ts";
import { closePayload, OPCODE } from "./wire/frames.ts";
import type { RawPeer } from "./wire/peer.ts";

/** What must never come over the wire: what the attacked end keeps to itself, and its stacks. */
const LEAKS: readonly RegExp[] = [/SECRET/, /hunter2/, /file:\/\//, /\.[jt]s:\d+:\d+/, /\n\s+at /];

/** What came in must hold nothing of the inside. */
export function leaksOf(text: string): string[] {
  return LEAKS.flatMap((leak) => {
    const found = leak.exec(text);
    if (found === null) return [];
    return [`it leaks "${text.slice(Math.max(0, found.index - 60), found.index + 60)}"`];
  });
}

/** The answer of HTTP, in place of an upgrade. */
export async function judgeStatus(peer: RawPeer, { status, body }: Gets): Promise<string[]> {
  const isTold = await peer.until(({ head }) => head !== undefined, PATIENCE);
  if (!isTold) return [`no answer of HTTP came, TCP ${peer.ended ?? "stands"}`];
  const length = Number(peer.reader.head!.headers.get("content-length") ?? 0);
  // an answer to HEAD has none
  const wait = body === undefined ? 500 : PATIENCE;
  await peer.until((reader) => reader.body.length >= length, wait);
  const faults: string[] = [];
  const first = peer.reader.head!.first;
  if (!new RegExp(`^HTTP/1.[01] ${status} `).test(first)) faults.push(`it answers "${first}"`);
  if (body !== undefined && !body.test(peer.reader.body.slice(0, length))) {
    faults.push(`the body is "${peer.reader.body}"`);
  }
  return faults;
}

/** The end of the connection, with the close that is wanted. */
export async function judgeEnd(peer: RawPeer, gets: Gets, within: number): Promise<string[]> {
  await peer.until(({ close }) => close !== undefined, within);
  const { close } = peer.reader;
  if (close === undefined && peer.ended === undefined) return ["the connection goes on"];
  if (peer.ended === undefined && gets.isUnanswered !== true) {
    const payload = close!.code === 1005 ? "" : closePayload(close!.code);
    peer.frame({ opcode: OPCODE.close, payload }); // as the rules want it
    if (!await peer.untilEnded(within)) return [`TCP goes on after the close ${close!.code}`];
  }
  if (gets.end === "broken") return [];
  const wanted = [gets.end].flat();
  if (close === undefined) return [`TCP ended without a close, ${wanted.join(" or ")} was due`];
  if (!wanted.includes(close.code)) {
    return [`the close is ${close.code}, not ${wanted.join(" or ")}`];
  }
  if (gets.says !== undefined && close.reason !== gets.says) {
    return [`the close says "${close.reason}"`];
  }
  return [];
}

/** The texts that came back. */
export function judgeTexts(got: readonly string[], wanted: Gets["texts"] = []): string[] {
  const faults = wanted.flatMap((one, at) => {
    const text = got[at];
    if (text === undefined) return [`text ${at + 1} did not come: ${one}`];
    const isRight = typeof one === "string" ? text === one : one.test(text);
    return isRight ? [] : [`text ${at + 1} is ${cut(text)}, not ${one}`];
  });
  const more = got.slice(wanted.length).map((text) => `more came back: ${cut(text)}`);
  return [...faults, ...more.slice(0, 3)];
}

/** What the steps have noted, and what else has to be true. */
export function judgeRest(peer: RawPeer, { notes = [], also }: Gets): string[] {
  const faults: string[] = [];
  if (peer.notes.join() !== notes.join()) faults.push(`noted were [${peer.notes}], not [${notes}]`);
  const more = also?.(peer);
  return more === undefined ? faults : [...faults, more];
}

/** What an operator was told: all that is wanted, in order, and one end at most. */
export function judgeEvents(
  told: readonly string[],
  wanted: readonly string[],
  end: readonly string[],
): string[] {
  // an open connection, and a function that throws, are no news of an attack
  const events = told.filter((one) => !/^(text .*|open|thrown)$/s.test(one));
  const others = events.filter((event) => !isEnd(event));
  const ends = events.filter(isEnd);
  const faults: string[] = [];
  if (others.join() !== wanted.join()) {
    faults.push(`told were [${others.slice(0, 5)}], ${others.length} in all, not [${wanted}]`);
  }
  if (end.length > 0 ? ends.length !== 1 || !end.includes(ends[0]!) : ends.length > 0) {
    faults.push(`the ends told are [${ends}], not "${end.join(" or ")}"`);
  }
  for (const one of told) if (one.includes("hunter2")) faults.push(`a secret is told: ${cut(one)}`);
  return faults;
}

/** What became of the calls of the attacked end's own; the platform may add to an error's text. */
export function areOutcomes(got: unknown, wanted: readonly Outcome[]): boolean {
  return Array.isArray(got) && wanted.every((one, at) => {
    const other = got[at] as Outcome;
    const isError = typeof one === "object" && "error" in one;
    if (!isError) return JSON.stringify(other) === JSON.stringify(one);
    return typeof other === "object" && "error" in other && other.error.startsWith(one.error);
  });
}

/** What stands in the last frame with a call of the attacked end's own. */
export function lastCall([, second]: readonly Outcome[]): string {
  const isSent = !JSON.stringify(second).includes("NotSentError: ");
  return isSent ? '"second"' : '"first"';
}

/** Is it told of an end? */
export function isEnd(event: string): boolean {
  return event.startsWith("close ");
}

/** A text for people. */
export function cut(text: string): string {
  return text.length > 160 ? `${text.slice(0, 160)}… (${text.length})` : text;
}

/** Runs so many at once, and gives what each gave. */
export async function pooled<T, R>(
  items: readonly T[],
  width: number,
  run: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const at = next++;
      results[at] = await run(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
