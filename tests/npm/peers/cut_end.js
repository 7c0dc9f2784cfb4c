// One end of a connection that is cut: a server, or a client of the server at URL. `lib` is the
// package. The client prints what came of the calls of both ends.
const { CALLS, DIALS, SEED, URL: url } = process.env;
const { reconnection, structured, WebSocketConnector, WebSocketServer } = lib;
const wrong = [];
let ran = 0;
let made = 0;
let isOver = false;

let state = Number(SEED);
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
Math.random = random; // the waits before attempts are those of the seed, too
const below = (end) => Math.floor(random() * end);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const provider = {
  add(at, bytes) {
    if (at !== ran) wrong.push(`${at} came as number ${ran}`);
    ran++;
    return [at, bytes];
  },
};

async function once(driver) {
  const at = made++;
  const bytes = new Uint8Array(below(10) > 0 ? 0 : below(20_000)).fill(at);
  try {
    const [back, copy] = await driver.add(at, bytes);
    const isSame = copy.length === bytes.length && copy.every((byte) => byte === bytes[0]);
    if (back !== at || !isSame) wrong.push(`${at} returned ${back} with ${copy.length} bytes`);
  } catch (error) {
    wrong.push(`${at} rejected: ${error}`);
  }
}

async function callUntil(mayStop, driver) {
  while (!mayStop()) {
    const calls = Array.from({ length: 1 + below(40) }, () => once(driver));
    await (below(2) > 0 ? Promise.all(calls) : wait(below(4)));
    calling.push(...calls);
  }
  await Promise.all(calling);
}
const calling = [];

async function serve() {
  const server = new WebSocketServer();
  const use = [structured, reconnection({ window: 30_000 })];
  let handled = 0;
  await server.open({ port: 0, hostname: "127.0.0.1", use, heartbeat: 1_000 }, async (acceptor) => {
    if (++handled > 1) wrong.push("a second session has started");
    let done = Promise.resolve();
    const finish = async () => {
      isOver = true;
      await done;
      return { ran, made, wrong };
    };
    await acceptor.accept({ ...provider, finish });
    done = callUntil(() => isOver && made >= CALLS, acceptor.getDriver());
    await acceptor.join();
    await server.close();
  });
  console.log(JSON.stringify({ port: server.address.port }));
}

async function call() {
  let dials = 0;
  let resumed = 0;
  const client = new WebSocketConnector(null, provider);
  await client.connect(url, {
    use: [structured, reconnection({ delay: 20, maxDelay: 50 })],
    heartbeat: 1_000,
    timeout: 5_000,
    onEvent(event) {
      if (event.type === "reconnecting") dials++;
      else if (event.type === "reconnect" && event.isResumed) resumed++;
      else if (event.type !== "disconnect" && event.type !== "open" && event.type !== "close") {
        wrong.push(`${event.type} ${event.error}`);
      }
    },
  });
  const driver = client.getDriver();
  await callUntil(() => made >= CALLS && dials >= DIALS && client.state === 1, driver);
  const server = await driver.finish();
  await client.close();
  console.log(JSON.stringify({ client: { ran, made, wrong }, server, dials, resumed }));
}

void (url === undefined ? serve() : call());
