/** A peer that calls as fast as it can, and reads what comes: prints how often each second. */
import { WebSocketConnector } from "../../../mod.ts";

const [url, kind] = Deno.args as [string, string];
const text = "x".repeat(kind === "large" ? 100_000 : 10);
const path = kind === "refused" ? "none" : "echo";
const wire = kind === "linked" ? "linked" : "plain";
const connector = new WebSocketConnector<null, null, Record<string, (text: string) => string>>(
  null,
  null,
);
await connector.connect(url, { wire });
const driver = connector.getDriver();
let isOver = false;
const caller = async (): Promise<void> => {
  while (!isOver) await driver[path]!(text).catch(() => {});
};
console.log("true");
const callers = Array.from({ length: kind === "large" ? 50 : 1_000 }, caller);
for await (const _bytes of Deno.stdin.readable) { /* it is only ended */ }
isOver = true;
await Promise.all(callers);
await connector.close();
