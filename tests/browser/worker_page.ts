/** A page that starts workers in the ways that browsers have, and posts what came of each. */
import { structured, WorkerConnector, type WorkerError } from "../../mod.ts";

interface Remote {
  name(): string;
  plus(x: number, y: number): number;
  sum(bytes: Uint8Array): Promise<number>;
  hang(): Promise<void>;
  aborted(): string[];
  leave(): string;
  stop(): void;
}

const heard: string[] = [];
const connector = new WorkerConnector<{ name: string }, { show(text: string): void }, Remote>(
  { name: "Ada" },
  { show: (text) => void heard.push(text) },
);
const remote = connector.getDriver<Remote, false, "structured">();
const fault = (error: WorkerError): string => `${error.name} ${error.code}: ${error.message}`;
const options = { timeout: 20_000, use: [structured] };

await connector.connect("worker.js", options);
const calls = [await remote.name(), await remote.plus(2, 3), await remote.sum(new Uint8Array(9))];
const limited = connector.getDriver<Remote, false, "structured">({ timeout: 50 });
const late = await limited.hang().catch((error: Error) => error.name);
while ((await remote.aborted()).length === 0) await new Promise((done) => setTimeout(done, 5));
const aborted = await remote.aborted();
await connector.close();
const closed = connector.state;

await connector.connect("worker.js", options);
const left = [await remote.leave(), await connector.join(20_000)];

await connector.connect("worker.js", options);
const hanging = remote.hang().catch(fault);
remote.stop().catch(() => {});
const died = [await hanging, connector.state];

const failed = [
  await connector.connect("missing.js", options).catch(fault),
  await connector.connect("silent.js", { timeout: 200 }).catch((error: Error) => error.message),
  connector.state,
];
await connector.compile(await (await fetch("worker.js")).text(), options);
const compiled = await remote.plus(4, 5);
await connector.connect("worker.js").catch((error: Error) => heard.push(error.name));
await connector.close();
const posted = { calls, heard, late, aborted, closed, left, died, failed, compiled };
await fetch("/result", { method: "POST", body: JSON.stringify(posted) });
