import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { globalScope } from "../../src/global_scope.ts";
import { clientOf, cut, endAll, pass } from "./script.ts";

Deno.test.afterEach(endAll);

/** A target that knows its listeners. */
class Target extends EventTarget {
  readonly listeners = new Set<unknown>();

  override addEventListener(...args: Parameters<EventTarget["addEventListener"]>): void {
    this.listeners.add(args[0]);
    super.addEventListener(...args);
  }

  override removeEventListener(...args: Parameters<EventTarget["removeEventListener"]>): void {
    this.listeners.delete(args[0]);
    super.removeEventListener(...args);
  }
}

/** A page: its window and its document, in place of Deno's. */
class Page implements Disposable {
  readonly window = new Target();
  readonly document = { visibilityState: "hidden" };
  readonly #real = {
    addEventListener: globalThis.addEventListener,
    removeEventListener: globalThis.removeEventListener,
  };

  constructor() {
    const { window, document } = this;
    Object.assign(globalScope, {
      document,
      addEventListener: window.addEventListener.bind(window),
      removeEventListener: window.removeEventListener.bind(window),
    });
  }

  get listeners(): number {
    return this.window.listeners.size;
  }

  [Symbol.dispose](): void {
    Object.assign(globalScope, this.#real);
    Reflect.deleteProperty(globalScope, "document");
  }
}

const WAKES: Readonly<Record<string, (page: Page) => void>> = {
  "the page is online": ({ window }) => window.dispatchEvent(new Event("online")),
  "the page is visible": ({ document, window }) => {
    document.visibilityState = "visible";
    window.dispatchEvent(new Event("visibilitychange"));
  },
};

for (const [when, wake] of Object.entries(WAKES)) {
  Deno.test(`a connector dials at once when ${when} again`, async () => {
    using page = new Page();
    using time = new FakeTime();
    const client = await clientOf({ delay: 1e6, maxDelay: 1e6 });
    await pass(time, 1e6);
    await cut(client.socket);
    await pass(time, 100);
    assertEquals([client.sockets.length, page.listeners], [2, 0]);
    await cut(client.socket);
    assertEquals([client.sockets.length, page.listeners], [2, 2]);
    page.window.dispatchEvent(new Event("visibilitychange")); // it is hidden
    await pass(time, 0);
    assertEquals(client.sockets.length, 2);
    wake(page);
    await pass(time, 0);
    assertEquals([client.sockets.length, page.listeners], [3, 0]);
    client.resume(0);
    wake(page);
    assertEquals([client.sockets.length, client.connector.state], [3, 1]);
  });
}

Deno.test("no listener is left on a page when a wait ends, by its time or by close()", async () => {
  using page = new Page();
  using time = new FakeTime();
  const client = await clientOf();
  await cut(client.socket);
  assertEquals(page.listeners, 2);
  await pass(time, 100);
  assertEquals([client.sockets.length, page.listeners], [2, 0]);
  await cut(client.socket);
  await client.connector.close();
  await pass(time, 0);
  assertEquals(page.listeners, 0);
});

Deno.test("a connector waits for its time where there is no page", async () => {
  using time = new FakeTime();
  const client = await clientOf();
  await cut(client.socket);
  globalThis.dispatchEvent(new Event("online")); // Deno's window takes events, too
  await pass(time, 0);
  assertEquals(client.sockets.length, 2);
  await client.connector.close();
});
