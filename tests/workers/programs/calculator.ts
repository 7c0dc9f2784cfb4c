/** A worker with a calculator, which calls the program back. */
import { currentCall, type Driver, structured, WorkerServer } from "../../../mod.ts";

interface Program {
  show(text: string): void;
}

const server = new WorkerServer<{ name: string }, object, Program>();
const { name } = await server.getHeader();
const screen: Driver<Program> = server.getDriver();
await server.open({
  name: () => name,
  plus: (x: number, y: number) => x + y,
  async mean(...numbers: number[]) {
    await screen.show(`${numbers.length} numbers`);
    return numbers.reduce((x, y) => x + y) / numbers.length;
  },
  fail(): never {
    throw Object.assign(new RangeError("too large"), { limit: 7 });
  },
  echo: (value: unknown) => value,
  hang: () => new Promise(() => {}),
  async aborted() {
    const { signal } = currentCall();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    await screen.show(`aborted: ${(signal.reason as Error).name}`);
  },
  leave() {
    void server.close();
    return "so long";
  },
  die: () => void setTimeout(() => Deno.exit(3)),
  crash: () => void setTimeout(() => Promise.reject(new Error("out of order"))),
}, { use: [structured] });
