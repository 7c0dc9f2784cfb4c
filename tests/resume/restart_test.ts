import { assert, assertEquals, assertRejects } from "@std/assert";
import { type ConnectionEvent, NotSentError, reconnection, WebSocketError } from "../../mod.ts";
import { mostWithin } from "../../tools/load/restart.ts";
import type { Connector } from "../helpers/ends.ts";
import { connectedTo, HERE, opened, type Server } from "../helpers/servers.ts";
import { until } from "../helpers/waiting.ts";

const CLIENTS = 30;
/** The maximum wait before the first attempt after a restart, in ms, as documented. */
const SPREAD = 5_000;

/** A client of a server that restarts. */
class Client {
  readonly events: ConnectionEvent[] = [];
  readonly connector: Connector;
  readonly hanging: Promise<unknown>;
  /** The calls that are made when the connection is lost. */
  readonly waiting: Promise<unknown>[] = [];

  private constructor(connector: Connector) {
    this.connector = connector;
    this.hanging = connector.getDriver().hang!();
    this.hanging.catch(() => {}); // checked later
  }

  static async connect(server: Server): Promise<Client> {
    const early: ConnectionEvent[] = [];
    let onEvent = (event: ConnectionEvent): void => void early.push(event);
    const options = { use: [reconnection()], onEvent: (event: ConnectionEvent) => onEvent(event) };
    const client = new Client(await connectedTo(server, options));
    onEvent = (event) => client.#seen(event);
    return client;
  }

  get isBack(): boolean {
    return this.events.some(({ type }) => type === "reconnect");
  }

  #seen(event: ConnectionEvent): void {
    this.events.push(event);
    if (event.type !== "disconnect") return;
    const { plus } = this.connector.getDriver();
    this.waiting.push(plus!(1, 2), plus!(3, 4));
  }
}

function begin(port: number, accepted: () => void): Promise<Server> {
  return opened((acceptor) => {
    accepted();
    const provider = {
      plus: (x: number, y: number) => x + y,
      hang: () => new Promise(() => {}),
    };
    return acceptor.accept(provider);
  }, { ...HERE, port, use: [reconnection()] });
}

function firstDelay(events: readonly ConnectionEvent[]): number {
  const event = events.find(({ type }) => type === "reconnecting");
  return event?.type === "reconnecting" ? event.delay : NaN;
}

Deno.test("clients spread their attempts when a server restarts, and lose no waiting call", async () => {
  let count = 0;
  const first = await begin(0, () => count++);
  const { port } = first.address!;
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => Client.connect(first)));
  assertEquals(count, CLIENTS);
  await first.close();
  await until(() => clients.every(({ events }) => firstDelay(events) >= 0), "all have noticed");
  await using _second = await begin(port, () => count++);
  for (let look = 0; look < 1_000 && !clients.every(({ isBack }) => isBack); look++) {
    dispatchEvent(new Event("online")); // nobody waits for the whole delay
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  assertEquals(count, 2 * CLIENTS);
  const delays = clients.map(({ events }) => firstDelay(events));
  assert(delays.every((delay) => delay >= 0 && delay <= SPREAD));
  assert(Math.max(...delays) - Math.min(...delays) > SPREAD / 4); // else by chance, once in 10^15 runs
  for (const { events, hanging, waiting, connector } of clients) {
    const lost = events.find(({ type }) => type === "disconnect");
    assertEquals(lost?.type === "disconnect" && lost.code, 1001);
    const back = events.find(({ type }) => type === "reconnect");
    assertEquals(back?.type === "reconnect" && back.isResumed, false);
    const error = await assertRejects(() => hanging, WebSocketError);
    assert(!((error as Error) instanceof NotSentError)); // it may have run
    assertEquals(await Promise.all(waiting), [3, 7]);
    await connector.close();
  }
});

Deno.test("mostWithin() counts each client once, in the second that has most of them", () => {
  const dials = [[1, 0], [2, 900], [1, 1_100], [1, 1_500], [3, 1_899], [4, 1_950]].map(
    ([client, at]) => ({ client: client!, at: at! }),
  );
  assertEquals(mostWithin(dials, 1_000), 3);
  assertEquals(mostWithin(dials.slice(0, 3), 1_000), 2);
  assertEquals(mostWithin([], 1_000), 0);
});
