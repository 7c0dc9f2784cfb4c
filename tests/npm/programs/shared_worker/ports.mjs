/** A page, its iframe and its worker, which are connected by ports. */
import { PortCommunicator, transfer } from "rpc";

const provider = {
  echo: (value) => value,
  flip(bytes) {
    const flipped = bytes.reverse();
    return transfer(flipped, [flipped.buffer]);
  },
  hang: () => new Promise(() => {}),
  leave: () => void communicator.close(),
};
let communicator;
addEventListener("message", ({ data, ports: [port] }) => {
  if (data === "rpc") communicator = new PortCommunicator(port, provider);
});

async function tryOut(port, end) {
  await using client = new PortCommunicator(port, null);
  const remote = client.getDriver();
  const bytes = new Uint8Array([1, 2, 3]);
  const [echoed, flipped] = await Promise.all([
    remote.echo(new Map([["big", 2n]])),
    remote.flip(transfer(bytes, [bytes.buffer])),
  ]);
  const unsent = await remote.echo({ on: { done() {} } }).catch(({ message }) => message);
  const hanging = remote.hang().catch(({ name, status }) => [name, status]);
  await locked();
  await end(remote);
  await client.join();
  return [String(echoed.get("big")), [...flipped], bytes.length, unsent, await hanging];
}

/** Waits until both sides wait for each other's lock. */
async function locked() {
  for (let count = 0; count < 2;) {
    const { pending } = await navigator.locks.query();
    count = pending.filter(({ name }) => name.startsWith("sheetbend-")).length;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

globalThis.page = {
  /** Calls an iframe, until it is removed or leaves. */
  async iframe(leaves) {
    const iframe = document.createElement("iframe");
    iframe.src = location.href;
    const loaded = new Promise((resolve) => iframe.addEventListener("load", resolve));
    document.documentElement.append(iframe);
    await loaded;
    const { port1, port2 } = new MessageChannel();
    iframe.contentWindow.postMessage("rpc", location.origin, [port2]);
    return await tryOut(port1, (remote) => leaves ? remote.leave().catch(() => {}) : iframe.remove());
  },
  /** Calls a worker, until it is terminated or leaves. */
  async worker(leaves) {
    const worker = new Worker("sheetbend_ports.js");
    const { port1, port2 } = new MessageChannel();
    worker.postMessage("rpc", [port2]);
    return await tryOut(port1, (remote) => leaves ? remote.leave().catch(() => {}) : worker.terminate());
  },
};
