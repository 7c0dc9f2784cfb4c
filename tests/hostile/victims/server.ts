/**
 * The attacked servers, in a process of their own: what ends it is seen as nothing else is. Prints
 * their ports; when its input ends it closes them, and must then end by itself.
 */
import { type ConnectionEvent, type WebSocketAcceptor, WebSocketServer } from "../../../mod.ts";
import { type Called, Journal } from "./journal.ts";
import { provider, SECRET } from "./provider.ts";
import { SERVERS } from "./settings.ts";

// deno-lint-ignore no-explicit-any -- the peer is hostile: nothing is known of it
type Acceptor = WebSocketAcceptor<any, object | null, any>;

const journal = new Journal();

/** What is offered, and beside it what a comparison asks for. */
const offered = Object.defineProperties({}, {
  ...Object.getOwnPropertyDescriptors(provider),
  outcomes: { value: (path: string) => journal.outcomes(path) ?? null },
});

/** What a handler does, by the first step of the path that was asked for. */
const HANDLERS: Readonly<Record<string, (acceptor: Acceptor) => unknown>> = {
  accept: (acceptor) => acceptor.accept(offered),
  nothing: (acceptor) => acceptor.accept(null),
  header: (acceptor) => acceptor.accept({ header: () => acceptor.header, echo: provider.echo }),
  calls(acceptor) {
    void acceptor.accept(offered);
    journal.follows(acceptor.path, acceptor.getDriver() as unknown as Called);
  },
  reject: (acceptor) => acceptor.reject(3001, "not you"),
  "reject-badly": (acceptor) => acceptor.reject(5000, "not you"),
  throw() {
    throw new Error(SECRET);
  },
  async "throw-later"() {
    await null;
    throw new Error(SECRET);
  },
  "throw-after"(acceptor) {
    void acceptor.accept(offered);
    throw new Error(SECRET);
  },
  async late(acceptor) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    await acceptor.accept(offered).catch(() => {}); // they may have left, or been put out
  },
  never: () => {},
  async close(acceptor) {
    await acceptor.accept(offered);
    await acceptor.close(3005, "enough");
  },
};

function handle(acceptor: Acceptor): unknown {
  const name = acceptor.path.split("/")[1] ?? "";
  const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name]! : HANDLERS.accept!;
  return handler(acceptor);
}

const servers = new Map<string, WebSocketServer<unknown, object | null, null>>();
for (const [name, make] of Object.entries(SERVERS)) {
  const server = new WebSocketServer<unknown, object | null, null>();
  const onEvent = (event: ConnectionEvent): void => journal.add(event);
  await server.open({ port: 0, hostname: "127.0.0.1", ...make, onEvent }, handle);
  servers.set(name, server);
}
const control = new WebSocketServer<null, Journal, null>();
await control.open({ port: 0, hostname: "127.0.0.1" }, (acceptor) => acceptor.accept(journal));
servers.set("control", control as never);

const ports = [...servers].map(([name, server]) => [name, server.address!.port]);
console.log(JSON.stringify(Object.fromEntries(ports)));
for await (const _bytes of Deno.stdin.readable) { /* it is only ended */ }
await Promise.all([...servers.values()].map((server) => server.close()));
