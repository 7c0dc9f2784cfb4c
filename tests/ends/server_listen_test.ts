import { assertEquals, assertRejects } from "@std/assert";
import { WebSocketConnector, WebSocketError, WebSocketServer } from "../../mod.ts";
import type { Anything, Connector } from "../helpers/ends.ts";
import { connectedTo, HERE, type Server } from "../helpers/servers.ts";

function hasIPv6(): boolean {
  try {
    Deno.listen({ port: 0, hostname: "::1" }).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test("open() is reached by every address of the machine when it is given a port alone", async () => {
  const ips: string[] = [];
  const server: Server = new WebSocketServer();
  await server.open(0, async (acceptor) => {
    ips.push(acceptor.ip);
    await acceptor.accept(null);
  });
  const { hostname, port } = server.address!;
  const hosts = ["127.0.0.1", "localhost"];
  if (hasIPv6()) hosts.push("[::1]");
  else console.log("This machine has no IPv6: [::1] was not tried");
  for (const host of hosts) {
    const connector: Connector = new WebSocketConnector<unknown, object | null, Anything>(
      null,
      null,
    );
    await connector.connect(`ws://${host}:${port}`);
    await connector.close();
  }
  await server.close();
  assertEquals(hostname, hasIPv6() ? "::" : "0.0.0.0");
  assertEquals(ips.length, hosts.length);
  assertEquals(ips[0], "127.0.0.1");
  if (hosts.length === 3) assertEquals(ips[2], "::1");
});

/** The key pair of the tests: it protects nothing. */
async function keyPair(): Promise<{ readonly key: string; readonly cert: string }> {
  const [key, cert] = await Promise.all(
    ["key", "cert"].map((name) =>
      Deno.readTextFile(new URL(`../helpers/tls/${name}.pem`, import.meta.url))
    ),
  );
  return { key: key!, cert: cert! };
}

/** Connects over TLS and calls. */
async function assertSecure(server: Server, cert: string): Promise<void> {
  using client = Deno.createHttpClient({ caCerts: [cert] });
  const connector: Connector = new WebSocketConnector<unknown, object | null, Anything>(null, null);
  await connector.connect(`https://localhost:${server.address!.port}`, {
    socket: (url) => new WebSocket(url, { client }),
  });
  assertEquals(await connector.getDriver().f!(), "secret");
  await connector.close();
  await assertRejects(() => connectedTo(server), WebSocketError); // ws: is not spoken there
}

for (const way of ["the constructor", "open()"]) {
  Deno.test(`open() speaks TLS when ${way} was given key and certificate`, async () => {
    const { key, cert } = await keyPair();
    const inOpen = way === "open()";
    await using server: Server = inOpen ? new WebSocketServer() : new WebSocketServer(key, cert);
    await server.open(
      { ...HERE, ...(inOpen && { key, cert }) },
      (acceptor) => acceptor.accept({ f: () => "secret" }),
    );
    await assertSecure(server, cert);
  });
}

Deno.test("open() speaks TLS with the constructor's pair when its own are undefined", async () => {
  const { key, cert } = await keyPair();
  await using server: Server = new WebSocketServer(key, cert);
  await server.open(
    { ...HERE, key: undefined, cert: undefined },
    (acceptor) => acceptor.accept({ f: () => "secret" }),
  );
  await assertSecure(server, cert);
});

Deno.test("open() speaks plainly when both of the constructor's are undefined", async () => {
  await using server: Server = new WebSocketServer(undefined, undefined);
  await server.open(HERE, (acceptor) => acceptor.accept({ f: () => "plain" }));
  const connector = await connectedTo(server);
  assertEquals(await connector.getDriver().f!(), "plain");
  await connector.close();
});

for (const name of ["key", "cert"] as const) {
  Deno.test(`open() never speaks plainly when it is given a ${name} alone`, async () => {
    const pair = await keyPair();
    const server: Server = new WebSocketServer();
    try {
      await assertRejects(() => server.open({ ...HERE, [name]: pair[name] }, () => {}), TypeError);
      assertEquals(server.state, WebSocketServer.State.NONE);
    } finally {
      await server[Symbol.asyncDispose]();
    }
  });
}
