/** The worker of `worker_page.ts`. */
import { currentCall, structured, WorkerServer } from "../../mod.ts";

const aborted: string[] = [];
const server = new WorkerServer<{ name: string }, object, { show(text: string): void }>();

async function main(): Promise<void> {
  const { name } = await server.getHeader();
  await server.open({
    name: () => name,
    async plus(x: number, y: number) {
      await server.getDriver().show(`${x} + ${y}`);
      return x + y;
    },
    sum: (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, bytes.length),
    hang() {
      currentCall().signal.addEventListener("abort", () => aborted.push("aborted"));
      return new Promise(() => {});
    },
    aborted: () => aborted,
    leave() {
      void server.close();
      return "so long";
    },
    stop: () => (globalThis as unknown as { close(): void }).close(),
  }, { use: [structured] });
}
void main(); // a classic script has no top-level await
