// Calls worker threads over ports, until they are terminated or this side closes.
import { isMainThread, MessageChannel, parentPort, Worker, workerData } from "node:worker_threads";
import { PortCommunicator, transfer } from "sheetbend";

const provider = {
  echo: (value) => value,
  flip(bytes) {
    const flipped = bytes.reverse();
    return transfer(flipped, [flipped.buffer]);
  },
  hang: () => new Promise(() => {}),
};

async function tryOut(port, end) {
  const client = new PortCommunicator(port, null);
  const remote = client.getDriver();
  const bytes = new Uint8Array([1, 2, 3]);
  const echoed = await remote.echo(new Map([["big", 2n]]));
  const flipped = await remote.flip(transfer(bytes, [bytes.buffer]));
  const hanging = remote.hang().catch(({ name, status }) => `${name} ${status}`);
  await end(client);
  await client.join();
  console.log(String(echoed.get("big")), [...flipped].join(), bytes.length, await hanging);
}

if (isMainThread) {
  for (const isOwn of [true, false]) {
    for (const close of [undefined, (client) => client.close()]) {
      const { port1, port2 } = new MessageChannel();
      const options = isOwn
        ? { workerData: {} }
        : { workerData: { port: port2 }, transferList: [port2] };
      const worker = new Worker(new URL(import.meta.url), options);
      await tryOut(isOwn ? worker : port1, close ?? (() => worker.terminate()));
      await worker.terminate();
      if (isOwn) port1.close();
    }
  }
} else new PortCommunicator(workerData.port ?? parentPort, provider);
