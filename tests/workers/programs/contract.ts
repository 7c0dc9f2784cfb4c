import * as lib from "../../../mod.ts";
import type { WorkerLibrary } from "../contract/client.ts";
import { main } from "../contract/worker.ts";

await main(lib as unknown as WorkerLibrary);
