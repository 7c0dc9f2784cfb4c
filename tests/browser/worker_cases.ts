import { assertEquals, assertMatch } from "@std/assert";
import { bundle } from "./bundle.ts";
import { BROWSERS, launch } from "./browsers.ts";
import { runPage } from "./run_page.ts";

/** What `worker_page.ts` posts. */
interface Posted {
  readonly failed: readonly [missing: string, silent: string, state: number];
}

for (const name of BROWSERS) {
  Deno.test(`WorkerConnector calls workers of a page, and says how they end, in ${name}`, async () => {
    await using browser = await launch(name);
    const worker = await bundle(new URL("./page_worker.ts", import.meta.url));
    const files = {
      "page.js": await bundle(new URL("./worker_page.ts", import.meta.url)),
      // a classic script, as a bundle for browsers would be
      "worker.js": `(() => {\n${worker}\n})();`,
      "silent.js": "",
    };
    const { failed, ...posted } = await runPage(browser, { files, entry: "page.js" }) as Posted;
    assertEquals(posted as unknown, {
      calls: ["Ada", 5, 9],
      heard: ["2 + 3", "4 + 5", "StateError"],
      late: "DeadlineError",
      aborted: ["aborted"],
      closed: 3,
      left: ["so long", true],
      died: ['WorkerError WORKER: Cannot finish "hang": the worker has ended', 3],
      compiled: 9,
    });
    assertMatch(
      failed[0],
      /^WorkerError WORKER: Cannot connect to "missing\.js": the worker failed: /,
    );
    assertEquals(failed.slice(1), [
      'Cannot connect to "silent.js": not accepted within 200 ms',
      -1,
    ]);
  });
}
