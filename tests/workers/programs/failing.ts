/** A worker that fails in the way that its URL names: at its start, or when `act` is called. */
import { WorkerServer } from "../../../mod.ts";

const scope = globalThis as unknown as { postMessage(message: unknown): void; close(): void };
const never = new Promise<never>(() => {});
const busy = (): never => {
  for (;;);
};

const STARTS: Readonly<Record<string, () => unknown>> = {
  throws() {
    throw new RangeError("bad start");
  },
  rejects: async () => {
    void Promise.reject(new RangeError("bad promise"));
    await never;
  },
  "exits with 0": () => Deno.exit(0),
  "exits with 3": () => Deno.exit(3),
  closes: async () => {
    scope.close();
    await never;
  },
  "never opens": () => never,
  "never opens after getHeader": async () => {
    await new WorkerServer().getHeader();
    await never;
  },
  "opens too late": () => new Promise((resolve) => setTimeout(resolve, 600_000)),
  "is busy": busy,
  "posts a text": async () => {
    scope.postMessage("ready");
    await never;
  },
  "posts a number": async () => {
    scope.postMessage(7);
    await never;
  },
  "posts garbage instead of an answer": async () => {
    scope.postMessage(0);
    scope.postMessage("}{");
    await never;
  },
};

const ACTS: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    setTimeout(() => {
      throw new RangeError("out of order");
    });
    return never;
  },
  rejects: () => {
    void Promise.reject(new RangeError("out of promises"));
    return never;
  },
  exits: () => Deno.exit(3),
  closes: () => {
    scope.close();
    return never;
  },
  "is busy": busy,
  "returns a cycle": () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    return cycle;
  },
  "posts objects": () => {
    for (const one of [{}, null, [1], 3, -1, true]) scope.postMessage(one);
    return never;
  },
  "posts text": () => {
    scope.postMessage("}{");
    return never;
  },
  "posts a close": () => {
    scope.postMessage(2);
    return never;
  },
};

await STARTS[decodeURIComponent(new URL(import.meta.url).search.slice(1))]?.();
await new WorkerServer().open({
  echo: (value: unknown) => value,
  act: (way: string) => ACTS[way]!(),
}, { onEvent() {} });
