import type { Outcome } from "./lab.ts";
import { Program } from "./program.ts";
import { CALLS_EACH, type Restart } from "./restart_clients.ts";

/** The maximum part of the clients that may dial within one second. */
const AT_ONCE = 1 / 3;

/** A server restarts: all its clients must be back, and must not dial all at once. */
export async function restart(count: number): Promise<Outcome> {
  const servers = [1, 2].map(() => new Program("tools/load/restart_server.ts"));
  await using first = servers[0]!;
  await using second = servers[1]!;
  await second.ask("count"); // its process has started
  const port = await first.ask<number>({ port: 0 });
  const args = [`ws://127.0.0.1:${port}`, `${count}`];
  await using clients = new Program("tools/load/restart_clients.ts", args);
  await clients.hear();
  const closed = performance.now();
  await first.ask("close");
  await second.ask({ port });
  const away = performance.now() - closed;
  const seen = await clients.hear<Restart>();
  return outcomeOf(seen, { count, away, begun: await second.ask<number>("count") });
}

interface Restarted {
  readonly count: number;
  /** How long no server accepted clients, in ms. */
  readonly away: number;
  /** How many clients the second server has accepted. */
  readonly begun: number;
}

function outcomeOf(seen: Restart, { count, away, begun }: Restarted): Outcome {
  const { ms, renewed, resumed, rejected, returned, wrong, dials } = seen;
  const most = mostWithin(dials, 1_000);
  const seconds = clientsBySecond(dials);
  const calls = count * CALLS_EACH;
  const faults = [...new Set(wrong)];
  const expect = (holds: boolean, fault: string): void => void (holds || faults.push(fault));
  expect(renewed === count && begun === count, `${renewed} clients are back, of ${count}`);
  expect(resumed === 0, `${resumed} sessions were resumed`);
  expect(rejected === calls, `${rejected} calls that were sent were rejected, of ${calls}`);
  expect(returned === calls, `${returned} calls that waited returned, of ${calls}`);
  expect(most <= count * AT_ONCE, `${most} clients dialed within one second`);
  return {
    title: `A restart of a server with ${count} clients that use \`reconnection\``,
    facts: [
      `no server accepted clients for ${(away / 1_000).toFixed(1)} s`,
      `all clients were connected again after ${(ms / 1_000).toFixed(1)} s and ${dials.length} ` +
      `attempts`,
      `clients that dialed in each second: ${seconds.join(", ")}; within any second at most ` +
      `${most}, ${Math.round(most / count * 100)}%`,
      `calls that had been sent, and were rejected: ${rejected} of ${calls}; calls made without ` +
      `a connection, which returned: ${returned} of ${calls}`,
    ],
    samples: [],
    faults,
  };
}

type Dials = Restart["dials"];

/** How many clients dialed within any time of this length, at most. */
export function mostWithin(dials: Dials, ms: number): number {
  const counts = dials.map(({ at: from }) =>
    new Set(dials.filter(({ at }) => at >= from && at < from + ms).map(({ client }) => client)).size
  );
  return Math.max(0, ...counts);
}

function clientsBySecond(dials: Dials): number[] {
  const seconds: Set<number>[] = [];
  for (const { client, at } of dials) (seconds[Math.floor(at / 1_000)] ??= new Set()).add(client);
  return Array.from(seconds, (clients) => clients?.size ?? 0);
}
