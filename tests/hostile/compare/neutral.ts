import { leaksOf } from "../judge.ts";
import type { Gets, Outcome, Phase, Row } from "../row.ts";
import { closePayload, OPCODE } from "../wire/frames.ts";
import type { RawPeer } from "../wire/peer.ts";

/**
 * What a case came to, whoever's server it was: from the worst to the best. How an end is coded and
 * worded is not asked.
 */
export const VERDICTS = {
  died: "the process crashed",
  others: "other clients were disconnected, or new ones could not connect",
  leaked: "a stack trace or private data was returned",
  wrong: "a call that must be refused ran, or the wrong call was settled",
  unanswered: "no response: the caller waits forever",
  held: "a connection that must close stayed open",
  right: "as expected",
} as const;

/** One of them. */
export type Verdict = keyof typeof VERDICTS;

/** How long an answer or an end may take, in ms. */
const PATIENCE = 1_500;

/** How long silence is awaited where nothing must come, in ms. */
const QUIET = 60;

/** The rows that say something about any server: none about limits that are set by our options. */
export function isNeutral(row: Row, phase: Phase, isTransport: boolean): boolean {
  if (row.server !== undefined || row.header !== undefined || row.isOurs === true) return false;
  if (!["tcp", "upgraded", "undecided", "accepted"].includes(phase)) return false;
  if (isTransport) return phase !== "undecided" && row.gets[phase]!.calls === undefined;
  return ["accept", "calls", "nothing", "late", "header", undefined].includes(row.handler);
}

/** What came back of one case; what became of the others is asked elsewhere. */
export async function verdictOf(
  peer: RawPeer,
  gets: Gets,
  options: {
    readonly isTransport: boolean;
    readonly outcomes?: () => Promise<readonly Outcome[] | null>;
  },
): Promise<Verdict> {
  const verdict = await reactionOf(peer, gets, options.isTransport);
  if (!options.isTransport && leaksOf(peer.reader.everything).length > 0) return "leaked";
  if (verdict !== "right" || gets.calls === undefined) return verdict;
  return await outcomesOf(gets.calls, options.outcomes!);
}

/** What became of the server's own calls, which may take their time. */
async function outcomesOf(
  wanted: readonly Outcome[],
  ask: () => Promise<readonly Outcome[] | null>,
): Promise<Verdict> {
  let got: readonly Outcome[] | null = null;
  for (const end = Date.now() + PATIENCE; Date.now() < end;) {
    got = await ask();
    if (wanted.every((one, at) => isLike(got?.[at], one))) return "right";
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const isWaiting = wanted.some((one, at) => one !== "waits" && got?.[at] === "waits");
  return isWaiting ? "unanswered" : "wrong";
}

/** A value must be the same; an error must be one; what waits must not be settled by another's. */
function isLike(got: Outcome | undefined, wanted: Outcome): boolean {
  if (got === undefined) return false;
  if (wanted === "waits" || got === "waits") return got === wanted;
  if ("error" in wanted) return "error" in got;
  return JSON.stringify(got) === JSON.stringify(wanted);
}

async function reactionOf(peer: RawPeer, gets: Gets, isTransport: boolean): Promise<Verdict> {
  const { status, end, texts = [] } = gets;
  if (status !== undefined) {
    const isTold = await peer.until(({ head }) => head !== undefined, PATIENCE);
    return isTold || peer.ended !== undefined ? "right" : "unanswered";
  }
  if (end !== undefined) return await ends(peer) ? "right" : "held";
  if (isTransport) {
    await peer.until(() => false, QUIET);
    return "right"; // its words are none of this server's: it may go on or end
  }
  for (const text of texts) {
    const answer = typeof text === "string" ? parsed(text) : undefined;
    if (answer?.uid === undefined) continue;
    const verdict = await answered(peer, answer);
    if (verdict !== "right") return verdict;
  }
  if (texts.length === 0) await peer.until(() => false, QUIET);
  return "right";
}

async function ends(peer: RawPeer): Promise<boolean> {
  await peer.until(({ close }) => close !== undefined, PATIENCE);
  const { close } = peer.reader;
  if (close !== undefined && peer.ended === undefined) {
    peer.frame({
      opcode: OPCODE.close,
      payload: close.code === 1005 ? "" : closePayload(close.code),
    });
    await peer.untilEnded(PATIENCE);
  }
  peer.finish(); // some wait for our end of TCP as well
  return peer.ended !== undefined;
}

interface Answer {
  readonly uid?: unknown;
  readonly success?: unknown;
  readonly value?: unknown;
}

/** One uid may be answered more than once, where it was used more than once. */
async function answered(peer: RawPeer, wanted: Answer): Promise<Verdict> {
  const all = (): (Answer | undefined)[] =>
    peer.reader.texts.map(parsed).filter((one) => one?.uid === wanted.uid);
  const isRight = (got: Answer | undefined): boolean =>
    wanted.success === false
      ? got?.success === false
      : got?.success === true && JSON.stringify(got.value) === JSON.stringify(wanted.value);
  await peer.until(() => all().some(isRight), all().length > 0 ? QUIET : PATIENCE);
  if (all().some(isRight)) return "right";
  if (all().length > 0) return "wrong";
  return peer.ended === undefined ? "unanswered" : "right";
}

function parsed(text: string): Answer | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
