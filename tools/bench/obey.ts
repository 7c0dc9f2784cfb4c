import process from "node:process";
import { createInterface } from "node:readline";

/** Answers each line of the input, an order as JSON, with a line. The process ends with its input. */
export function obeyLines<Order>(obey: (order: Order) => unknown): void {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", async (line) => console.log(JSON.stringify(await obey(JSON.parse(line)))));
  lines.on("close", () => process.exit(0));
}
