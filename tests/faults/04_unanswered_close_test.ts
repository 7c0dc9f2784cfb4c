import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { PLAIN_HEADER } from "../hostile/attack_server.ts";
import type { RawPeer } from "../hostile/wire/peer.ts";
import { dialRaw, upgradeRequest } from "../hostile/wire/tcp.ts";
import { accepted, closeAll, connected, dialled, upgraded } from "../helpers/ends.ts";
import type { SocketScript } from "../helpers/scripted_socket.ts";
import { opened, statusOf } from "../helpers/servers.ts";
import { Timers } from "../helpers/timers.ts";
import { microtasks, PATIENCE, until } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

const OPTIONS = { limits: { closeTimeout: 500, frameBytes: 1_000 }, heartbeat: 100 };
const END = { script: { hasTerminate: true } satisfies SocketScript };

/** Ends of connections whose other end does not answer. */
const ENDS = {
  "acceptor.close()": async () => {
    const { acceptor, socket } = await accepted({ ...OPTIONS, heartbeat: Infinity }, END);
    acceptor.close();
    return socket;
  },
  "acceptor.reject()": async () => {
    const { acceptor, socket } = await upgraded(OPTIONS, END);
    acceptor.reject();
    return socket;
  },
  "a close for a fault": async () => {
    const { socket } = await accepted({ ...OPTIONS, heartbeat: Infinity }, END);
    socket.receives("x".repeat(1_001));
    return socket;
  },
  "connector.close()": async () => {
    const { connector, socket } = await connected({ ...OPTIONS, heartbeat: Infinity }, END);
    connector.close();
    return socket;
  },
  "the close of an attempt that was given up": async () => {
    const { connector, socket } = dialled(OPTIONS, END);
    socket.opens();
    await connector.close();
    return socket;
  },
};

for (const [what, end] of Object.entries(ENDS)) {
  Deno.test(`a socket is ended when ${what} is not answered for closeTimeout, and no sooner`, async () => {
    using time = new FakeTime();
    using timers = new Timers();
    const socket = await end();
    await microtasks();
    time.tick(499);
    await microtasks();
    assertEquals(socket.terminations, 0);
    time.tick(1);
    await microtasks();
    assertEquals(socket.terminations, 1);
    socket.closed(1006);
    assertEquals([timers.count, socket.listenerCount], [0, 0]);
  });

  Deno.test(`a socket is ended by nobody when ${what} is answered`, async () => {
    using time = new FakeTime();
    using timers = new Timers();
    const socket = await end();
    await microtasks();
    time.tick(400);
    await microtasks();
    socket.closed(1000);
    assertEquals([timers.count, socket.listenerCount], [0, 0]);
    time.tick(10_000);
    await microtasks();
    assertEquals(socket.terminations, 0);
  });
}

Deno.test("a socket is ended when its peer is lost, once the peer had time to read the close", async () => {
  using time = new FakeTime();
  const { socket, acceptor } = await accepted(OPTIONS, END);
  time.tick(250);
  await microtasks();
  assertEquals([acceptor.state, socket.closes.length, socket.terminations], [3, 1, 0]);
  time.tick(500);
  await microtasks();
  assertEquals(socket.terminations, 1);
});

/** A client that does not answer its rejection, and stays. */
async function rejected(port: number): Promise<RawPeer> {
  const peer = await dialRaw(port);
  peer.write(upgradeRequest("/"));
  await peer.until(({ isUpgraded }) => isUpgraded, PATIENCE);
  peer.text(PLAIN_HEADER);
  await peer.until(({ close }) => close !== undefined, PATIENCE);
  return peer;
}

Deno.test("limits.connections counts sockets of connections that are over when Deno can't end them", async () => {
  const limits = { connections: 2, closeTimeout: 50 };
  await using server = await opened((acceptor) => acceptor.reject(3001, "no"), { limits });
  const { port } = server.address!;
  const peers = [await rejected(port), await rejected(port)];
  await new Promise((resolve) => setTimeout(resolve, 2 * limits.closeTimeout));
  assertEquals(await statusOf(server), 503);
  for (const peer of peers) peer.reset();
  let status = 503;
  const ask = async () => {
    for (;;) {
      status = await statusOf(server);
      if (status !== 503) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  void ask();
  await until(() => status === 101, "their places are free");
});
