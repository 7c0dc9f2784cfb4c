/**
 * A server process of `groups.ts`. It prints its ports, obeys one order a line, and ends with its
 * input.
 */
import { createServer } from "node:net";
import process from "node:process";
import { RoomRun, type Way, type WindowOrder } from "./groups/room_run.ts";
import { MARKS, type RoomPlan } from "./groups/subject.ts";
import { ROOM_SUBJECTS, type RoomSubjectName } from "./groups/subjects.ts";
import type { Ports } from "./groups_client.ts";
import { obeyLines } from "./obey.ts";

/** What it is started with. */
export interface ServerPlan extends RoomPlan {
  readonly subject: RoomSubjectName;
  /** Which of the processes it is. */
  readonly number: number;
}

/** What it is told to do. */
export type Order =
  | { readonly do: "size" }
  | { readonly do: "encoded"; readonly way: Way }
  | WindowOrder & { readonly do: "window" };

const plan: ServerPlan = JSON.parse(process.argv[2]!);
const server = await ROOM_SUBJECTS[plan.subject].serve(plan);
const run = new RoomRun(server, { rooms: plan.rooms, mark: MARKS[plan.number]! });
const control = createServer((socket) => {
  socket.on("data", ({ length }) => run.arrived(length));
});
await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
const ports: Ports = {
  port: server.port,
  control: (control.address() as { port: number }).port,
};
console.log(JSON.stringify(ports));
obeyLines(obey);

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case "size":
      return { size: server.size };
    case "encoded":
      return { encoded: await run.encoded(order.way) };
    case "window":
      return await run.window(order);
    default:
      order satisfies never;
  }
}
