/** Runs the workers of this folder, as KIND says, and prints what came of each. */
import { type Driver, WorkerConnector } from "tgrid";
import type { Calculator } from "./calculator";
import type { IReporter, IScreen } from "./callback";
import type { IHeader, IProvider } from "./header";
import type { Account } from "./mutex";

const { WORKERS, KIND } = process.env as { WORKERS: string; KIND: "process" | "thread" };
const print = (...values: unknown[]): void => console.log(JSON.stringify(values));

async function calculator(): Promise<void> {
  const connector: WorkerConnector<null, null, Calculator> = new WorkerConnector(null, null, KIND);
  for (let times = 0; times < 2; times++) {
    await connector.connect(`${WORKERS}/calculator.cjs`);
    const driver: Driver<Calculator> = connector.getDriver();
    print(
      "calculator",
      connector.state,
      await driver.plus(3, 4),
      await driver.scientific.pow(2, 8),
    );
    print(await driver.scientific.statistics.mean(1, 2, 6));
    for (const value of [3, 5, 7]) await driver.vector.push(value);
    print(await driver.vector.size(), await driver.vector.at(1));
    const failure = await driver.divides(1, 0).catch((error: Error) => error);
    print((failure as Error).name, (failure as Error).message);
    const many = await Promise.all(Array.from({ length: 500 }, (_, at) => driver.plus(at, at)));
    print(many.reduce((x, y) => x + y));
    await connector.close();
    print(connector.state);
  }
}

async function header(): Promise<void> {
  const value: IHeader = { precision: 2, names: ["Ada", "Grace"] };
  const connector: WorkerConnector<IHeader, null, IProvider> = new WorkerConnector(
    value,
    null,
    KIND,
  );
  await connector.connect(`${WORKERS}/header.cjs`);
  const driver = connector.getDriver();
  print("header", await driver.round(Math.PI), await driver.names(), await driver.state());
  print(await driver.leave());
  await connector.join();
  print(connector.state);
}

async function mutex(): Promise<void> {
  const connector: WorkerConnector<null, null, Account> = new WorkerConnector(null, null, KIND);
  await connector.connect(`${WORKERS}/mutex.cjs`);
  const driver = connector.getDriver();
  const deposit = async (): Promise<void> => {
    await driver.lock();
    await driver.set(await driver.get() + 1);
    await driver.unlock();
  };
  await Promise.all(Array.from({ length: 50 }, deposit));
  print("mutex", await driver.get());
  await connector.close();
}

async function callback(): Promise<void> {
  const lines: string[] = [];
  const screen: IScreen = {
    print: (text) => void lines.push(text),
    rows: { count: () => lines.length },
    ask: async (depth) => depth === 0 ? 0 : 1 + await connector.getDriver().ask(depth - 1),
  };
  const connector: WorkerConnector<null, IScreen, IReporter> = new WorkerConnector(
    null,
    screen,
    KIND,
  );
  await connector.connect(`${WORKERS}/callback.cjs`);
  print("callback", await connector.getDriver().report(["one", "two"]), lines);
  print(await connector.getDriver().ask(9));
  await connector.close();
}

async function compile(): Promise<void> {
  const provider = { prefix: () => "from the program: " };
  const connector: WorkerConnector<string, typeof provider, { greet(name: string): string }> =
    new WorkerConnector("Hello", provider, KIND);
  await connector.compile(`
    const { WorkerServer } = require(${JSON.stringify(`${WORKERS}/../node_modules/tgrid`)});
    const server = new WorkerServer();
    const greet = async (name) =>
      await server.getDriver().prefix() + await server.getHeader() + ", " + name;
    void server.open({ greet });
  `);
  print("compile", await connector.getDriver().greet("Ada"));
  await connector.close();
}

async function main(): Promise<void> {
  for (const run of [calculator, header, mutex, callback, compile]) await run();
  print("end");
}
void main();
