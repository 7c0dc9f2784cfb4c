import { assert, assertLess } from "@std/assert";
import { connectedTo, opened } from "../helpers/servers.ts";

/** More than any call takes by itself, and less than a delayed acknowledgement, in ms. */
const STALLED = 20;
/** Longer than the server's words go on, in ms. */
const QUIET = 35;
const SENDS = 12;
/** A machine that has much else to do is slow by itself: the better of so many goes counts. */
const GOES = 4;
/** Large enough to stall, small enough to leave in one piece. */
const PAYLOAD = "x".repeat(8_000);

const provider = {
  echo: (value: unknown) => value,
  wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

/** What is sent on a quiet connection, by the name that the tests have. */
type Send = (call: (name: "echo" | "wait", value: unknown) => Promise<unknown>) => Promise<number>;

const SENDS_BY_NAME: readonly (readonly [string, Send])[] = [
  ["one payload of 8 kB is alone", (call) => timed(() => call("echo", PAYLOAD))],
  ["a small call follows a slow one", async (call) => {
    const slow = call("wait", 2 * STALLED + 10);
    await sleep(2);
    const ms = await timed(() => call("echo", 1));
    await slow;
    return ms;
  }],
  [
    "a batch of 500 calls is alone",
    (call) => timed(() => Promise.all(Array.from({ length: 500 }, (_, i) => call("echo", i)))),
  ],
];

for (const [when, send] of SENDS_BY_NAME) {
  Deno.test(`Pace and Trail leave no stall when ${when}`, async () => {
    let least = SENDS;
    for (let go = 0; go < GOES && least > 1; go++) {
      least = Math.min(least, await stalledOf(send, { isCured: true }));
    }
    assertLess(least, 2);
  });
}

// elsewhere acknowledgements are put off by other rules
if (Deno.build.os === "linux") {
  for (const [when, send] of SENDS_BY_NAME.slice(0, 2)) {
    Deno.test(`a call stalls without Pace and Trail when ${when}`, async () => {
      const stalled = await stalledOf(send, { isCured: false });
      assert(stalled > SENDS / 2, `${stalled} of ${SENDS} did`);
    });
  }
}

/** How many of the sends take longer than they should. */
async function stalledOf(send: Send, { isCured }: { isCured: boolean }): Promise<number> {
  await using server = await opened((acceptor) => acceptor.accept(provider));
  // a socket of the user's own making is not known to hold frames back
  const options = isCured ? {} : { socket: (url: string) => new WebSocket(url) };
  await using connector = await connectedTo(server, options);
  const driver = connector.getDriver();
  const call = (name: "echo" | "wait", value: unknown): Promise<unknown> => driver[name]!(value);
  // the first acknowledgements of a connection are never put off
  for (let i = 0; i < 40; i++) await call("echo", i);
  let stalled = 0;
  for (let i = 0; i < SENDS; i++) {
    await sleep(QUIET);
    if (await send(call) > STALLED) stalled++;
  }
  return stalled;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await act();
  return performance.now() - begun;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
