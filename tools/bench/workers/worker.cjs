// A worker that adds two numbers, over the library in LIBRARY.
const plus = (x, y) => x + y;
if (process.env.LIBRARY === "comlink") {
  const { parentPort } = require("node:worker_threads");
  const endpoint = require("comlink/dist/umd/node-adapter.js");
  require("comlink").expose({ plus }, endpoint(parentPort));
} else {
  const { WorkerServer } = require(process.env.LIBRARY);
  new WorkerServer().open({ plus });
}
