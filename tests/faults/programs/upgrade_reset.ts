/**
 * Clients that reset TCP while Deno upgrades them. In a process of its own, because the runtime's
 * operations for such upgrades never end. Prints what came of it.
 */
import net from "node:net";
import tls from "node:tls";
import { type ConnectionEvent, WebSocketAcceptor, WebSocketConnector } from "../../../mod.ts";
import type { Acceptor, Connector } from "../../helpers/ends.ts";
import { HERE, opened, type Server } from "../../helpers/servers.ts";
import { soon, until } from "../../helpers/waiting.ts";
import { upgradeRequest } from "../../hostile/wire/tcp.ts";

/** The places of a server, and more than that. */
const PLACES = 20;
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

/** Resets, one after the other. */
async function resetAll(port: number, isTls = false): Promise<void> {
  for (let done = 0; done < RESETS; done++) await reset(port, isTls);
}

async function textOf(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(`../../helpers/tls/${name}.pem`, import.meta.url));
}

/** Tries until it is let in. */
async function letIn(server: Server, isTls: boolean): Promise<Connector> {
  const client = Deno.createHttpClient({ caCerts: isTls ? [await textOf("cert")] : [] });
  const connector: Connector = new WebSocketConnector<unknown, null, never>(null, null);
  for (;;) {
    try {
      await connector.connect(`http${isTls ? "s" : ""}://localhost:${server.address!.port}`, {
        socket: (url) => new WebSocket(url, { client }),
      });
      return connector;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** What the next client gets from a server that others have reset. */
async function next(isTls: boolean): Promise<unknown> {
  const limits = { connections: PLACES, headerTimeout: 300 };
  const pair = isTls ? { key: await textOf("key"), cert: await textOf("cert") } : {};
  const provider = { hi: () => "let in" };
  const server = await opened((acceptor) => acceptor.accept(provider), { limits, ...pair });
  await resetAll(server.address!.port, isTls);
  const connector = await soon(letIn(server, isTls), "the next client is let in");
  return await connector.getDriver().hi!();
}

/** Whether a server waits for those that never opened. */
async function close(): Promise<unknown> {
  const limits = { headerTimeout: 600_000, closeTimeout: 600_000 };
  const server = await opened((acceptor) => acceptor.accept(null), { limits });
  await resetAll(server.address!.port);
  await soon(server.close(), "the server is closed");
  return "closed";
}

/** How the connections of one's own server end. */
async function upgrades(isThrownAway: boolean): Promise<unknown> {
  let [upgrades, closes] = [0, 0];
  const onEvent = ({ type }: ConnectionEvent): void => void (type === "close" && closes++);
  const server = Deno.serve({ ...HERE, onListen() {} }, (request) => {
    upgrades++;
    const limits = { headerTimeout: 100, closeTimeout: 600_000 };
    const decide = (acceptor: Acceptor) => acceptor.accept(null);
    const response = WebSocketAcceptor.upgrade(request, decide, { onEvent, limits });
    return isThrownAway ? new Response("a page") : response; // Deno stops such a server
  });
  if (isThrownAway) net.connect(server.addr.port, "127.0.0.1").write(upgradeRequest("/"));
  else await resetAll(server.addr.port);
  await until(() => upgrades > 0 && closes === upgrades, "all are over");
  return "all over";
}

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = {
  next: () => next(false),
  nextByTls: () => next(true),
  close,
  reset: () => upgrades(false),
  thrownAway: () => upgrades(true),
};
console.log(await scenarios[Deno.args[0]!]!());
Deno.exit();
