import { assertLess } from "@std/assert";
import { structured, WebSocketConnector } from "../../mod.ts";
import type { Anything, Connector } from "../helpers/ends.ts";
import { childOf } from "./child.ts";

/*
 * Messages with bytes, over the runtime's own socket, which holds frames back, compared in one run
 * with a socket that the library does not know to. Only on Linux: elsewhere acknowledgements are put
 * off by other rules.
 */

/** A client of a server in another process: in that of its client, its answers come at other times. */
async function connected({ isPaced }: { readonly isPaced: boolean }) {
  const child = await childOf("pace_server.ts");
  const client: Connector = new WebSocketConnector<unknown, object | null, Anything>(null, null);
  const socket = isPaced ? undefined : (url: string) => new WebSocket(url);
  await client.connect(`ws://127.0.0.1:${child.line}`, { use: [structured], socket });
  const driver = client.getDriver();
  // the first acknowledgements of a connection are never put off
  for (let i = 0; i < 40; i++) await driver.same!(i);
  return {
    driver,
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
    await new Promise((resolve) => setTimeout(resolve, 35));
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[5]!;
}

const ROWS: readonly (readonly [what: string, value: unknown])[] = [
  ["it has 10 bytes", new Uint8Array(10)],
  ["it has 2,000 bytes", new Uint8Array(2_000)],
  ["it has 20,000 bytes", new Uint8Array(20_000)],
  ["it is a text, behind one with bytes", "x".repeat(2_000)],
];

if (Deno.build.os === "linux") {
  for (const [what, value] of ROWS) {
    Deno.test(`a call on a quiet connection is not held back when ${what}`, async () => {
      await using paced = await connected({ isPaced: true });
      await using bare = await connected({ isPaced: false });
      const medians: number[] = [];
      for (const { driver } of [paced, bare]) {
        await driver.same!(new Uint8Array(10), new Uint8Array(5));
        medians.push(await medianOf(() => driver.same!(value)));
      }
      assertLess(medians[0]!, medians[1]! / 2);
    });
  }
}
