/**
 * The members of `groups.ts`, in a process of their own: connects them, and tells each server when
 * all members of a room have one of its messages. Ends with its input. Runs in Node.
 */
import { connect, type Socket } from "node:net";
import process from "node:process";
import { rawMember } from "./groups/raw_member.ts";
import { ROOM_SUBJECTS, type RoomSubjectName } from "./groups/subjects.ts";

/** How a server process is reached. */
export interface Ports {
  readonly port: number;
  /** Where it hears that all members of a room have a message. `undefined` if it sends none. */
  readonly control?: number;
}

/** What it is asked for. */
export interface MembersPlan {
  readonly subject: RoomSubjectName;
  /** The processes, between which the members of each room are divided. */
  readonly servers: readonly Ports[];
  readonly rooms: number;
  /** How many members a room has. */
  readonly members: number;
}

/** Members that connect at the same time. */
const AT_ONCE = 50;

async function join({ subject, servers, rooms, members }: MembersPlan): Promise<void> {
  const { greeting } = ROOM_SUBJECTS[subject];
  const controls: (Socket | undefined)[] = await Promise.all(
    servers.map(({ control }) => control === undefined ? undefined : opened(control)),
  );
  const heard = servers.map(() => 0);
  const count = (server: number): void => {
    heard[server]!++;
    if (heard[server]! % members === 0) controls[server]?.write(".");
  };
  const all = Array.from({ length: rooms * members }, (_, at) => ({
    port: servers[at % servers.length]!.port,
    room: Math.floor(at / members),
  }));
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const some = all.slice(at, at + AT_ONCE);
    await Promise.all(some.map((one) => rawMember({ ...one, greeting, heard: count })));
  }
}

/** The connection over which a server hears of its messages. */
function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.setNoDelay(true);
    socket.on("error", reject);
  });
}

const plans: readonly MembersPlan[] = JSON.parse(process.argv[2]!);
for (const plan of plans) await join(plan);
console.log("{}");
process.stdin.on("data", () => {});
process.stdin.on("end", () => process.exit(0));
