import { assertEquals } from "@std/assert";
import net from "node:net";
import tls from "node:tls";
import { FakeTime } from "@std/testing/time";
import { type ConnectionEvent, WebSocketAcceptor } from "../../mod.ts";
import { upgradeRequest } from "../hostile/wire/tcp.ts";
import { type Acceptor, closeAll, type Connector, HEADER, scripted } from "../helpers/ends.ts";
import { HERE, opened, type Server } from "../helpers/servers.ts";
import { Timers } from "../helpers/timers.ts";
import { microtasks, PATIENCE, soon, until } from "../helpers/waiting.ts";
import { newConnector } from "../contract/states/fixture.ts";

Deno.test.afterEach(closeAll);

/** The places of the servers below. */
const PLACES = 20;
/** More than that. */
const RESETS = 60;

/** Asks for an upgrade, and resets TCP before the answer. */
function reset(port: number, isTls: boolean): Promise<void> {
  return new Promise((resolve) => {
    const raw = net.connect(port, "127.0.0.1");
    const ask = (socket: net.Socket) =>
      socket.write(upgradeRequest("/"), () => {
        raw.resetAndDestroy();
        resolve();
      });
    raw.on("error", () => resolve());
    raw.once("connect", () => {
      if (!isTls) return ask(raw);
      const secure = tls.connect({ socket: raw, rejectUnauthorized: false }, () => ask(secure));
      secure.on("error", () => {});
    });
  });
}

/** The runtime's own operation for an upgrade that was reset never ends. */
const DENO_KEEPS = { sanitizeOps: false };

/** Resets, one after the other. */
async function resetAll(port: number, isTls = false): Promise<void> {
  for (let done = 0; done < RESETS; done++) await reset(port, isTls);
}

async function keyPair(): Promise<{ readonly key: string; readonly cert: string }> {
  const [key, cert] = await Promise.all(
    ["key", "cert"].map((name) =>
      Deno.readTextFile(new URL(`../helpers/tls/${name}.pem`, import.meta.url))
    ),
  );
  return { key: key!, cert: cert! };
}

/** Tries until it is let in. */
async function letIn(server: Server, cert?: string): Promise<Connector> {
  using client = Deno.createHttpClient({ caCerts: cert === undefined ? [] : [cert] });
  const url = `${cert === undefined ? "ws" : "wss"}://localhost:${server.address!.port}`;
  const connector = newConnector() as Connector;
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      await connector.connect(url, { socket: (url) => new WebSocket(url, { client }) });
      return connector;
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

for (const isTls of [false, true]) {
  const who = isTls ? "a server with TLS" : "a server";
  Deno.test(
    `${who} lets the next client in when others have reset TCP in their upgrade`,
    DENO_KEEPS,
    async () => {
      const { key, cert } = await keyPair();
      const limits = { connections: PLACES, headerTimeout: 300 };
      const server = await opened(
        (acceptor) => acceptor.accept({ echo: (value: unknown) => value }),
        { limits, ...(isTls && { key, cert }) },
      );
      await resetAll(server.address!.port, isTls);
      const connector = await letIn(server, isTls ? cert : undefined);
      assertEquals(await connector.getDriver().echo!(7), 7);
      await connector.close();
      await server.close();
    },
  );
}

Deno.test(
  "server.close() waits for no client that has reset TCP in its upgrade",
  DENO_KEEPS,
  async () => {
    const limits = { headerTimeout: 600_000, closeTimeout: 600_000 };
    const server = await opened((acceptor) => acceptor.accept(null), { limits });
    await resetAll(server.address!.port);
    await soon(server.close(), "the server is closed");
  },
);

for (const isThrownAway of [false, true]) {
  const what = isThrownAway ? "its Response is thrown away" : "its client resets TCP meanwhile";
  Deno.test(`upgrade() ends a connection when ${what}`, DENO_KEEPS, async () => {
    let [upgrades, closes] = [0, 0];
    const onEvent = ({ type }: ConnectionEvent): void => void (type === "close" && closes++);
    const control = new AbortController();
    const { signal } = control;
    const server = Deno.serve({ ...HERE, signal, onListen() {} }, (request) => {
      upgrades++;
      const limits = { headerTimeout: 100, closeTimeout: 600_000 };
      const decide = (acceptor: Acceptor) => acceptor.accept(null);
      const response = WebSocketAcceptor.upgrade(request, decide, { onEvent, limits });
      return isThrownAway ? new Response("a page") : response; // Deno stops such a server
    });
    const { port } = server.addr;
    const peer = net.connect(port, "127.0.0.1");
    peer.on("error", () => {});
    if (isThrownAway) peer.write(upgradeRequest("/"));
    else await resetAll(port);
    await until(() => upgrades > 0 && closes === upgrades, "all are over");
    peer.destroy();
    if (!isThrownAway) control.abort(); // not `shutdown()`, which waits for resets forever
    await server.finished;
  });
}

Deno.test("a connection is let go at once when its socket never opened by its deadline", () => {
  using time = new FakeTime();
  using timers = new Timers();
  const events: string[] = [];
  const onEvent = (event: ConnectionEvent): void => void events.push(event.type);
  const socket = scripted({ isServer: true });
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, () => {}, { onEvent });
  time.tick(9_999);
  assertEquals(events, []);
  time.tick(101); // of long times, up to 100 ms more
  assertEquals([events, timers.count], [["limit", "close"], 0]);
});

Deno.test("a connection without a limit for its header is let go when its socket never opens", () => {
  using time = new FakeTime();
  const events: string[] = [];
  const onEvent = (event: ConnectionEvent): void => void events.push(event.type);
  const limits = { headerTimeout: Infinity };
  const [ghost, slow] = [scripted({ isServer: true }), scripted({ isServer: true })];
  for (const socket of [ghost, slow]) {
    WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, () => {}, { onEvent, limits });
  }
  slow.opens();
  time.tick(600_000);
  assertEquals([events, slow.closes], [["limit", "close"], []]);
});

Deno.test("a socket that opens too late is closed with the code of its end, and kept by no listener", async () => {
  const socket = scripted({ isServer: true });
  const close = socket.close.bind(socket);
  // as in Deno, nothing happens while it is connecting
  socket.close = (...given) => socket.readyState === 0 ? undefined : close(...given);
  const limits = { headerTimeout: 5 };
  let handled = 0;
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, () => handled++, { limits });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(socket.closes, []);
  socket.opens();
  socket.receives(HEADER);
  await microtasks();
  assertEquals([socket.closes, handled], [[[1008, "No header came in time"]], 0]);
  socket.closed(1008);
  assertEquals(socket.listenerCount, 0);
});
