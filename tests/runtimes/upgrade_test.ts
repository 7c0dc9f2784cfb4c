import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { listen } from "../../src/runtimes/upgrade.ts";
import { told } from "../helpers/hooks.ts";

const HERE = { port: 0, hostname: "127.0.0.1" };
const HOOKS = told().hooks;

/** Runs with globals that another runtime has, and without what tells that this is Deno. */
async function elsewhere(
  globals: Record<string, unknown>,
  run: () => Promise<void>,
): Promise<void> {
  const { upgradeWebSocket } = Deno;
  const scope = globalThis as unknown as Record<string, unknown>;
  const kept = Object.keys(globals).map((name) => [name, scope[name]] as const);
  Object.assign(Deno, { upgradeWebSocket: undefined });
  Object.assign(scope, globals);
  try {
    await run();
  } finally {
    Object.assign(scope, Object.fromEntries(kept));
    Object.assign(Deno, { upgradeWebSocket });
  }
}

Deno.test("listen() takes Deno's own server when this is Deno", async () => {
  const listening = await listen(HERE, HOOKS);
  assertEquals(listening.address.hostname, "127.0.0.1");
  await listening.shutdown(1_000);
});

Deno.test("listen() takes Bun's server when this is Bun", async () => {
  const serve = () => ({ hostname: "127.0.0.1", port: 7, stop: () => Promise.resolve() });
  await elsewhere({ Bun: { serve } }, async () => {
    const listening = await listen(HERE, HOOKS);
    assertEquals(listening.address, { hostname: "127.0.0.1", port: 7 });
    await listening.shutdown(1_000);
  });
});

Deno.test("listen() says what it takes when this is Node and the package is not there", async () => {
  await elsewhere({}, async () => {
    const error = await assertRejects(() => listen(HERE, HOOKS), Error);
    assertEquals(error.message.startsWith("Cannot open a server: "), true);
    assertInstanceOf(error.cause, Error);
  });
});

Deno.test("listen() rejects when the runtime has no server", async () => {
  await elsewhere({ process: undefined }, async () => {
    const error = await assertRejects(() => listen(HERE, HOOKS), Error);
    assertEquals(error.message, "Cannot open a server: this runtime doesn't support servers");
  });
});
