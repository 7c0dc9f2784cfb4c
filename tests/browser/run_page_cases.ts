import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { WebSocketServer } from "../../mod.ts";
import { bundle } from "./bundle.ts";
import { BROWSERS, launch } from "./browsers.ts";
import { runPage } from "./run_page.ts";

/** A script that posts what an expression gives. */
function posting(expression: string): string {
  return `await fetch("/result", { method: "POST", body: JSON.stringify(${expression}) });`;
}

for (const name of BROWSERS) {
  Deno.test(`runPage() returns what a page posts, or why it can't, in ${name}`, async (t) => {
    await using browser = await launch(name);

    await t.step("the page's module imports another one", async () => {
      const files = {
        "page.js": `import { two } from "./two.js";\n${posting("{ two, four: [two + two] }")}`,
        "two.js": "export const two = 2;",
      };
      assertEquals(await runPage(browser, { files, entry: "page.js" }), { two: 2, four: [4] });
    });

    await t.step("the worker of a page posts", async () => {
      const files = {
        "page.js": 'new Worker("worker.js", { type: "module" });',
        "worker.js": posting("[typeof document, typeof WorkerGlobalScope]"),
      };
      const posted = await runPage(browser, { files, entry: "page.js" });
      assertEquals(posted, ["undefined", "function"]);
    });

    await t.step("a page has its own storage", async () => {
      const page = `const before = localStorage.getItem("key");
        localStorage.setItem("key", "taken");
        ${posting("before")}`;
      for (let run = 0; run < 2; run++) {
        assertEquals(
          await runPage(browser, { files: { "page.js": page }, entry: "page.js" }),
          null,
        );
      }
    });

    await t.step("a page with the library calls a server", async () => {
      const server = new WebSocketServer();
      await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
        await acceptor.accept({ plus: (x: number, y: number) => x + y });
      });
      try {
        const files = {
          "page.js": await bundle(new URL("./calling_page.ts", import.meta.url)),
          "server.json": JSON.stringify(`ws://127.0.0.1:${server.address!.port}`),
        };
        assertEquals(await runPage(browser, { files, entry: "page.js" }), 5);
      } finally {
        await server.close();
      }
    });

    for (
      const [what, page, message] of [
        ["throws", 'throw new RangeError("too far");', "RangeError: too far"],
        ["rejects", 'Promise.reject(new Error("too late"));', "Error: too late"],
        ["imports a file that doesn't exist", 'import "./nothing.js";', 'Cannot load "page.js"'],
      ] as const
    ) {
      await t.step(`a page ${what}`, async () => {
        const running = runPage(browser, { files: { "page.js": page }, entry: "page.js" });
        assertStringIncludes((await assertRejects(() => running, Error)).message, message);
      });
    }
  });
}
