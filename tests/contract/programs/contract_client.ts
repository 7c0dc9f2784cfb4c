import { CONTRACT } from "../cases/mod.ts";
import { runClient } from "./client.ts";

await runClient(CONTRACT);
