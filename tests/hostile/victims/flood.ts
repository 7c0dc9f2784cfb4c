/** A peer that calls as fast as it can, and reads what comes, until its input ends. */
import { PATIENCE } from "../patience.ts";
import { WebSocketConnector } from "../../../mod.ts";
import { frame, joined } from "../wire/frames.ts";
import { dialRaw, upgradeRequest } from "../wire/tcp.ts";

const [port, kind] = Deno.args as [string, string];
let isOver = false;

/** Waits for each of its many answers, as an honest program does that has too much to do. */
async function floodByCalls(): Promise<void> {
  const text = "x".repeat(kind === "large" ? 100_000 : 10);
  const path = kind === "refused" ? "none" : "echo";
  const wire = kind === "linked" ? "linked" : "plain";
  type Remote = Record<string, (text: string) => string>;
  const connector = new WebSocketConnector<null, null, Remote>(null, null);
  await connector.connect(`ws://127.0.0.1:${port}/accept`, { wire });
  const driver = connector.getDriver();
  const caller = async (): Promise<void> => {
    while (!isOver) await driver[path]!(text).catch(() => {}); // a refusal is an answer
  };
  const callers = Array.from({ length: kind === "large" ? 50 : 1_000 }, caller);
  console.log(true);
  await Promise.all(callers);
  await connector.close();
}

/** Waits for nothing: two million calls, or until it is put out. Tells what it was put out with. */
async function floodByBytes(): Promise<void> {
  const peer = await dialRaw(Number(port));
  peer.write(upgradeRequest("/accept"));
  peer.text("{}");
  await peer.until(({ texts }) => texts.length > 0, PATIENCE);
  const call = frame({ payload: '{"uid":5,"listener":"echo","parameters":[{"value":1}]}' });
  const block = joined(...Array(4_000).fill(call));
  console.log(true);
  const isOut = (): boolean => peer.ended !== undefined || peer.reader.close !== undefined;
  for (let blocks = 0; blocks < 500 && !isOut(); blocks++) {
    await peer.writeAll(block);
    peer.reader.forget();
  }
  console.log(peer.reader.close?.code ?? 0);
  peer.destroy();
}

if (kind === "raw") {
  await floodByBytes();
  Deno.exit();
}
const flood = floodByCalls();
for await (const _bytes of Deno.stdin.readable) { /* it is only ended */ }
isOver = true;
await flood;
