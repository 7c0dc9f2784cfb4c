export { main } from "../../workers/contract/worker.ts";
