import { assert, assertEquals } from "@std/assert";
import { settles, WebSocketConnector, WebSocketError } from "../../mod.ts";
import { Program } from "../../tools/load/program.ts";
import type { Done, Order } from "../../tools/load/client.ts";
import type { Ports } from "../../tools/load/server.ts";
import type { Acceptor } from "../helpers/ends.ts";
import { connectedTo, opened, urlOf } from "../helpers/servers.ts";
import { Timers } from "../helpers/timers.ts";
import { gate, PATIENCE, until } from "../helpers/waiting.ts";
import { SocketListeners } from "./listeners.ts";
import { Proxy } from "./proxy.ts";

const HEARTBEAT = Number(Deno.env.get("NETWORK_HEARTBEAT") ?? 700);

/** Three heartbeats, and room for a machine that is busy. */
const NOTICED = 3 * HEARTBEAT + PATIENCE;

const WIRES = ["plain", "linked"] as const;

type Remote = { later(value: number, ms: number): number };

/** A call that is under way ends by the heartbeat, and so does whoever waits for the end. */
async function expectNoticed(call: Promise<unknown>, joined: Promise<void>): Promise<void> {
  const ended = call.then(() => undefined, (error: unknown) => error);
  assert(await settles(Promise.all([ended, joined]), NOTICED), "nobody noticed");
  const error = await ended;
  assert(error instanceof WebSocketError, `${error}`);
  assertEquals([error.status, error.message], [1006, "The peer no longer answers"]);
}

/** No process of Windows can be made to stand still by a signal. */
const CAN_STAND_STILL = Deno.build.os !== "windows";

for (const wire of CAN_STAND_STILL ? WIRES : []) {
  Deno.test(`a ${wire} connector notices when its server's process stands still`, async () => {
    using listeners = new SocketListeners();
    await using server = new Program("tools/load/server.ts");
    const { port } = await server.hear<Ports>();
    const connector = new WebSocketConnector<null, null, Remote>(null, null);
    await connector.connect(`ws://127.0.0.1:${port}`, { wire, heartbeat: HEARTBEAT });
    const call = connector.getDriver().later(1, 60_000);
    server.signal("SIGSTOP");
    await expectNoticed(call, connector.join());
    assertEquals(connector.state, WebSocketConnector.State.CLOSED);
    server.signal("SIGKILL"); // the platform's socket goes with its TCP connection alone
    await until(() => listeners.count === 0, "the socket is gone");
  });

  Deno.test(`an acceptor notices when its ${wire} client's process stands still`, async () => {
    using timers = new Timers();
    using listeners = new SocketListeners();
    const acceptors: Acceptor[] = [];
    const server = await opened((acceptor) => {
      acceptors.push(acceptor);
      return acceptor.accept(null);
    }, { heartbeat: HEARTBEAT });
    await using client = new Program("tools/load/client.ts", [wire, urlOf(server)]);
    const order: Order = { kind: "connect", count: 1, atOnce: 1 };
    assertEquals((await client.ask<Done>(order)).wrong, 0);
    client.signal("SIGSTOP");
    const [acceptor] = acceptors;
    await expectNoticed(acceptor!.getDriver().anything!(), acceptor!.join());
    client.signal("SIGKILL");
    await until(() => listeners.count === 0, "the socket is gone");
    await server.close();
    await client.end();
    assertEquals(timers.count, 0);
  });
}

for (const wire of WIRES) {
  Deno.test(`both ends notice when the network swallows what is ${wire}`, async () => {
    using timers = new Timers();
    using listeners = new SocketListeners();
    const accepted = gate<Acceptor>();
    const forever = { wait: () => new Promise(() => {}) };
    const server = await opened(async (acceptor) => {
      await acceptor.accept(forever);
      accepted.open(acceptor);
    }, { heartbeat: HEARTBEAT });
    {
      const fault = { kind: "none", way: "up", at: 0 } as const;
      await using proxy = await Proxy.open(server.address!.port, () => fault);
      const connector = new WebSocketConnector<null, object, typeof forever>(null, forever);
      await connector.connect(proxy.url, { wire, heartbeat: HEARTBEAT });
      const acceptor = await accepted.promise;
      const calls = [connector.getDriver().wait(), acceptor.getDriver().wait!()];
      await new Promise((resolve) => setTimeout(resolve, 4 * HEARTBEAT)); // silent, and alive
      assertEquals([connector.state, acceptor.state], [1, 1]);
      proxy.stall();
      await Promise.all([
        expectNoticed(calls[0]!, connector.join()),
        expectNoticed(calls[1]!, acceptor.join()),
      ]);
    }
    await until(() => listeners.count === 0, "the sockets are gone");
    await (await connectedTo(server, { wire })).close(); // and the server goes on
    await server.close();
    await until(() => timers.count === 0, "no timer is left");
  });
}
