// One end of a connection over which functions and streams are passed: a server, or a client of the
// server at URL, which starts a worker of its own runtime, too. `lib` is the package. Prints what
// came of it.
import { fileURLToPath } from "node:url";
import { MessageChannel } from "node:worker_threads";
import { endOf, passing, providerOf } from "./passing.mjs";

const { URL: url } = process.env;
const { callbacks, PortCommunicator, streams, structured } = lib;
const use = [structured, callbacks, streams];

/** The provider of an end, which can also do everything the other way. */
function sideOf(driverOf) {
  const own = providerOf(lib);
  return { own, provider: { ...own, passBack: () => passing(lib, driverOf(), own) } };
}

async function serve() {
  const server = new lib.WebSocketServer();
  await server.open({ port: 0, hostname: "127.0.0.1", use }, async (acceptor) => {
    const { own, provider } = sideOf(() => acceptor.getDriver());
    await acceptor.accept(provider);
    await acceptor.join();
    for (let round = 0; round < 1_000 && own.counts().finished < 12; round++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    console.log(JSON.stringify(own.counts().finished));
    await server.close();
  });
  console.log(JSON.stringify({ port: server.address.port }));
}

/** Everything, in both directions, and what is left when it is closed. */
async function both({ own }, end) {
  const driver = end.getDriver();
  const there = await passing(lib, driver, own);
  const back = await driver.passBack();
  return { there, back, closed: await endOf(driver, () => end.close()) };
}

async function call() {
  const side = sideOf();
  const client = new lib.WebSocketConnector(null, side.provider);
  await client.connect(url, { use });
  console.log(JSON.stringify(await both(side, client)));
}

async function work() {
  for (const kind of ["process", "thread"]) {
    const side = sideOf();
    const worker = new lib.WorkerConnector(null, side.provider, kind);
    await worker.connect(fileURLToPath(new URL("passing_worker.mjs", import.meta.url)), { use });
    console.log(JSON.stringify(await both(side, worker)));
  }
  const { port1, port2 } = new MessageChannel();
  const there = sideOf(() => other.getDriver());
  const other = new PortCommunicator(port1, there.provider, { use });
  const side = sideOf();
  const end = new PortCommunicator(port2, side.provider, { use });
  console.log(JSON.stringify(await both(side, end)));
}

void (url === undefined ? serve() : call().then(work));
