// deno-lint-ignore-file no-explicit-any
import { WebSocketConnector, WebSocketError } from "tgrid";

const base = `ws://127.0.0.1:${process.env.PORT}`;

async function attempt(header: any, path = "/"): Promise<void> {
  const connector = new WebSocketConnector<any, null, { who(): any }>(header, null);
  try {
    await connector.connect(base + path, { timeout: 15_000 });
    console.log("accepted", JSON.stringify(await connector.getDriver().who()), connector.state);
    console.log(connector.url === base + path, JSON.stringify(connector.header));
    await connector.close();
  } catch (error) {
    if (!(error instanceof WebSocketError)) throw error;
    console.log("rejected", error.status, error.message, connector.state);
  }
}

async function main(): Promise<void> {
  for (
    const header of [{ token: "x" }, null, "text", "", 0, false, [1, "a"], { deep: { er: [] } }]
  ) {
    await attempt(header);
  }
  await attempt({ token: "y" }, "/a/b?c=d&e=what?%20");
  await attempt({ wish: [1008, "wrong token"] });
  await attempt({ wish: [1002, "protocol"] }, "/x");
  await attempt({ wish: [3001, "größer als gedacht"] });
  const early = new WebSocketConnector<null, null, { who(): any }>(null, null);
  await early.getDriver().who().catch((error: unknown) => console.log(error instanceof Error));
  await early.join().catch((error: unknown) => console.log(error instanceof Error, early.state));
  await attempt(null, "/?stop=yes");
}
main();
