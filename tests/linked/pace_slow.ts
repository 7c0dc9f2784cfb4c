import { assert } from "@std/assert";
import { structured, WebSocketConnector } from "../../mod.ts";
import type { Anything, Connector } from "../helpers/ends.ts";
import { childOf } from "./child.ts";

/** A client of a server in another process, over the runtime's own socket, which holds frames back. */
async function connected(): Promise<{ readonly client: Connector } & AsyncDisposable> {
  const child = await childOf("pace_server.ts");
  const client: Connector = new WebSocketConnector<unknown, object | null, Anything>(null, null);
  await client.connect(`ws://127.0.0.1:${child.line}`, { values: structured });
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await child[Symbol.asyncDispose]();
    },
  };
}

/** The median of some calls, each on a quiet connection, in ms. */
async function medianOf(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 11; i++) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[5]!;
}

for (const length of [10, 2_000, 20_000]) {
  Deno.test(`a call with ${length} bytes takes no 40 ms when the connection is quiet`, async () => {
    await using ends = await connected();
    const driver = ends.client.getDriver();
    const took = await medianOf(() => driver.same!(new Uint8Array(length)));
    assert(took < 25, `the median is ${took} ms`);
  });
}

Deno.test("a call takes no 40 ms when there was one with bytes before", async () => {
  await using ends = await connected();
  const driver = ends.client.getDriver();
  await driver.same!(new Uint8Array(10), new Uint8Array(5));
  const took = await medianOf(() => driver.same!("x".repeat(2_000)));
  assert(took < 25, `the median is ${took} ms`);
});
