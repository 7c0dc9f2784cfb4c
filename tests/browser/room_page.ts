/**
 * The page of `examples/browser/` in each browser. Its screenshots go to the folder that SCREENSHOTS
 * names, else to a temporary one, which is printed.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import axe from "npm:axe-core@4.14.1";
import { denoFlags, type Example, startInDeno } from "../ecosystem/example.ts";
import { type Fault, Proxy } from "../network/proxy.ts";
import type { Look, Tab } from "./browser.ts";
import { type BrowserName, BROWSERS, launch } from "./browsers.ts";

const folder = Deno.env.get("SCREENSHOTS") ??
  await Deno.makeTempDir({ prefix: "sheetbend-screenshots-" });
await Deno.mkdir(folder, { recursive: true });
console.log(`screenshots: ${folder}`);

const SIZES = { wide: { width: 1100, height: 720 }, narrow: { width: 390, height: 780 } } as const;

/** How far a page can be ahead of the server, and in which steps it reads: as in the example. */
const WINDOW = 262_144;
const CHUNK = 32_768;

/** A server of the room, on a port or on a free one. */
function serve(port = 0): Promise<Example> {
  return startInDeno("browser/server.ts", { port, args: denoFlags() });
}

async function enter(tab: Tab, name: string): Promise<void> {
  await tab.fill("Your name", name);
  await tab.click("Enter");
  await inState(tab, "open");
}

async function say(tab: Tab, text: string): Promise<void> {
  await tab.fill("Say something", text);
  await tab.pressEnter();
}

/** What a page's elements show, in the order of the page; a text field shows what is typed. */
function textsIn(tab: Tab, selector: string): Promise<readonly string[]> {
  return tab.evaluate((selector) => {
    const { document } = globalThis as unknown as Window;
    return [...document.querySelectorAll(selector)].map((one) =>
      String(one.value || one.textContent)
    );
  }, selector);
}

/** Waits until a page shows exactly this; where it never does, says what it shows instead. */
async function shows(tab: Tab, selector: string, texts: readonly string[]): Promise<void> {
  let shown: readonly string[] = [];
  for (let tries = 0; tries < 600; tries++) {
    shown = await textsIn(tab, selector);
    if (JSON.stringify(shown) === JSON.stringify(texts)) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assertEquals(shown, texts);
}

/** Waits until the page's connection is in this state. */
async function inState(tab: Tab, wanted: string): Promise<void> {
  let state: string | undefined;
  for (let tries = 0; tries < 2_400 && state !== wanted; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 25));
    state = await tab.evaluate(() => {
      return (globalThis as unknown as Window).document.body.dataset.state;
    });
  }
  assertEquals(state, wanted);
}

for (const browserName of BROWSERS) {
  Deno.test(`page chats and moves the shared counter when it is open in two tabs in ${browserName}`, async () => {
    await using server = await serve();
    await using browser = await launch(browserName);
    await using opened = await browser.open(2);
    const { tabs: [ada, bob], faults } = opened;
    await ada!.goto(server.url);
    await bob!.goto(server.url);
    await enter(ada!, "Ada");
    await enter(bob!, "Bob");
    await shows(ada!, "#people li span:last-child", ["Ada (you)", "Bob"]);
    await shows(bob!, "#people li span:last-child", ["Ada", "Bob (you)"]);

    await say(ada!, "Hello <b>Bob</b>");
    await shows(bob!, "#messages p", ["Hello <b>Bob</b>"]);
    await say(bob!, "Hello Ada");
    for (const tab of [ada!, bob!]) {
      await shows(tab, "#messages p", ["Hello <b>Bob</b>", "Hello Ada"]);
      await shows(tab, "#messages b", ["Ada", "Bob"]);
    }
    assertEquals(await textsIn(ada!, "#text"), [""]);

    await ada!.click("One more");
    await bob!.click("One less");
    await bob!.click("One less");
    await shows(ada!, "#count, #by", ["−1", "moved by Bob"]);
    await shows(bob!, "#count, #by", ["−1", "moved by Bob"]);
    assertMatch((await textsIn(bob!, "#latency"))[0]!, /^\d+(\.\d)? ms$/);

    await bob!.close();
    await shows(ada!, "#people li span:last-child", ["Ada (you)"]);
    assertEquals(faults, []);
  });

  Deno.test(`page goes on without losing messages when its connection is cut in ${browserName}`, async () => {
    await using server = await serve();
    let isBroken = false;
    const next = (): Fault => ({ kind: isBroken ? "reset" : "none", way: "up", at: 0 });
    await using proxy = await Proxy.open(server.port, next);
    await using browser = await launch(browserName);
    await using opened = await browser.open(2);
    const { tabs: [ada, bob], faults } = opened;
    await ada!.goto(proxy.url.replace("ws:", "http:"));
    await bob!.goto(server.url);
    await enter(ada!, "Ada");
    await enter(bob!, "Bob");
    let said: string[] = [];
    for (let round = 1; round <= 3; round++) {
      isBroken = true;
      proxy.cut();
      await inState(ada!, "waiting");
      await shows(ada!, "#state", ["No connection"]);
      assertMatch((await textsIn(ada!, "#countdown"))[0]!, /^reconnecting(…| in \d+ s)$/);
      await say(bob!, `Bob's ${round}`);
      await shows(bob!, "#messages p", said = [...said, `Bob's ${round}`]);
      await say(ada!, `Ada's ${round}`);
      await ada!.click("One more");
      await shows(ada!, "#unsent", ["1 message waits"]);
      await shows(bob!, "#people li span:last-child", ["Ada", "Bob (you)"]); // she comes back
      isBroken = false;
      await inState(ada!, "open");
      said = [...said, `Ada's ${round}`];
      for (const tab of [ada!, bob!]) {
        await shows(tab, "#messages p", said);
        await shows(tab, "#count", [String(round)]);
      }
      await shows(ada!, "#state, #unsent", ["Connected again", ""]);
    }
    assertEquals(faults, []);
  });

  Deno.test(`page enters again and sends what waits when the server restarts in ${browserName}`, async () => {
    const first = await serve();
    await using browser = await launch(browserName);
    await using opened = await browser.open(1);
    const { tabs: [tab], faults } = opened;
    try {
      await tab!.goto(first.url);
      await enter(tab!, "Ada");
      await say(tab!, "Before");
      await shows(tab!, "#messages p", ["Before"]);
    } finally {
      await first[Symbol.asyncDispose]();
    }

    await inState(tab!, "waiting");
    await shows(tab!, "#messages p", ["Before"]);
    await say(tab!, "In between");
    await shows(tab!, "#unsent", ["1 message waits"]);

    await using second = await serve(first.port);
    assertEquals(second.port, first.port);
    await inState(tab!, "open");
    await shows(tab!, "#messages p", ["In between"]); // the new server doesn't know the first room
    await shows(tab!, "#unsent, #problem", ["", ""]);
    await shows(tab!, "#people li span:last-child", ["Ada (you)"]);
    assertEquals(faults, []);
  });

  Deno.test(`page tries at once when its user is impatient in ${browserName}`, async () => {
    const first = await serve();
    await using browser = await launch(browserName);
    await using opened = await browser.open(1);
    const { tabs: [tab] } = opened;
    try {
      await tab!.goto(first.url);
      await enter(tab!, "Ada");
      await tab!.evaluate(() => {
        Object.assign(globalThis, { setTimeout: () => 0 }); // no pause ends by itself
      });
    } finally {
      await first[Symbol.asyncDispose]();
    }
    await inState(tab!, "waiting");
    await using _second = await serve(first.port);
    await tab!.click("Try now");
    await inState(tab!, "open");
  });

  Deno.test(`page shows the reason and lets one try again when the server turns it away in ${browserName}`, async () => {
    await using server = await serve();
    await using browser = await launch(browserName);
    await using opened = await browser.open(1);
    const { tabs: [tab], faults } = opened;
    await tab!.goto(server.url);
    await tab!.evaluate(() => {
      const { document } = globalThis as unknown as Window;
      document.querySelector("#name").removeAttribute("maxlength");
    });
    await tab!.fill("Your name", "x".repeat(25));
    await tab!.click("Enter");
    await shows(tab!, "#problem", ["A name must have 1 to 24 characters"]);
    await inState(tab!, "out");
    await enter(tab!, "Ada");
    await shows(tab!, "#problem", [""]);
    await tab!.click("Leave");
    await inState(tab!, "out");
    assertEquals(faults, []);
  });

  Deno.test(`page sends a file no faster than the server reads it in ${browserName}`, async () => {
    await using server = await serve();
    await using browser = await launch(browserName);
    await using opened = await browser.open(2);
    const { tabs: [ada, bob], faults } = opened;
    await ada!.goto(server.url);
    await bob!.goto(server.url);
    await enter(ada!, "Ada");
    await enter(bob!, "Bob");
    await noteReading(ada!);
    const hash = await choose(ada!, "notes.bin", 5_000_000);
    for (const tab of [ada!, bob!]) {
      await shows(tab, "#messages p", [`sent notes.bin (5000000 bytes, SHA-256 ${hash}…)`]);
    }
    await shows(ada!, "#progress, #uploaded, #problem", ["5000000", "notes.bin: sent", ""]);
    const { end, ahead } = await readingOf(ada!);
    assertEquals(end, 5_000_000);
    assert(ahead <= WINDOW + 3 * CHUNK, `was ${ahead} bytes ahead`);

    const empty = await choose(ada!, "empty.txt", 0);
    await shows(ada!, "#messages p:last-child", [
      `sent notes.bin (5000000 bytes, SHA-256 ${hash}…)`,
      `sent empty.txt (0 bytes, SHA-256 ${empty}…)`,
    ]);
    assertEquals(faults, []);
  });

  Deno.test(`page reads no more of its file when its user stops the upload in ${browserName}`, async () => {
    await using server = await serve();
    await using browser = await launch(browserName);
    await using opened = await browser.open(1);
    const { tabs: [tab], faults } = opened;
    await tab!.goto(server.url);
    await enter(tab!, "Ada");
    await noteReading(tab!, 20);
    await choose(tab!, "long.bin", 300_000_000); // takes minutes
    await tab!.click("Stop");
    await shows(tab!, "#uploaded, #problem", ["long.bin: stopped", ""]);
    const { end } = await readingOf(tab!);
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert((await readingOf(tab!)).end <= end + CHUNK, "it may have been reading one");
    const hash = await choose(tab!, "short.bin", 10);
    await shows(tab!, "#messages p", [`sent short.bin (10 bytes, SHA-256 ${hash}…)`]);
    assertEquals(faults, []);
  });

  Deno.test(`page goes on with its upload when its connection is cut in ${browserName}`, async () => {
    await using server = await serve();
    await using proxy = await Proxy.open(server.port, () => ({ kind: "none", way: "up", at: 0 }));
    await using browser = await launch(browserName);
    await using opened = await browser.open(1);
    const { tabs: [tab], faults } = opened;
    await tab!.goto(proxy.url.replace("ws:", "http:"));
    await enter(tab!, "Ada");
    await noteReading(tab!, 10);
    const hash = await choose(tab!, "notes.bin", 3_000_000);
    let { end } = await readingOf(tab!);
    for (let tries = 0; tries < 2_400 && end === 0; tries++) ({ end } = await readingOf(tab!));
    proxy.cut();
    assert((await readingOf(tab!)).end < 3_000_000, "it is cut before its end");
    await shows(tab!, "#messages p", [`sent notes.bin (3000000 bytes, SHA-256 ${hash}…)`]);
    await shows(tab!, "#state, #uploaded", ["Connected again", "notes.bin: sent"]);
    assertEquals(faults, []);
  });

  Deno.test(`server.ts lets no page in when it is of another origin in ${browserName}`, async () => {
    await using server = await serve();
    await using browser = await launch(browserName);
    await using opened = await browser.open(2);
    const { tabs: [stranger, own] } = opened;
    await own!.goto(server.url); // the other one stays at about:blank, whose origin is "null"
    assertEquals([await dial(own!, server.port), await dial(stranger!, server.port)], [
      "open",
      1006,
    ]);
  });
}

/**
 * Notes in the page how far its file is read ahead of what the server has reported. With a pause,
 * in ms, each chunk takes that long.
 */
function noteReading(tab: Tab, pause = 0): Promise<void> {
  return tab.evaluate((pause) => {
    const page = globalThis as unknown as Window;
    page.reading = { end: 0, ahead: 0 };
    const slice = File.prototype.slice;
    File.prototype.slice = function (start, end) {
      const { value } = page.document.querySelector("#progress");
      const { reading } = page;
      reading.end = Math.min(end!, this.size);
      reading.ahead = Math.max(reading.ahead, reading.end - Number(value));
      const chunk = slice.call(this, start, end);
      if (pause === 0) return chunk;
      return Object.assign(chunk, {
        async arrayBuffer() {
          await new Promise((resolve) => setTimeout(resolve, pause));
          return await Blob.prototype.arrayBuffer.call(chunk);
        },
      });
    };
  }, pause);
}

function readingOf(tab: Tab): Promise<Window["reading"]> {
  return tab.evaluate(() => (globalThis as unknown as Window).reading);
}

/** Chooses a file in the page, and returns the start of its hash. */
async function choose(tab: Tab, name: string, size: number): Promise<string> {
  const content = new Uint8Array(size).fill(7);
  await tab.evaluate(({ name, size }) => {
    const content = new Uint8Array(size).fill(7);
    const chosen = new (globalThis as unknown as Window).DataTransfer();
    chosen.items.add(new File([content], name));
    const input = (globalThis as unknown as Window).document.querySelector("#file");
    input.files = chosen.files;
    input.dispatchEvent(new Event("change"));
  }, { name, size });
  return new Uint8Array(await crypto.subtle.digest("SHA-256", content)).toHex().slice(0, 8);
}

/** Opens a bare socket in a page: gives "open", or the code with which it was refused. */
function dial(tab: Tab, port: number): Promise<unknown> {
  return tab.evaluate((url) => {
    const socket = new WebSocket(url);
    return new Promise((resolve) => {
      socket.addEventListener("open", () => resolve("open"));
      socket.addEventListener("close", ({ code }) => resolve(code));
    });
  }, `ws://127.0.0.1:${port}/room`);
}

for (const size of ["wide", "narrow"] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    const look = { viewport: SIZES[size], colorScheme };
    for (const browserName of BROWSERS) {
      const name = `${browserName.toLowerCase()}-${size}-${colorScheme}`;
      Deno.test(`page fits and axe finds no fault when it is ${size} and ${colorScheme} in ${browserName}`, async () => {
        await lookAt(browserName, { name, look });
      });
    }
  }
}

/** Before entering, inside, and with the server gone. */
async function lookAt(browserName: BrowserName, { name, look }: {
  readonly name: string;
  readonly look: Look;
}): Promise<void> {
  await using browser = await launch(browserName, look);
  await using opened = await browser.open(2);
  const { tabs: [tab, other], faults } = opened;
  {
    await using server = await serve();
    await other!.goto(server.url);
    await enter(other!, "A name of 24 letters fit");
    await tab!.goto(server.url);
    await check(tab!, `${name}-1-outside`);
    await enter(tab!, "Ada");
    await say(tab!, "Good morning");
    await say(other!, `Look at https://example.com/${"long".repeat(40)}`);
    await other!.click("One more");
    await shows(tab!, "#count", ["1"]);
    await check(tab!, `${name}-2-inside`);
  }
  await inState(tab!, "waiting");
  await check(tab!, `${name}-3-gone`);
  assertEquals(faults, []);
}

async function check(tab: Tab, name: string): Promise<void> {
  await tab.screenshot(`${folder}/${name}.png`);
  await tab.inject(axe.source);
  const found = await tab.evaluate(async () => {
    const { axe, document, innerWidth } = globalThis as unknown as Window;
    const { violations, passes } = await axe.run();
    const isTooWide = document.documentElement.scrollWidth > innerWidth;
    return { violations: violations.map(({ id }) => id), passes: passes.length, isTooWide };
  });
  assert(found.passes > 10, "axe has looked at the page");
  assertEquals([found.violations, found.isTooWide], [[], false], name);
}

/** What is used of a page's global object, with axe in it. */
interface Window {
  readonly axe: {
    run(): Promise<{
      readonly violations: readonly { readonly id: string }[];
      readonly passes: readonly unknown[];
    }>;
  };
  readonly document: {
    readonly body: { readonly dataset: { readonly state?: string } };
    readonly documentElement: { readonly scrollWidth: number };
    querySelector(selector: string): {
      value: unknown;
      files: unknown;
      removeAttribute(name: string): void;
      dispatchEvent(event: Event): void;
    };
    querySelectorAll(selector: string): Iterable<{ value?: string; textContent: string }>;
  };
  readonly innerWidth: number;
  readonly DataTransfer: new () => {
    readonly files: unknown;
    readonly items: { add(file: File): void };
  };
  /** How far a file was read, and how far ahead of the server at most. */
  reading: { end: number; ahead: number };
}
