import tgrid, { type Driver } from "tgrid";

interface ICalculator {
  plus(x: number, y: number): number;
  divides(x: number, y: number): Promise<number>;
  nothing(): void;
  scientific: { pow(x: number, y: number): number; sqrt(x: number): number };
  statistics: { mean(...elements: number[]): number };
}

async function main(): Promise<void> {
  const connector = new tgrid.WebSocketConnector<null, null, ICalculator>(null, null);
  await connector.connect(`ws://127.0.0.1:${process.env.PORT}/calculator`);
  const calc: Driver<ICalculator> = connector.getDriver();
  console.log(await calc.plus(2, 3));
  console.log(await calc.divides(7, 2));
  console.log(await calc.scientific.pow(2, 10));
  console.log(await calc.statistics.mean(1, 2, 3, 4));
  console.log(await calc.nothing());
  const { scientific } = calc;
  for (const x of [16, -1]) {
    console.log(await scientific.sqrt(x).catch((error: Error) => [error.name, error.message]));
  }
  await calc.divides(1, 0).catch((error: Error) => console.log(error.message));
  const sums = await Promise.all(Array.from({ length: 100 }, (_, i) => calc.plus(i, i)));
  console.log(sums.length, sums[99]);
  const { plus } = calc as unknown as Record<"plus", (...args: number[]) => Promise<number>>;
  console.log(await plus.call(null, 4, 5), await plus.apply(null, [5, 6]));
  console.log(calc instanceof tgrid.Driver, (await Promise.resolve(calc)) === calc);
  await connector.close();
  console.log(connector.state);
}
main();
