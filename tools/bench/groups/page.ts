/** The section of docs/BENCHMARKS.md about groups. */
import type { Machine } from "../machine.ts";
import { packageVersions } from "../peers.ts";
import { run, type Runtime } from "../processes.ts";
import { withSection } from "../../section.ts";
import { type Spread, spreadOf } from "../statistics.ts";
import { table } from "../table.ts";
import type { MemberCosts } from "./members.ts";
import type { RoomResult } from "./rooms.ts";
import type { RoomSubjectName } from "./subjects.ts";

const PAGE = new URL("../../../docs/BENCHMARKS.md", import.meta.url);
const TITLES: Readonly<Record<RoomSubjectName, string>> = {
  ours: "Sheetbend",
  socketIo: "socket.io",
};
const RUNTIMES: Readonly<Record<Runtime, string>> = { deno: "Deno", node: "Node" };

/** All that `groups.ts` measures. A part that wasn't asked for is empty. */
export interface GroupResults {
  /** One process: a list for each runtime. */
  readonly local: readonly (readonly RoomResult[])[];
  /** Two processes: a list for each number of rooms. */
  readonly across: readonly { readonly rooms: number; readonly results: readonly RoomResult[] }[];
  readonly members: readonly MemberCosts[];
}

/** How it was measured. */
export interface GroupRun {
  readonly machine: Machine;
  readonly rounds: number;
  /** What the message systems say of themselves. */
  readonly brokers: readonly string[];
}

/** Windows as shares of the baseline's of the same round. */
export function sharesOf(
  { windows }: Pick<RoomResult, "windows">,
  baseline: Pick<RoomResult, "windows">,
  key: "perSecond" | "cpu" = "perSecond",
): Spread {
  return spreadOf(windows.map((window, round) => {
    const other = baseline.windows[round]![key];
    return key === "cpu" ? other / window[key] : window[key] / other;
  }));
}

/** One process: compared with the loop of the same runtime. */
export function localTable(lists: GroupResults["local"]): string {
  const rows = lists.flatMap((results) => {
    const loop = results.find(({ way }) => way === "loop")!;
    return results.map((result) => [
      nameOf(result),
      spreadText(sharesOf(result, loop)),
      spreadText(sharesOf(result, loop, "cpu")),
      medianText(result, "perSecond"),
      medianText(result, "cpu"),
      `${result.encoded}`,
    ]);
  });
  return table([
    "",
    "Messages/s, compared with the loop",
    "Loop's CPU time : this one's",
    "Messages/s",
    "CPU time, ms",
    "Bytes encoded",
  ], rows);
}

/** Two processes: compared with socket.io. */
export function acrossTable(lists: GroupResults["across"]): string {
  const rows = lists.flatMap(({ rooms, results }) => {
    const theirs = results.find(({ subject }) => subject === "socketIo")!;
    return results.map((result) => [
      `${rooms === 1 ? "1 room" : `${rooms} rooms`}, ${nameOf(result)}`,
      spreadText(sharesOf(result, theirs)),
      medianText(result, "perSecond"),
      medianText(result, "cpu"),
    ]);
  });
  return table([
    "",
    "Messages/s, compared with socket.io",
    "Messages/s of each process",
    "CPU time, ms",
  ], rows);
}

/** What a membership costs beside an entry in a set. */
export function membersTable(all: readonly MemberCosts[]): string {
  const rows = all.flatMap(({ runtime, bytes, times }) => {
    const medians = { group: spreadOf(times.map(({ group }) => group)).median, own: 0 };
    medians.own = spreadOf(times.map(({ own }) => own)).median;
    return [
      [
        `memory in ${RUNTIMES[runtime]}, bytes`,
        Math.round(bytes.group).toLocaleString("en-US"),
        Math.round(bytes.own).toLocaleString("en-US"),
        (bytes.group / bytes.own).toFixed(2),
      ],
      [
        `a join and a leave in ${RUNTIMES[runtime]}, µs`,
        medians.group.toFixed(2),
        medians.own.toFixed(2),
        spreadText(spreadOf(times.map(({ group, own }) => group / own))),
      ],
    ];
  });
  return table(["", "Member of a group", "Entry in a `Set`", "Ratio"], rows);
}

/** The section, before `deno fmt` has aligned its tables. */
export function groupsText(results: GroupResults, how: GroupRun, date: Date): string {
  const { cpu, cores, versions, load } = how.machine;
  const packages = packageVersions();
  const names = ["socket.io", "@socket.io/redis-adapter", "redis", "@nats-io/transport-node", "ws"];
  const listed = names.map((name) => `${name} ${packages[name]}`).join(", ");
  return [
    "<!-- groups: made by tools/bench/groups.ts -->\n## Groups",
    INTRODUCTION,
    LOCAL,
    localTable(results.local),
    ACROSS,
    acrossTable(results.across),
    MEMBERS,
    membersTable(results.members),
    `Measured on ${date.toISOString().slice(0, 10)}: ${cpu}, ${cores} cores, ${versions}, ${
      [...how.brokers, listed].join(", ")
    }, ${how.rounds} rounds, load average before the run ${load.toFixed(2)}.`,
    "<!-- /groups -->",
  ].join("\n\n");
}

/** Replaces the section in `docs/BENCHMARKS.md`. */
export async function groupsPage(results: GroupResults, how: GroupRun): Promise<void> {
  const page = await Deno.readTextFile(PAGE);
  await Deno.writeTextFile(PAGE, withSection(page, "groups", groupsText(results, how, new Date())));
  await run(Deno.execPath(), "fmt", "-q", PAGE.pathname);
}

function nameOf({ subject, way, runtime }: RoomResult): string {
  return `${way === "loop" ? "hand-written loop" : TITLES[subject]} in ${RUNTIMES[runtime]}`;
}

function spreadText({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`;
}

function medianText({ windows }: Pick<RoomResult, "windows">, key: "perSecond" | "cpu"): string {
  const { median } = spreadOf(windows.map((window) => window[key]));
  return median < 100
    ? median.toFixed(median < 10 ? 2 : 1)
    : Math.round(median).toLocaleString("en-US");
}

const INTRODUCTION = `Messages to all members of a [\`Group\`](SCALING.md), compared with a
hand-written loop and with socket.io. \`deno task bench:groups\` measures them in turns of one run, and
writes this section. Ratios are medians of the ratios to the window of the same round, with the
minimum and maximum in parentheses. Above 1.00, a row is faster.

The members are the same for all servers. They only count messages, over plain TCP, so that the
servers do most of the work. Each message is sent in a turn of its own.`;

const LOCAL =
  `**One process, one message to 1,000 members.** The loop is in the same process and sends over the same
sockets: it encodes the message once, and passes the text to each socket in a \`Set\`. It doesn't
check whether a member is slow or away. socket.io emits to a room, on its own server. "Bytes encoded" is the JSON that one message to all members takes.`;

const ACROSS =
  `**Two processes, 1,000 members.** Half of the members are on each process, and both processes send at
the same time, to 1 room or to 100 rooms in turn. Sheetbend uses \`natsBus\` and nats-server, and
socket.io uses its Redis adapter and redis-server.`;

const MEMBERS =
  `**One process, 10,000 connections, each in one group.** An entry in a \`Set\` of acceptors, which is
deleted when its \`join()\` resolves, is what a program without groups would keep.`;
