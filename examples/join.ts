/**
 * Authentication with a token, and waiting until a connection is closed.
 *
 *     deno run --allow-net examples/join.ts
 */
import { WebSocketConnector, WebSocketError, WebSocketServer } from "../mod.ts";

/** What a client sends when it connects. */
interface Header {
  readonly token: string;
}

/** What the server offers. */
interface Night {
  /** Closes this client's connection after `ms`. */
  sleep(ms: number): void;
  /** Never returns. */
  dawn(): Promise<void>;
}

await using server = new WebSocketServer<Header, Night, null>();
await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
  const { token } = acceptor.header;
  if (token === "") return; // neither accepted nor rejected: closed with 1008 after 30 s
  if (token !== "open sesame") return await acceptor.reject(3001, `Unknown token "${token}"`);
  await acceptor.accept({
    sleep: (ms) => void setTimeout(() => acceptor.close(4000, "Time to sleep"), ms),
    dawn: () => new Promise(() => {}),
  });
});
const url = `ws://127.0.0.1:${server.address!.port}`;

function connectorOf(token: string): WebSocketConnector<Header, null, Night> {
  return new WebSocketConnector<Header, null, Night>({ token }, null);
}

/** Describes how a call or an attempt to connect failed. */
async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "it succeeded";
  } catch (error) {
    if (!(error instanceof WebSocketError)) throw error;
    return `${error.status}, ${error.message.replace(url, "the server")}`;
  }
}

console.log("wrong token:", await failureOf(connectorOf("guess").connect(url)));
console.log("no decision:", await failureOf(connectorOf("").connect(url, { timeout: 100 })));

const connector = connectorOf("open sesame");
await connector.connect(url);
const night = connector.getDriver();
console.log("closed within 50 ms:", await connector.join(50));

const dawn = failureOf(night.dawn());
await night.sleep(50);
console.log("closed within a minute:", await connector.join(new Date(Date.now() + 60_000)));
console.log("pending call:", await dawn);
console.log("already closed:", await connector.join(0));
