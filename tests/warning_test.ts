import { assertEquals } from "@std/assert";
import { warnOfProvider } from "../src/warning.ts";
import { upgraded } from "./helpers/ends.ts";
import { LocalEnd } from "./helpers/local_end.ts";

/** What is said on the console while `run` runs. */
async function warnings(run: () => unknown): Promise<unknown[]> {
  const { warn } = console;
  const said: unknown[] = [];
  console.warn = (...args) => said.push(...args);
  try {
    await run();
  } finally {
    console.warn = warn;
  }
  return said;
}

Deno.test("warnOfProvider() is quiet when a provider is null, undefined or in order", async () => {
  const said = await warnings(() => {
    for (const provider of [null, undefined, {}, { f: () => 1 }, [], () => {}]) {
      warnOfProvider(provider);
      new LocalEnd(provider);
    }
  });
  assertEquals(said, []);
});

Deno.test("warnOfProvider() says once that then can't be called, wherever it is offered", async () => {
  class Base {
    then(): void {}
  }
  const said = await warnings(async () => {
    warnOfProvider({ then: () => 1 });
    warnOfProvider(new (class extends Base {})());
    new LocalEnd({ then: () => 1 });
    new LocalEnd({}).setProvider({ then: () => 1 } as object);
    const { acceptor, socket } = await upgraded();
    void acceptor.accept({ then: () => 1 });
    socket.closed(1000);
  });
  assertEquals(said, [
    'Cannot offer "then" of a provider: peers can\'t call it. Rename it.',
  ]);
});
