// The worker of `passing_end.js`. `lib` is the package.
import { passing, providerOf } from "./passing.mjs";

const { callbacks, streams, structured } = lib;
const server = new lib.WorkerServer();
const own = providerOf(lib);
const passBack = () => passing(lib, server.getDriver(), own);
await server.open({ ...own, passBack }, { use: [structured, callbacks, streams] });
