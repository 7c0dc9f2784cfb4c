/** A worker that notes its states, and how it refuses what comes too early. */
import { WorkerServer } from "../../../mod.ts";

const nameOf = (error: Error) => error.name;
const server = new WorkerServer<string, object, { note(...values: unknown[]): void }>();
const first = server.state;
const header = await server.getHeader();
const atHeader = [first, header, server.state];
const early = [
  await server.join().catch(nameOf),
  await server.getDriver().note().catch(nameOf),
];
const opening = server.open({
  again: async () => [await server.open({}).catch(nameOf), server.state],
});
const states: number[] = [server.state];
await opening;
states.push(server.state);
await server.getDriver().note(atHeader, early, states, WorkerServer.State);
