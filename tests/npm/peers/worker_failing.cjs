// A worker that fails in the way that WAY names: at its start, or when `act` is called.
const { WorkerServer } = require("sheetbend");
const { parentPort } = require("node:worker_threads");

const never = new Promise(() => {});
const timer = setInterval(() => {}, 60_000); // nothing ends it by itself
const post = (message) => parentPort ? parentPort.postMessage(message) : process.send(message);
const busy = () => {
  for (;;);
};

const STARTS = {
  throws() {
    throw new RangeError("bad start");
  },
  rejects: () => Promise.reject(new RangeError("bad promise")),
  "exits with 0": () => process.exit(0),
  "exits with 3": () => process.exit(3),
  "is over at once": () => {
    clearInterval(timer);
    return never;
  },
  "is killed": () => process.kill(process.pid, "SIGKILL"),
  "closes its channel": () => {
    parentPort ? parentPort.close() : process.disconnect();
    return never;
  },
  "never opens": () => never,
  "only reads the header": async () => {
    await new WorkerServer().getHeader();
    await never;
  },
  "opens too late": () => new Promise((resolve) => setTimeout(resolve, 600_000)),
  "is busy": busy,
  "posts a text": () => (post("ready"), never),
  "posts a number": () => (post(7), never),
  "posts 2": () => (post(2), never),
  "answers with garbage": () => (post(0), post("}{"), never),
};

const ACTS = {
  throws: () => {
    setTimeout(() => {
      throw new RangeError("out of order");
    });
    return never;
  },
  rejects: () => {
    void Promise.reject(new RangeError("out of promises"));
    return never;
  },
  "exits with 0": () => process.exit(0),
  "exits with 3": () => process.exit(3),
  "is killed": () => process.kill(process.pid, "SIGKILL"),
  "closes its channel": () => {
    parentPort ? (clearInterval(timer), parentPort.close()) : process.disconnect();
    return never;
  },
  "runs out of memory": () => {
    const kept = [];
    for (;;) kept.push(Array(1_000_000).fill({}).map((_, at) => ({ at })));
  },
  "is busy": busy,
  "is stopped": () => process.kill(process.pid, "SIGSTOP"),
  "returns a cycle": () => {
    const cycle = [];
    cycle.push(cycle);
    return cycle;
  },
  "posts objects": () => {
    for (const one of [{}, null, [1], 3, -1, true]) post(one);
    return never;
  },
  "posts text": () => (post("}{"), never),
  "posts 2": () => (post(2), never),
};

(async () => {
  await STARTS[process.env.WAY]?.();
  await new WorkerServer().open(
    { echo: (value) => value, act: (way) => ACTS[way](), pid: () => process.pid },
    { onEvent() {} },
  );
})();
