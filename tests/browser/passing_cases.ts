import { assertEquals } from "@std/assert";
import * as lib from "../../mod.ts";
import { until } from "../helpers/waiting.ts";
import { CLOSED, PASSED, passing, providerOf } from "../npm/peers/passing.mjs";
import { BROWSERS, launch } from "./browsers.ts";
import { bundle } from "./bundle.ts";
import { runPage } from "./run_page.ts";

/** What JSON keeps of a value. */
const asPosted = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

for (const name of BROWSERS) {
  Deno.test(`functions and streams pass both ways between a page and a server in ${name}`, async () => {
    const own = providerOf(lib);
    const server = new lib.WebSocketServer<null, object, object>();
    const use = [lib.structured, lib.callbacks, lib.streams];
    await server.open({ port: 0, hostname: "127.0.0.1", use }, async (acceptor) => {
      const passBack = () => passing(lib, acceptor.getDriver(), own);
      await acceptor.accept({ ...own, passBack });
    });
    try {
      await using browser = await launch(name);
      const files = {
        "page.js": await bundle(new URL("./passing_page.ts", import.meta.url)),
        "server.json": JSON.stringify(`ws://127.0.0.1:${server.address!.port}`),
      };
      const posted = await runPage(browser, { files, entry: "page.js" });
      assertEquals(posted, asPosted({ there: PASSED, back: PASSED, closed: CLOSED }));
      await until(() => own.counts().finished === 12, "each finally has run");
    } finally {
      await server.close();
    }
  });
}
