import { assertEquals, assertGreater, assertGreaterOrEqual } from "@std/assert";
import { reconnection, structured, WebSocketServer } from "../../mod.ts";
import { soon, until } from "../helpers/waiting.ts";
import { type Fault, Proxy } from "../network/proxy.ts";
import { Random, seedOf } from "../network/random.ts";
import type { Tab } from "./browser.ts";
import { BROWSERS, launch } from "./browsers.ts";
import { bundle } from "./bundle.ts";
import {
  CutCalls,
  type CutOrders,
  type CutPosted,
  type CutRemote,
  type CutWindow,
} from "./cut_page.ts";
import { runPage } from "./run_page.ts";

const CUTS = 15;
/** How many calls each end makes, at least. */
const CALLS = 1_500;
const WHOLE: Fault = { kind: "none", way: "up", at: 0 };
const REFUSED: Fault = { kind: "reset", way: "up", at: 0 };
/** No attempt begins by itself within the time of a test. */
const LONG = 3_600_000;

/** A server that calls its client back, behind a proxy. */
class CutServer implements AsyncDisposable {
  readonly calls: CutCalls;
  connections = 0;
  handled = 0;
  resumed = 0;
  fault: (connection: number) => Fault = () => WHOLE;
  proxy!: Proxy;
  #isOver = false;
  readonly #server = new WebSocketServer<null, CutRemote, CutCalls["provider"]>();

  constructor(random: Random) {
    this.calls = new CutCalls(random);
  }

  async open(): Promise<this> {
    const { calls } = this;
    await this.#server.open({
      port: 0,
      hostname: "127.0.0.1",
      use: [structured, reconnection({ window: 60_000 })],
      heartbeat: 1_000,
      onEvent: ({ type }) => void (this.resumed += type === "reconnect" ? 1 : 0),
    }, async (acceptor) => {
      this.handled++;
      let done = Promise.resolve();
      const finish = async () => {
        this.#isOver = true;
        await done;
        return calls.end;
      };
      await acceptor.accept({ ...calls.provider, finish } as unknown as CutRemote);
      const driver = acceptor.getDriver();
      const mayStop = () => acceptor.state > 1 || this.#isOver && calls.made >= CALLS;
      done = calls.run((at, bytes) => driver.add(at, bytes), mayStop);
    });
    const { port } = this.#server.address!;
    this.proxy = await Proxy.open(port, () => this.fault(this.connections++));
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]();
    await soon(this.#server.close(), "the server is closed");
  }
}

async function pageFiles(orders: CutOrders): Promise<Record<string, string>> {
  const page = await bundle(new URL("./cut_page.ts", import.meta.url));
  return { "page.js": page, "orders.json": JSON.stringify(orders) };
}

function check({ client, server, dials, resumed }: CutPosted, cutAt: CutServer): void {
  assertEquals([client.wrong, server.wrong], [[], []]);
  assertEquals([server.ran, client.ran], [client.made, server.made]);
  assertGreaterOrEqual(Math.min(client.ran, server.ran), CALLS);
  assertGreater(resumed, 0);
  assertGreaterOrEqual(dials, resumed);
  assertEquals(cutAt.handled, 1);
}

for (const name of BROWSERS) {
  Deno.test(`${CUTS} cuts lose no call of a page and double none in ${name}`, async () => {
    const seed = seedOf("CUT_SEED");
    await using server = await new CutServer(new Random(seed)).open();
    const faults = new Random(seed + 1);
    server.fault = (connection) => {
      if (connection >= CUTS) return WHOLE;
      const reach = faults.of([300, 900, 9_000, 100_000]);
      return {
        kind: faults.of(["cut", "reset"]),
        way: faults.of(["up", "down"]),
        at: connection === 0 ? 3_000 : faults.below(reach),
      };
    };
    const { url } = server.proxy;
    const files = await pageFiles({
      url,
      seed: seed + 2,
      calls: CALLS,
      dials: CUTS,
      reconnection: { delay: 20, maxDelay: 50 },
    });
    await using browser = await launch(name);
    const posted = await runPage(browser, { files, entry: "page.js" });
    check(posted as CutPosted, server);
  });

  Deno.test(`a page that was offline reconnects as soon as it is online in ${name}`, async () => {
    const seed = seedOf("CUT_SEED");
    await using server = await new CutServer(new Random(seed)).open();
    const { url } = server.proxy;
    const files = await pageFiles({
      url,
      seed: seed + 2,
      calls: CALLS,
      dials: ROUNDS,
      reconnection: { delay: LONG, maxDelay: LONG },
    });
    await using browser = await launch(name);
    const during = (tab: Tab) => goOfflineAndOnline(tab, server);
    const posted = await runPage(browser, { files, entry: "page.js", during });
    check(posted as CutPosted, server);
    assertEquals(server.resumed, ROUNDS);
  });
}

/** How often a page goes offline. */
const ROUNDS = 3;

/** Each time, only the event can begin the attempt that succeeds. */
async function goOfflineAndOnline(tab: Tab, server: CutServer): Promise<void> {
  for (let round = 1; round <= ROUNDS; round++) {
    const { ran } = server.calls;
    await until(() => server.calls.ran > ran, "the page calls");
    await tab.setOffline(true);
    server.fault = () => REFUSED;
    server.proxy.cut();
    await soon(untilWaiting(tab), "the page waits for long");
    server.fault = () => WHOLE;
    await tab.setOffline(false);
    await until(() => server.resumed === round, "the page is back");
  }
}

async function untilWaiting(tab: Tab): Promise<void> {
  for (;;) {
    const { type, delay = 0 } = await tab.evaluate(() => {
      const { type, delay } = (globalThis as unknown as CutWindow).last;
      return { type, delay };
    });
    if (type === "reconnecting" && delay > 1_000) return; // the first attempt begins sooner
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
