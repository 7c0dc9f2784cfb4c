/**
 * The page of `examples/browser/` in a real Chromium: `deno task test:browser`. Its screenshots go
 * to the folder that SCREENSHOTS names, else to a temporary one, which is printed.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import axe from "npm:axe-core@4.14.1";
import { denoFlags, type Example, startInDeno } from "../ecosystem/example.ts";
import { type Browser, launch, type Page, tabs } from "./chromium.ts";

const folder = Deno.env.get("SCREENSHOTS") ??
  await Deno.makeTempDir({ prefix: "sheetbend-screenshots-" });
await Deno.mkdir(folder, { recursive: true });
console.log(`screenshots: ${folder}`);

const SIZES = { wide: { width: 1100, height: 720 }, narrow: { width: 390, height: 780 } } as const;

/** A server of the room, on a port or on a free one. */
function serve(port = 0): Promise<Example> {
  return startInDeno("browser/server.ts", { port, args: denoFlags() });
}

async function enter(page: Page, name: string): Promise<void> {
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Enter" }).click();
  await inState(page, "open");
}

async function inState(page: Page, state: string): Promise<void> {
  await page.waitForSelector(`body[data-state="${state}"]`);
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Say something").fill(text);
  await page.keyboard.press("Enter");
}

/** Waits until a page shows exactly this; where it never does, says what it shows instead. */
async function shows(page: Page, selector: string, texts: readonly string[]): Promise<void> {
  const all = () => page.locator(selector).allTextContents();
  for (let tries = 0; tries < 200; tries++) {
    if (JSON.stringify(await all()) === JSON.stringify(texts)) return;
    await page.waitForTimeout(25);
  }
  assertEquals(await all(), texts);
}

Deno.test("page chats and moves the shared counter when it is open in two tabs", async () => {
  await using server = await serve();
  await using browser = await launch();
  const { pages: [ada, bob], faults } = await tabs(browser, 2);
  await ada!.goto(server.url);
  await bob!.goto(server.url);
  await enter(ada!, "Ada");
  await enter(bob!, "Bob");
  await shows(ada!, "#people li span:last-child", ["Ada (you)", "Bob"]);
  await shows(bob!, "#people li span:last-child", ["Ada", "Bob (you)"]);

  await say(ada!, "Hello <b>Bob</b>");
  await shows(bob!, "#messages p", ["Hello <b>Bob</b>"]);
  await say(bob!, "Hello Ada");
  for (const page of [ada!, bob!]) {
    await shows(page, "#messages p", ["Hello <b>Bob</b>", "Hello Ada"]);
    await shows(page, "#messages b", ["Ada", "Bob"]);
  }
  assertEquals(await ada!.getByLabel("Say something").inputValue(), "");

  await ada!.getByRole("button", { name: "One more" }).click();
  await bob!.getByRole("button", { name: "One less" }).click();
  await bob!.getByRole("button", { name: "One less" }).click();
  await shows(ada!, "#count, #by", ["−1", "moved by Bob"]);
  await shows(bob!, "#count, #by", ["−1", "moved by Bob"]);
  assertMatch(await bob!.locator("#latency").innerText(), /^\d+(\.\d)? ms$/);

  await bob!.close();
  await shows(ada!, "#people li span:last-child", ["Ada (you)"]);
  assertEquals(faults, []);
});

Deno.test("page shows that the server is unavailable and reconnects when it is back", async () => {
  const first = await serve();
  await using browser = await launch();
  const { pages: [page], faults } = await tabs(browser, 1);
  try {
    await page!.goto(first.url);
    await enter(page!, "Ada");
    await say(page!, "Before");
    await shows(page!, "#messages p", ["Before"]);
  } finally {
    await first[Symbol.asyncDispose]();
  }

  await inState(page!, "waiting");
  await shows(page!, "#state", ["Server unavailable"]);
  assertMatch(await page!.locator("#countdown").innerText(), /^trying again in \d+ s$/);
  await shows(page!, "#messages p", ["Before"]);
  assert(await page!.getByRole("button", { name: "One more" }).isDisabled());
  await say(page!, "A draft"); // cannot be said now
  assertEquals(await page!.getByLabel("Say something").inputValue(), "A draft");

  await using second = await serve(first.port);
  assertEquals(second.port, first.port);
  await inState(page!, "open");
  await shows(page!, "#messages p", []); // another server knows nothing of the first one's room
  await page!.getByRole("button", { name: "Say" }).click();
  await shows(page!, "#messages p", ["A draft"]);
  await shows(page!, "#people li span:last-child", ["Ada (you)"]);
  assertEquals(faults, []);
});

Deno.test("page tries at once when its user is impatient", async () => {
  const first = await serve();
  await using browser = await launch();
  const { pages: [page] } = await tabs(browser, 1);
  try {
    await page!.clock.install(); // its time stands still below: no pause ends by itself
    await page!.goto(first.url);
    await enter(page!, "Ada");
    await page!.clock.pauseAt(Date.now() + 60_000);
  } finally {
    await first[Symbol.asyncDispose]();
  }
  await inState(page!, "waiting");
  await using _second = await serve(first.port);
  await page!.getByRole("button", { name: "Try now" }).click();
  await inState(page!, "open");
});

Deno.test("page shows the reason and lets one try again when the server turns it away", async () => {
  await using server = await serve();
  await using browser = await launch();
  const { pages: [page], faults } = await tabs(browser, 1);
  await page!.goto(server.url);
  const name = page!.getByLabel("Your name");
  await name.evaluate((input) => input.removeAttribute("maxlength"));
  await name.fill("x".repeat(25));
  await page!.getByRole("button", { name: "Enter" }).click();
  await shows(page!, "#problem", ["A name must have 1 to 24 characters"]);
  await inState(page!, "out");
  await enter(page!, "Ada");
  await shows(page!, "#problem", [""]);
  await page!.getByRole("button", { name: "Leave" }).click();
  await inState(page!, "out");
  assertEquals(faults, []);
});

Deno.test("server.ts lets no page in when it is of another origin", async () => {
  await using server = await serve();
  await using browser = await launch();
  const { pages: [stranger, own] } = await tabs(browser, 2);
  await own!.goto(server.url); // the other one stays at about:blank, whose origin is "null"
  assertEquals([await dial(own!, server.port), await dial(stranger!, server.port)], ["open", 1006]);
});

/** Opens a bare socket in a page: gives "open", or the code with which it was refused. */
function dial(page: Page, port: number): Promise<unknown> {
  return page.evaluate((url) => {
    const socket = new WebSocket(url);
    return new Promise((resolve) => {
      socket.addEventListener("open", () => resolve("open"));
      socket.addEventListener("close", ({ code }) => resolve(code));
    });
  }, `ws://127.0.0.1:${port}/room`);
}

for (const size of ["wide", "narrow"] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    const name = `${size}-${colorScheme}`;
    Deno.test(`page fits and axe finds no fault when it is ${size} and ${colorScheme}`, async () => {
      await using browser = await launch();
      await lookAt(browser, name, { viewport: SIZES[size], colorScheme });
    });
  }
}

/** Before entering, inside, and with the server gone. */
async function lookAt(
  browser: Browser,
  name: string,
  options: Parameters<typeof tabs>[2],
): Promise<void> {
  const { pages: [page, other], faults } = await tabs(browser, 2, options);
  {
    await using server = await serve();
    await other!.goto(server.url);
    await enter(other!, "A name of 24 letters fit");
    await page!.goto(server.url);
    await check(page!, `${name}-1-outside`);
    await enter(page!, "Ada");
    await say(page!, "Good morning");
    await say(other!, `Look at https://example.com/${"long".repeat(40)}`);
    await other!.getByRole("button", { name: "One more" }).click();
    await shows(page!, "#count", ["1"]);
    await check(page!, `${name}-2-inside`);
  }
  await inState(page!, "waiting");
  await check(page!, `${name}-3-gone`);
  assertEquals(faults, []);
}

async function check(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${folder}/${name}.png` });
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
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
  readonly document: { readonly documentElement: { readonly scrollWidth: number } };
  readonly innerWidth: number;
}
