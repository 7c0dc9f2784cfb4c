/** Starts a worker with all permissions and one with none, and prints whether each can read. */
import { WorkerConnector } from "../../../mod.ts";

interface Reader {
  read(path: string): string;
}

const PROGRAM = `import { WorkerServer } from "${import.meta.resolve("../../../mod.ts")}";
await new WorkerServer().open({ read: (path) => Deno.readTextFileSync(path) });`;

async function read(deno?: { permissions: unknown }): Promise<string> {
  await using connector = new WorkerConnector<null, null, Reader>(null, null);
  await connector.compile(PROGRAM, { deno });
  const path = new URL(import.meta.url).pathname;
  return await connector.getDriver().read(path).then(() => "read", ({ name }) => name);
}

console.log([await read(), await read({ permissions: { import: true } })]);
