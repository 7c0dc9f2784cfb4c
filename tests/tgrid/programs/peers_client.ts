import { runClient } from "../../contract/programs/client.ts";
import { PEERS } from "../peers.ts";

await runClient(PEERS);
