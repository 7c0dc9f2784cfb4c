import { WebSocketConnector, WebSocketError } from "tgrid";

interface IProvider {
  visits(): number;
  never(): Promise<void>;
  slow(ms: number): Promise<number>;
  dismiss(code: number, reason: string): Promise<void>;
}
const url = `ws://127.0.0.1:${process.env.PORT}`;

function told(error: unknown): unknown[] {
  return error instanceof WebSocketError
    ? ["WebSocketError", error.status, error.message]
    : [error instanceof Error];
}

async function main(): Promise<void> {
  const connector = new WebSocketConnector<string, null, IProvider>("again", null);
  const driver = connector.getDriver();
  console.log(connector.state, connector.url);
  for (let visit = 1; visit <= 3; visit++) {
    const connecting = connector.connect(url);
    console.log("connecting", connector.state);
    await connecting;
    console.log("visit", await driver.visits(), connector.state);
    console.log("joined", await connector.join(20), await connector.join(new Date(0)));
    console.log("slow", await driver.slow(10));
    const twice = connector.connect(url);
    await twice.catch((error: unknown) => console.log("twice", error instanceof Error));
    const joined = connector.join().then(() => console.log("joined at", connector.state));
    const inTime = connector.join(15_000);
    const closing = connector.close();
    console.log("closing", connector.state);
    await closing;
    await joined;
    console.log("closed", connector.state, await inTime);
    await driver.visits().catch((error: unknown) => console.log("late", error instanceof Error));
  }
  for (const [code, reason] of [[3005, "enough"], [3006, "really enough"]] as const) {
    await connector.connect(url);
    const never = driver.never().catch(told);
    const dismissed = driver.dismiss(code, reason).catch(told);
    await connector.join();
    console.log(await never, await dismissed, connector.state);
  }
}
main();
