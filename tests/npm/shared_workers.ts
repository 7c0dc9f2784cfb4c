/**
 * Shared workers in real browsers, with this package or TGrid in the page and in the worker, and
 * ports of iframes and workers.
 */
import { assertEquals, assertMatch } from "@std/assert";
import type { Browser, Tab, Tabs } from "../browser/browser.ts";
import { type BrowserName, BROWSERS, launch } from "../browser/browsers.ts";
import { soon } from "../helpers/waiting.ts";
import { folderOf, published, succeed, textOf, tools } from "./workshop.ts";

const MAKES = ["sheetbend", "tgrid"] as const;
type Make = typeof MAKES[number];
const FILES: Readonly<Record<Make, readonly string[]>> = {
  sheetbend: ["page", "worker", "ports"],
  tgrid: ["page", "worker"],
};

/** The functions of a page: see `page.mjs` and `ports.mjs` in `programs/shared_worker/`. */
type Act =
  | "connect"
  | "call"
  | "callAndLeave"
  | "close"
  | "state"
  | "heard"
  | "compile"
  | "serve"
  | "iframe"
  | "worker";

let bundled: Promise<string> | undefined;

/** The folder with a script for each package and file. */
async function bundle(): Promise<string> {
  const dependencies = { tgrid: "1.2.1", sheetbend: `file:${await published()}` };
  const files: Record<string, string> = { "package.json": JSON.stringify({ dependencies }) };
  for (const file of FILES.sheetbend) {
    files[`${file}.mjs`] = await textOf(`programs/shared_worker/${file}.mjs`);
  }
  const folder = await folderOf(files);
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--install-links"];
  await succeed(["npm", "install", ...flags], { cwd: folder });
  const esbuild = `${await tools()}/.bin/esbuild`;
  const options = ["--bundle", "--format=iife", "--platform=browser", "--log-level=error"];
  for (const make of MAKES) {
    for (const file of FILES[make]) {
      const names = [`--alias:rpc=${make}`, `--outfile=${make}_${file}.js`];
      await succeed([esbuild, `${file}.mjs`, ...options, ...names], { cwd: folder });
    }
  }
  return folder;
}

/** Two tabs with this package or TGrid, which connect to a worker with either. */
class Room implements AsyncDisposable {
  static async open(name: BrowserName, make: Make, script = "page"): Promise<Room> {
    const folder = await (bundled ??= bundle());
    const browser = await launch(name);
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      async (request) => {
        const path = new URL(request.url).pathname;
        const isScript = path.endsWith(".js");
        const body = isScript
          ? await Deno.readTextFile(`${folder}${path}`).catch(() => undefined)
          : `<!doctype html><link rel="icon" href="data:,"><script src="${make}_${script}.js"></script>`;
        const type = isScript ? "text/javascript" : "text/html";
        const headers = { "content-type": `${type}; charset=utf-8` };
        return new Response(body ?? "", { status: body === undefined ? 404 : 200, headers });
      },
    );
    const opened = await browser.open(2);
    for (const tab of opened.tabs) await tab.goto(`http://127.0.0.1:${server.addr.port}/`);
    return new Room(browser, server, opened);
  }

  private constructor(
    readonly browser: Browser,
    readonly server: Deno.HttpServer,
    readonly opened: Tabs,
  ) {}

  /** Lets a tab act. */
  act(tab: 0 | 1, act: Act, ...args: unknown[]): Promise<unknown> {
    return soon(actIn(this.opened.tabs[tab]!, act, args), `a tab is done with "${act}"`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]();
    await this.server.shutdown();
  }
}

function actIn(tab: Tab, act: Act, args: unknown[]): Promise<unknown> {
  return tab.evaluate(([act, args]) => {
    const { page } = globalThis as unknown as {
      page: Record<Act, (...args: unknown[]) => unknown>;
    };
    return page[act](...args);
  }, [act, args] as [Act, unknown[]]);
}

/** Waits until the worker knows exactly these people. */
async function knows(room: Room, people: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const known = await room.act(0, "call", "people");
    if (JSON.stringify(known) === JSON.stringify(people)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assertEquals(await room.act(0, "call", "people"), people);
}

/** A worker in TGrid's protocol, without a library. */
const LISTENER = `addEventListener("connect", ({ ports: [port] }) => {
  let isAccepted = false;
  port.onmessage = ({ data }) => {
    if (data === 2) return port.postMessage(2);
    if (!isAccepted) {
      isAccepted = true;
      return port.postMessage(1);
    }
    const { uid } = JSON.parse(data);
    port.postMessage(JSON.stringify({ uid, success: true, value: 7 }));
  };
  port.postMessage(0);
});`;

for (const name of BROWSERS) {
  for (const make of MAKES) {
    for (const workers of MAKES) {
      Deno.test(`${name}: two tabs of ${make} share a worker of ${workers}`, async () => {
        await using room = await Room.open(name, make);
        const file = `${workers}_worker.js`;
        assertEquals(await room.act(0, "connect", "Ada", file), undefined);
        assertEquals(await room.act(1, "connect", "Bob", file), undefined);
        assertEquals([await room.act(0, "state"), await room.act(0, "call", "state")], [1, 1]);
        assertEquals(await room.act(0, "call", "plus", 2, 3), 5);
        assertEquals(await room.act(1, "call", "name"), "Bob");
        await knows(room, ["Ada", "Bob"]);
        await room.act(1, "call", "tell", "hello");
        for (const tab of [0, 1] as const) {
          assertEquals(await room.act(tab, "heard"), ["Bob: hello"]);
        }
        const failed = await room.act(0, "call", "fail") as { message: string };
        assertEquals(failed.message, "too large");
        await room.act(1, "close");
        assertEquals(await room.act(1, "state"), 3);
        await knows(room, ["Ada"]);
        assertEquals(await room.act(1, "connect", "Cid", file), undefined);
        await knows(room, ["Ada", "Cid"]);
        const left = await room.act(1, "callAndLeave") as { isError: boolean; state: number };
        assertEquals([left.isError, await room.act(1, "state")], [true, 3]);
        await knows(room, ["Ada"]);
        assertEquals(room.opened.faults, []);
      });

      Deno.test(`${name}: a tab of ${make} gets the reason when a worker of ${workers} rejects it`, async () => {
        await using room = await Room.open(name, make);
        const file = `${workers}_worker.js`;
        for (
          const [person, message] of [["Mallory", "Not you, ".repeat(30)], [
            "Eve",
            "Rejected by server",
          ]]
        ) {
          const fault = await room.act(0, "connect", person, file);
          assertEquals(fault, { message, isError: true, state: -1 });
        }
        assertEquals(await room.act(0, "connect", "Ada", file), undefined);
        assertEquals(await room.act(0, "call", "plus", 1, 2), 3);
      });
    }
  }

  Deno.test(`${name}: a shared worker forgets a tab when it is closed without a word`, async () => {
    await using room = await Room.open(name, "sheetbend");
    await room.act(0, "connect", "Ada", "sheetbend_worker.js");
    await room.act(1, "connect", "Bob", "sheetbend_worker.js");
    await knows(room, ["Ada", "Bob"]);
    await room.opened.tabs[1]!.close();
    await knows(room, ["Ada"]);
  });

  Deno.test(`${name}: a tab notices that the shared worker has ended when a call is pending`, async () => {
    await using room = await Room.open(name, "sheetbend");
    await room.act(0, "connect", "Ada", "sheetbend_worker.js");
    const fault = await room.act(0, "call", "die") as { message: string; state: number };
    assertEquals([fault.message, fault.state], ['Cannot finish "die": the worker has ended', 3]);
    const again = await room.act(0, "connect", "Ada", "sheetbend_worker.js"); // another worker
    assertEquals(again, undefined);
    await knows(room, ["Ada"]);
  });

  for (const act of ["iframe", "worker"] as const) {
    for (const leaves of [true, false]) {
      Deno.test(`${name}: PortCommunicator calls the ${act} of a page until it ${leaves ? "leaves" : "is gone"}`, async () => {
        await using room = await Room.open(name, "sheetbend", "ports");
        const seen = JSON.stringify(await room.act(0, act, leaves)); // as either browser has it
        assertEquals(JSON.parse(seen), [
          "2",
          [3, 2, 1],
          0,
          'Cannot call "echo": cannot encode "parameters[0].on.done": a function can\'t be cloned',
          leaves ? ["ConnectionClosedError", null] : ["WebSocketError", 1006],
        ]);
        assertEquals(room.opened.faults, []);
      });
    }
  }

  Deno.test(`${name}: SharedWorkerConnector fails when the file is no server or is missing`, async () => {
    await using room = await Room.open(name, "sheetbend");
    const late = await room.act(0, "connect", "Ada", "sheetbend_page.js", { timeout: 50 });
    assertEquals(late, {
      message: 'Cannot connect to "sheetbend_page.js": not accepted within 50 ms',
      isError: true,
      state: -1,
    });
    const missing = await room.act(0, "connect", "Ada", "missing.js") as { message: string };
    assertMatch(missing.message, /^Cannot connect to "missing\.js": the worker failed: /);
  });

  Deno.test(`${name}: SharedWorkerConnector connects to a program when it is given as text`, async () => {
    await using room = await Room.open(name, "sheetbend");
    assertEquals(await room.act(0, "compile", LISTENER), [true, 7]);
  });

  Deno.test(`${name}: SharedWorkerServer rejects when it is opened in a page`, async () => {
    await using room = await Room.open(name, "sheetbend");
    assertMatch(
      (await room.act(0, "serve") as Error).message,
      /this program isn't a shared worker/,
    );
  });
}
