/** What a server holds for clients that may come back. */
import { Lab, type Outcome } from "./lab.ts";
import { format, isHonest, warmUp } from "./scenarios.ts";
import { WINDOW } from "./server.ts";

const MB = 2 ** 20;
/** By default, a server keeps so many sessions of clients that are away. */
const MOST_AWAY = 10_000;
/** By default, an end keeps so many bytes that the peer doesn't acknowledge. */
const MOST_KEPT = 16 * MB;

/** How large it is. */
export interface AwayOptions {
  readonly connections: number;
  readonly processes: number;
}

/** Clients that are killed leave sessions, which wait for the window, up to a number of them. */
export async function away({ connections, processes }: AwayOptions): Promise<Outcome> {
  await using lab = await Lab.open("linked");
  await warmUp(lab);
  const before = await lab.sample("before");
  const clients = Array.from({ length: processes }, () => lab.client());
  const count = connections / processes;
  await Promise.all(clients.map(async (client) => {
    await client.order({ kind: "connect", count, atOnce: 50, to: "resumable" });
    await client.order({ kind: "call", each: 4 });
  }));
  const open = await lab.sample(`${format(connections)} connections open, after 4 calls on each`);
  await Promise.all(clients.map((client) => client.kill()));
  const kept = Math.min(connections, MOST_AWAY);
  await lab.untilConnections(kept);
  const gone = await lab.sample(`${format(kept)} sessions away`);
  await untilEnded(lab);
  const after = await lab.sample("after the window");
  await isHonest(lab);
  if (connections > kept) {
    lab.facts.push(`${format(connections - kept)} more than \`awaySessions\`: the oldest ended`);
  }
  lab.facts.push(
    `memory per session away: ${format((gone.heap - before.heap) / kept)} bytes of the heap; ` +
      `per open connection: ${format((open.heap - before.heap) / connections)} bytes`,
  );
  lab.expect(
    gone.heap - before.heap <= (open.heap - before.heap) * 1.1,
    "sessions that are away take more than connections that are open",
  );
  lab.expect(after.heap <= before.heap + connections * KEPT_OF_KILLED, "sessions were left behind");
  return lab.outcome(`${format(connections)} clients that are away`);
}

/** Waits until the sessions of clients that are away have ended. */
async function untilEnded(lab: Lab): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, WINDOW));
  await lab.untilConnections(0);
}

/** What Deno keeps of a connection that ended without a close, for 120 s. */
const KEPT_OF_KILLED = 6_000;

/** How large it is. */
export interface UnacknowledgedOptions {
  /** Texts of a megabyte that are asked for, read, and not acknowledged. */
  readonly megabytes: number;
}

/** A peer that acknowledges nothing costs a bounded amount, and delays nobody. */
export async function unacknowledged({ megabytes }: UnacknowledgedOptions): Promise<Outcome> {
  await using lab = await Lab.open("linked");
  await warmUp(lab);
  const before = await lab.sample("before");
  const silent = lab.client();
  await silent.order({ kind: "silent", count: megabytes, bytes: MB });
  let most = before.heap;
  let resident = before.resident;
  for (let look = 1; look <= 4; look++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const sample = await lab.sample(`${format(look * 500)} ms later`);
    most = Math.max(most, sample.heap);
    resident = Math.max(resident, sample.resident);
  }
  await isHonest(lab);
  lab.facts.push(
    `${megabytes} MiB requested, read and not acknowledged: the heap grew by ` +
      `${format((most - before.heap) / MB)} MiB, and the process by ` +
      `${format((resident - before.resident) / MB)} MiB`,
  );
  lab.expect(most - before.heap <= 2 * MOST_KEPT, "the server kept more than twice the limit");
  await silent.kill();
  await untilEnded(lab);
  await lab.sample("after its client was killed, and the window");
  return lab.outcome("A client that acknowledges nothing");
}
