// A worker that sends bytes back without copying them, over the library in LIBRARY.
const { parentPort } = require("node:worker_threads");
if (process.env.LIBRARY === "comlink") {
  const { expose, transfer } = require("comlink");
  const endpoint = require("comlink/dist/umd/node-adapter.js");
  expose({ back: (bytes) => transfer(bytes, [bytes.buffer]) }, endpoint(parentPort));
} else {
  const { PortCommunicator, transfer } = require("sheetbend");
  new PortCommunicator(parentPort, { back: (bytes) => transfer(bytes, [bytes.buffer]) });
}
