import { assert, assertLess } from "@std/assert";
import { connectedTo, opened } from "../helpers/servers.ts";

/*
 * What the two pacers are for, over real sockets: sends with them are compared with sends without
 * them in one run. Only on Linux, because elsewhere acknowledgements are put off by other rules.
 */

/** Longer than the server's words go on, in ms. */
const QUIET = 35;
const SENDS = 12;
/** A machine that has much else to do is slow by itself: the best of so many goes counts. */
const GOES = 4;
/** Large enough to stall, small enough to leave in one piece. */
const PAYLOAD = "x".repeat(8_000);
/** A call that goes on beyond any stall, in ms. */
const SLOW = 60;

const provider = {
  echo: (value: unknown) => value,
  wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

/** What is sent on a quiet connection: gives how long it took. */
type Send = (call: (name: "echo" | "wait", value: unknown) => Promise<unknown>) => Promise<number>;

const payload: Send = (call) => timed(() => call("echo", PAYLOAD));
const behindSlow: Send = async (call) => {
  const slow = call("wait", SLOW);
  await sleep(2);
  const ms = await timed(() => call("echo", 1));
  await slow;
  return ms;
};
const batch: Send = (call) =>
  timed(() => Promise.all(Array.from({ length: 500 }, (_, i) => call("echo", i))));

const ROWS: readonly (readonly [when: string, send: Send, without: Send])[] = [
  ["one payload of 8 kB is alone", payload, payload],
  ["a small call follows a slow one", behindSlow, behindSlow],
  ["a batch of 500 calls is alone", batch, payload],
];

if (Deno.build.os === "linux") {
  for (const [when, send, without] of ROWS) {
    Deno.test(`a call stalls without pacers, and with them hardly ever, when ${when}`, async () => {
      const stall = median(await timesOf(without, { isPaced: false })) / 2;
      let least: number[] | undefined;
      const overIn = (times: readonly number[]) => times.filter((ms) => ms > stall).length;
      for (let go = 0; go < GOES && (least === undefined || overIn(least) > 1); go++) {
        const times = await timesOf(send, { isPaced: true });
        if (least === undefined || overIn(times) < overIn(least)) least = times;
      }
      assertLess(median(least!), stall);
      assert(overIn(least!) <= 1, `${overIn(least!)} of ${SENDS} took longer than ${stall} ms`);
    });
  }
}

/** How long each of the sends took, in ms. */
async function timesOf(send: Send, { isPaced }: { isPaced: boolean }): Promise<number[]> {
  await using server = await opened((acceptor) => acceptor.accept(provider));
  // a socket of the user's own making is not known to hold frames back
  const options = isPaced ? {} : { socket: (url: string) => new WebSocket(url) };
  await using connector = await connectedTo(server, options);
  const driver = connector.getDriver();
  const call = (name: "echo" | "wait", value: unknown): Promise<unknown> => driver[name]!(value);
  // the first acknowledgements of a connection are never put off
  for (let i = 0; i < 40; i++) await call("echo", i);
  const times: number[] = [];
  for (let i = 0; i < SENDS; i++) {
    await sleep(QUIET);
    times.push(await send(call));
  }
  return times;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
