/** A Worker for the tests, which bundle it with the built package and connect to each route. */
import {
  currentCall,
  type Driver,
  structured,
  WebSocketAcceptor,
  WebSocketConnector,
} from "sheetbend";
import type { Account, Desk, Header, Member } from "./shared.ts";

interface Env {
  readonly ROOMS: DurableObjectNamespace;
  readonly SELF: Fetcher;
}
/** The state of this isolate, which all requests share. */
const seen = { aborted: 0, left: [] as string[], closes: [] as string[] };
let remembered: Driver<Desk> | undefined;

function accountFor(acceptor: WebSocketAcceptor<Header, Account, Desk>, env: Env): Account {
  const desk = acceptor.getDriver();
  return {
    name: () => `${acceptor.header.name} ${acceptor.ip}`,
    show: (text) => desk.show(text),
    async wait(ms) {
      const { signal } = currentCall();
      signal.addEventListener("abort", () => void seen.aborted++);
      await new Promise((resolve) => setTimeout(resolve, ms));
    },
    seen: () => seen,
    echo: (value) => value,
    later(ms) {
      setTimeout(() => void desk.show("later"), ms);
    },
    close: (code, reason) => acceptor.close(code, reason),
    remember: () => void (remembered = desk),
    showRemembered: (text) => remembered!.show(text),
    dial: (url) => dial(url, undefined),
    dialSelf: () => dial("ws://self/rpc", env.SELF),
  };
}

/** Connects from the Worker, and returns what happened. */
async function dial(url: string, via: Fetcher | undefined): Promise<string[]> {
  const log: string[] = [];
  const desk: Desk = { show: (text) => `${text} in a Worker` };
  const connector = new WebSocketConnector<Header, Desk, Account>({ name: "Worker" }, desk);
  await connector.connect(url, {
    use: [structured],
    socket: via && (async (url) => {
      const { webSocket } = await via.fetch(url.replace("ws", "http"), {
        headers: { upgrade: "websocket" },
      });
      webSocket!.accept();
      return webSocket as never;
    }),
  });
  const account = connector.getDriver();
  log.push(await account.show("hello"));
  const memory = Uint8Array.of(1, 2);
  const echoed = account.echo(memory);
  memory.fill(9); // a Worker's sockets keep what they send
  const bytes = await echoed;
  log.push(bytes instanceof Uint8Array ? `bytes ${bytes}` : "no bytes");
  const closed = connector.join();
  await account.close(3009, "enough").catch((error) =>
    log.push(`${error.status} ${error.message}`)
  );
  await closed;
  return log;
}

/** Calls in a room reach all of its members, whose requests share one context. */
export class Room {
  readonly #members = new Set<Driver<Member>>();

  fetch(request: Request): Response {
    return WebSocketAcceptor.upgrade(
      request,
      async (acceptor: WebSocketAcceptor<Header, { say(text: string): Promise<void> }, Member>) => {
        const member = acceptor.getDriver();
        const { name } = acceptor.header;
        this.#members.add(member);
        await acceptor.accept({
          say: async (text) => {
            await Promise.all([...this.#members].map((one) => one.heard(name, text)));
          },
        });
        await acceptor.join();
        this.#members.delete(member);
      },
    );
  }
}

export default {
  fetch(request: Request, env: Env, context: ExecutionContext): Response | Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/room") return env.ROOMS.get(env.ROOMS.idFromName("one")).fetch(request);
    return WebSocketAcceptor.upgrade(
      request,
      async (acceptor: WebSocketAcceptor<Header, Account, Desk>) => {
        const { name } = acceptor.header;
        if (name === "stranger") return await acceptor.reject(3001, "Unknown name");
        await acceptor.accept(accountFor(acceptor, env));
        const left = acceptor.join().then(() => new Promise((resolve) => setTimeout(resolve, 100)))
          .then(() => void seen.left.push(name));
        if (name.startsWith("kept")) context.waitUntil(left);
        await left;
      },
      {
        ip: request.headers.get("cf-connecting-ip") ?? undefined,
        origins: "https://example.com",
        protocol: "calls",
        heartbeat: Number(searchParams.get("heartbeat") ?? 40_000),
        limits: { headerTimeout: Number(searchParams.get("headerTimeout") ?? 20_000) },
        use: [structured],
        onEvent(event) {
          if (event.type === "close") seen.closes.push(`${event.code} ${event.reason}`);
        },
      },
    );
  },
};
