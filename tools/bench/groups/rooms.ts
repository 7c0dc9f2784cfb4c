/** Servers with rooms, their members, and the windows in which they send. */
import { type Bench, CLIENT_CORE, type Runtime, SERVER_CORE } from "../processes.ts";
import type { MembersPlan, Ports } from "../groups_client.ts";
import type { Order, ServerPlan } from "../groups_server.ts";
import { Program } from "../program.ts";
import type { RoomWindow, Way } from "./room_run.ts";
import type { RoomSubjectName } from "./subjects.ts";

/** What is compared. */
export interface Contender {
  readonly subject: RoomSubjectName;
  readonly runtime: Runtime;
  /** A loop has the server and the sockets of the contender before it. */
  readonly way: Way;
  /** The message systems of its processes: one process without any, or else two. */
  readonly bus: string | undefined;
}

/** How rooms are filled, and how long to send to them. */
export interface RoomsPlan {
  readonly rooms: number;
  /** In each room, on all processes. */
  readonly members: number;
  readonly rounds: number;
  readonly windowMs: number;
  /** How many messages of a process are on their way at a time. */
  readonly flight: number;
}

/** What a contender did in all rounds; of two processes, the average. */
export interface RoomResult extends Contender {
  readonly windows: readonly RoomWindow[];
  /** The bytes of JSON that one message takes in the process that sends it. */
  readonly encoded: number;
}

type ServerProgram = Program<Order>;

/** A contender with its processes. */
interface Started {
  readonly contender: Contender;
  readonly programs: readonly ServerProgram[];
  readonly windows: RoomWindow[];
}

/** Rounds that warm up: each window is short, and compilers want some thousand members. */
const WARM_UP = 5;

/** All contenders take turns in each round. */
export async function measureRooms(
  bench: Bench,
  contenders: readonly Contender[],
  plan: RoomsPlan,
): Promise<RoomResult[]> {
  await bench.packages();
  await using stack = new AsyncDisposableStack();
  const started: Started[] = [];
  const members: MembersPlan[] = [];
  for (const contender of contenders) {
    if (contender.way === "loop") {
      started.push({ contender, programs: started.at(-1)!.programs, windows: [] });
      continue;
    }
    const { programs, ports } = await serve(bench, contender, plan);
    for (const program of programs) stack.use(program);
    started.push({ contender, programs, windows: [] });
    members.push({ ...plan, subject: contender.subject, servers: ports });
  }
  const isOne = contenders.every(({ bus }) => bus === undefined);
  const where = { runtime: "node", core: isOne ? CLIENT_CORE : undefined } as const;
  const client = stack.use(await Program.start(bench, ["groups_client.ts", members], where));
  await client.next();
  for (const { programs } of started) await untilFull(programs, plan.rooms * plan.members);
  for (let round = -WARM_UP; round < plan.rounds; round++) {
    for (const { contender, programs, windows } of inTurn(started, round)) {
      const { windowMs: ms, flight } = plan;
      const order = { do: "window", way: contender.way, ms, flight } as const;
      const all = await Promise.all(programs.map((one) => one.ask<RoomWindow>(order)));
      if (round >= 0) windows.push(averageOf(all));
    }
  }
  return await Array.fromAsync(started, resultOf); // one by one, as two may share a program
}

async function resultOf({ contender, programs: [first], windows }: Started): Promise<RoomResult> {
  const { way } = contender;
  const { encoded } = await first!.ask<{ encoded: number }>({ do: "encoded", way });
  return { ...contender, windows, encoded };
}

async function serve(
  bench: Bench,
  { subject, runtime, bus }: Contender,
  { rooms }: RoomsPlan,
): Promise<{ programs: ServerProgram[]; ports: Ports[] }> {
  const programs: ServerProgram[] = [];
  const ports: Ports[] = [];
  const where = { runtime, core: bus === undefined ? SERVER_CORE : undefined };
  for (let number = 0; number < (bus === undefined ? 1 : 2); number++) {
    const plan: ServerPlan = { subject, rooms, bus, number };
    const program = await Program.start<Order>(bench, ["groups_server.ts", plan], where);
    ports.push(await program.next<Ports>());
    programs.push(program);
  }
  return { programs, ports };
}

/** Waits until all have joined, which a server does after it has answered. */
async function untilFull(programs: readonly ServerProgram[], members: number): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    const sizes = await Promise.all(
      programs.map((one) => one.ask<{ size: number }>({ do: "size" })),
    );
    if (sizes.reduce((sum, { size }) => sum + size, 0) === members) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("Cannot measure: some members haven't joined");
}

/** Each comes first as often as last. */
function inTurn<T>(all: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? all : all.toReversed();
}

function averageOf(windows: readonly RoomWindow[]): RoomWindow {
  const average = (key: keyof RoomWindow): number =>
    windows.reduce((sum, one) => sum + one[key], 0) / windows.length;
  return { perSecond: average("perSecond"), cpu: average("cpu") };
}
