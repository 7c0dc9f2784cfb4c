/** A page of the room, which a test drives through `page`. */
import { SharedWorkerConnector, SharedWorkerServer } from "rpc";

let connector;
const heard = [];
globalThis.page = {
  /** Connects: resolves to what went wrong, or to nothing. */
  async connect(name, file, options = { timeout: 20_000 }) {
    connector = new SharedWorkerConnector({ name }, { hear: (text) => void heard.push(text) });
    return await connector.connect(file, options).then(() => undefined, faultOf);
  },
  call: (name, ...args) => connector.getDriver()[name](...args).catch(faultOf),
  /** Makes a call that waits until the connection is closed. */
  async callAndLeave() {
    const call = connector.getDriver().hang().catch(faultOf);
    await connector.getDriver().leave();
    await connector.join();
    return await call;
  },
  close: () => connector.close(),
  state: () => connector.state,
  heard: () => heard,
  async compile(code) {
    const url = await SharedWorkerConnector.compile(code);
    const connector = new SharedWorkerConnector(null, null);
    await connector.connect(url, { timeout: 20_000 });
    await SharedWorkerConnector.remove(url);
    const result = await connector.getDriver().f();
    await connector.close();
    return [url.startsWith("blob:"), result];
  },
  serve: () => new SharedWorkerServer().open(() => {}).then(() => undefined, faultOf),
};

function faultOf(error) {
  return { message: error.message, isError: error instanceof Error, state: connector?.state };
}
