/**
 * The life of a connection: a token that decides about it, and waiting for its end.
 *
 *     deno run --allow-net examples/join.ts
 */
import { WebSocketConnector, WebSocketError, WebSocketServer } from "../mod.ts";

/** What a client tells before the server decides. */
interface Header {
  readonly token: string;
}

/** What the server offers. */
interface Night {
  /** Ends this client's stay in so many ms. */
  sleep(ms: number): void;
  /** Returns when the night is over, which no client lives to see. */
  dawn(): Promise<void>;
}

await using server = new WebSocketServer<Header, Night, null>();
await server.open({ port: 0, hostname: "127.0.0.1" }, async (acceptor) => {
  const { token } = acceptor.header;
  if (token === "") return; // undecided: it may still be decided about later, in 30 s at most
  if (token !== "open sesame") return await acceptor.reject(3001, `unknown token "${token}"`);
  await acceptor.accept({
    sleep: (ms) => void setTimeout(() => acceptor.close(4000, "time to sleep"), ms),
    dawn: () => new Promise(() => {}),
  });
});
const url = `ws://127.0.0.1:${server.address!.port}`;

function connectorOf(token: string): WebSocketConnector<Header, null, Night> {
  return new WebSocketConnector<Header, null, Night>({ token }, null);
}

/** What a promise was rejected with, where it is how a connection ended. */
async function endOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "it did not end";
  } catch (error) {
    if (!(error instanceof WebSocketError)) throw error;
    return `${error.status}, ${error.message.replace(url, "the server")}`;
  }
}

console.log("a wrong token:", await endOf(connectorOf("guess").connect(url)));
console.log("no answer:", await endOf(connectorOf("").connect(url, { timeout: 100 })));

const connector = connectorOf("open sesame");
await connector.connect(url);
const night = connector.getDriver();
console.log("over within 50 ms:", await connector.join(50));

const dawn = endOf(night.dawn());
await night.sleep(50);
console.log("over within a minute:", await connector.join(new Date(Date.now() + 60_000)));
console.log("a call that was under way:", await dawn);
console.log("over at once, since it is closed:", await connector.join(0));
