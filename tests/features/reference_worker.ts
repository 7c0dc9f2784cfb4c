/** The worker of a test: it calls functions, and returns streams. */
import { callbacks, streams, structured, WorkerServer } from "../../mod.ts";
import { provider } from "./reference_provider.ts";

const server = new WorkerServer<null, typeof provider, null>();
await server.open(provider, { use: [structured, callbacks, streams] });
