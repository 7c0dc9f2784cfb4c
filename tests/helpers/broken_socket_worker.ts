import { accepted } from "./ends.ts";
import { offerOf } from "./handshake.ts";
import { turn } from "./waiting.ts";

/** One scene of a socket that says it is open and throws at every `send`. */
interface Scene {
  readonly mode: "plain" | "linked";
  readonly what: "call" | "answer" | "nudge" | "ping";
}

const HEADERS = {
  plain: '{"header":null}',
  linked: offerOf({ features: ["frames", "batch"] }),
};
const CALLS = { plain: { uid: 1, listener: "f", parameters: [] }, linked: [0, 1, "f", []] };
const NUDGES = { plain: { uid: 0, listener: "$", parameters: [] }, linked: [64] };

/** Tells whether every promise of the scene has settled. */
async function play({ mode, what }: Scene): Promise<boolean> {
  let isBroken = false;
  const script = {
    send() {
      if (isBroken) throw new Error("the platform is out of order");
    },
  };
  const provider = { f: () => 1 };
  const { socket, acceptor } = await accepted({}, { header: HEADERS[mode], script, provider });
  if (what === "ping") acceptor.ping(1);
  isBroken = true;
  const calls: Promise<unknown>[] = [];
  if (what === "call") {
    calls.push(acceptor.getDriver().f!(), acceptor.getDriver().g!());
    socket.receives(CALLS[mode]); // ends the time in which calls are held
  }
  if (what === "answer") socket.receives(CALLS[mode]);
  if (what === "nudge") socket.receives(NUDGES[mode]);
  const settled = Promise.allSettled(calls);
  await new Promise((resolve) => setTimeout(resolve, 5));
  socket.closed(1006, "");
  const results = await settled;
  await turn();
  return results.every(({ status }) => status === "rejected");
}

const scope = globalThis as unknown as Worker;
scope.onmessage = async ({ data }: { readonly data: readonly Scene[] }) => {
  const told: unknown[] = [];
  for (const scene of data) told.push({ ...scene, isSettled: await play(scene) });
  scope.postMessage(told);
};
