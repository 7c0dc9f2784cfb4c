// A worker of Node's kinds that speaks TGrid's messages by hand, without this library.
import process from "node:process";
import { parentPort } from "node:worker_threads";

const post = (message) =>
  parentPort ? parentPort.postMessage(message) : process.connected && process.send(message);
const end = () => process.exit(0);
const ACTS = {
  plus: (x, y) => x + y,
  exit: (code) => process.exit(code),
  disconnect() {
    isDeaf = true;
    process.disconnect();
  },
  turnDeaf: () => void (isDeaf = true),
};
let isDeaf = false;

function serve({ uid, listener, parameters }) {
  const value = ACTS[listener](...parameters.map((one) => one.value));
  post(JSON.stringify({ uid, success: true, value }));
}

(parentPort ?? process).on("message", (data) => {
  if (isDeaf) return;
  if (data === 2) {
    post(2);
    setTimeout(end, 50);
  } else if ("header" in JSON.parse(data)) post(1);
  else serve(JSON.parse(data));
});
setInterval(() => {}, 60_000);
post(0);
