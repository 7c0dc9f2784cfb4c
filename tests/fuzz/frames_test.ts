import fc from "npm:fast-check@4.10.2";
import { assert, assertEquals } from "@std/assert";
import { Clock } from "./clock.ts";
import {
  answerFor,
  fresh,
  type FuzzedEnd,
  headerFor,
  isStructured,
  type Side,
} from "./fuzzed_end.ts";
import { frameOf, handshakeOf, type Wire } from "./grammar.ts";
import { type Parcel, text } from "./memory_socket.ts";
import { read, type ReadReturn } from "./reference.ts";
import { Followed, fuzz, rest } from "./runs.ts";

const SIDES: readonly Side[] = ["acceptor", "connector"];
const WIRES: readonly Wire[] = ["plain", "linked", "structured", "passing"];

/** Calls of the end's own that wait while frames come in: their uids are 1, 2, 3. */
const OWN_CALLS = 3;

/** Deeper than a value may be. */
const DEEP = "[".repeat(2_500);

/** No fuzzed peer uses it. */
const HONEST_UID = 1_000_001;

/** What the frames that came in while it was open ask for, by the rules. */
class Expected {
  readonly returns = new Map<number, ReadReturn>();
  readonly answers = new Map<string, number>();

  /** One more; tells whether the connection goes on. */
  take(wire: Wire, frame: string): boolean {
    const { returns, calls, isReadable } = read(wire, frame);
    for (const one of returns) if (!this.returns.has(one.uid)) this.returns.set(one.uid, one);
    for (const uid of calls) {
      if (Number.isFinite(uid)) count(this.answers, uid);
    }
    return wire === "plain" ? !frame.startsWith(DEEP) : isReadable;
  }
}

function count(counts: Map<string, number>, uid: number): void {
  counts.set(String(uid), (counts.get(String(uid)) ?? 0) + 1);
}

/** One connection: accepted, three calls of its own under way, then whatever frames. */
async function run(side: Side, wire: Wire, frames: readonly Parcel[]): Promise<void> {
  using clock = new Clock();
  const fuzzed = fresh(side, wire);
  const { socket } = fuzzed;
  socket.takes(text(side === "acceptor" ? headerFor(wire) : answerFor(wire)));
  const end = fuzzed.end!;
  const driver = end.getDriver();
  const own = Array.from({ length: OWN_CALLS }, (_, at) => new Followed(driver.ask!(at)));
  const joined = new Followed(end.join());
  await rest();
  const expected = new Expected();
  for (const parcel of frames) {
    const { state } = end;
    const frame = parcel.kind === "frame" && typeof parcel.data === "string" && parcel.data;
    const goesOn = state !== 1 || frame === false || expected.take(wire, frame);
    socket.takes(parcel);
    await rest(10);
    if (!isStructured(wire) && state === 1) assertEquals(end.state === 1, goesOn, "goes on");
  }
  fuzzed.settleAll();
  await rest();
  if (!isStructured(wire)) checkAnswers(wire, { fuzzed, expected, own });
  if (end.state === 1 && !isStructured(wire)) await checkHonest(wire, fuzzed);
  clock.tick(100);
  checkTexts(fuzzed);
  socket.breaks();
  clock.tick(100); // a session waits for another link for less
  await rest();
  assert(own.every(({ ending }) => ending !== undefined), "a call still waits");
  assert(joined.ending?.kind === "resolved", "a joiner still waits");
  checkNothingLeft(fuzzed, clock);
}

interface Checked {
  readonly fuzzed: FuzzedEnd;
  readonly expected: Expected;
  readonly own: readonly Followed[];
}

function checkAnswers(wire: Wire, { fuzzed, expected, own }: Checked): void {
  own.forEach(({ ending }, at) => {
    const told = expected.returns.get(at + 1);
    if (told === undefined) return assertEquals(ending, undefined, `call ${at + 1} has settled`);
    if (told.success === true) {
      return assertEquals(ending, { kind: "resolved", value: told.value }, `call ${at + 1}`);
    }
    assertEquals(ending?.kind, "rejected", `call ${at + 1}`);
  });
  if (fuzzed.end!.state !== 1) return; // what was not answered by then is not owed
  const answers = new Map<string, number>();
  for (const frame of fuzzed.socket.texts.slice(1)) {
    for (const { uid } of read(wire, frame).returns) count(answers, uid);
  }
  assertEquals(sorted(answers), sorted(expected.answers), "calls and their answers");
}

function sorted(counts: Map<string, number>): [string, number][] {
  return [...counts].sort(([a], [b]) => a < b ? -1 : 1);
}

async function checkHonest(wire: Wire, { socket }: FuzzedEnd): Promise<void> {
  socket.takes(text(
    wire === "plain"
      ? `{"uid":${HONEST_UID},"listener":"plus","parameters":[{"value":1},{"value":2}]}`
      : `[0,${HONEST_UID},"plus",[1,2]]`,
  ));
  await rest();
  const returns = socket.texts.slice(1).flatMap((frame) => read(wire, frame).returns);
  const answer = returns.filter(({ uid }) => uid === HONEST_UID);
  assertEquals(answer, [{ uid: HONEST_UID, success: true, value: 3 }], "an honest call");
}

/** Whatever came in, what leaves is JSON. */
function checkTexts({ socket }: FuzzedEnd): void {
  for (const frame of socket.texts) {
    try {
      JSON.parse(frame);
    } catch (cause) {
      throw new Error(`Cannot read what left: ${frame}`, { cause });
    }
  }
}

function checkNothingLeft({ socket, countLeft }: FuzzedEnd, clock: Clock): void {
  assertEquals(socket.escaped, [], "thrown out of a listener");
  assertEquals(socket.listenerCount, 0, "listeners remain");
  assertEquals(clock.count, 0, "timers remain");
  assertEquals(countLeft(), 0, "functions or streams remain");
  assertEquals(Object.keys(Object.prototype), [], "a prototype was reached");
  assertEquals(({} as { polluted?: unknown }).polluted, undefined);
}

/** A peer that never gets the handshake right, or does by chance. */
async function greet(side: Side, wire: Wire, frames: readonly Parcel[]): Promise<void> {
  using clock = new Clock();
  const fuzzed = fresh(side, wire);
  const connecting = new Followed(fuzzed.connecting ?? Promise.resolve());
  for (const parcel of frames) {
    fuzzed.socket.takes(parcel);
    await rest(10);
  }
  fuzzed.settleAll();
  checkTexts(fuzzed);
  fuzzed.socket.breaks();
  clock.tick(100);
  await rest();
  assert(connecting.ending !== undefined, "connect() still waits");
  checkNothingLeft(fuzzed, clock);
}

for (const side of SIDES) {
  for (const wire of WIRES) {
    Deno.test(`${side} answers by the rules when ${wire} frames are random`, async () => {
      const frames = fc.array(frameOf(wire), { minLength: 1, maxLength: 8, size: "max" });
      await fuzz(frames, 0.1, (all) => run(side, wire, all));
    });
  }
  Deno.test(`${side} leaves nothing behind when its handshake is random`, async () => {
    const wires = fc.constantFrom(...WIRES);
    const cases = wires.chain((wire) =>
      fc.tuple(
        fc.constant(wire),
        fc.array(handshakeOf(side === "acceptor" ? headerFor(wire) : answerFor(wire)), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.array(frameOf(wire), { maxLength: 2 }),
      )
    );
    await fuzz(cases, 0.1, ([wire, first, then]) => greet(side, wire, [...first, ...then]));
  });
}
