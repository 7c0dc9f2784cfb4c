import { assertEquals } from "@std/assert";
import { bundle } from "./bundle.ts";
import { BROWSERS, launch } from "./browsers.ts";
import { runPage } from "./run_page.ts";

/** A port of 127.0.0.1 on which nothing listens. */
function unusedPort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return (listener.addr as Deno.NetAddr).port;
}

for (const name of BROWSERS) {
  Deno.test(`connect() rejects with the same error whatever the reason is in ${name}`, async () => {
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      () => new Response("No", { status: 403 }),
    );
    const blocked = "ws://example.com:81/"; // by the page's policy
    const urls = [
      `ws://127.0.0.1:${unusedPort()}/`,
      `ws://127.0.0.1:${server.addr.port}/`,
      blocked,
    ];
    const files = {
      "page.js": await bundle(new URL("./blocked_page.ts", import.meta.url)),
      "urls.json": JSON.stringify([...urls, "ftp://127.0.0.1/"]),
    };
    await using browser = await launch(name);
    const why =
      "it can't be reached. Check the address, the certificate and your content security policy.";
    assertEquals(await runPage(browser, { files, entry: "page.js" }), [
      ...urls.map((url) => ["WebSocketError", `Cannot connect to "${url}": ${why}`, 1006]),
      ["TypeError", 'Cannot connect to "ftp://127.0.0.1/": it isn\'t a WebSocket URL', null],
    ]);
  });
}
