import { IConnection } from "@nestia/fetcher";
import api from "../../../api";

export async function benchmark_health(connection: IConnection): Promise<void> {
  const { value } = await api.functional.calculate.health(plain(connection), "3");
  if (value !== 3) console.error(`health returned ${value}`);
}

export async function benchmark_refused(connection: IConnection): Promise<void> {
  await api.functional.calculate.refused(plain(connection));
}

/** Calls over a WebSocket aren't in the report; the server counts them. */
export async function benchmark_plus(connection: IConnection<{ value: number }>): Promise<void> {
  const listener = { on: () => {} };
  const calculate = api.functional.calculate.start;
  try {
    const { connector, driver } = await calculate(connection, "ada", { value: 7 }, listener);
    const sum = await driver.plus(2, 3);
    if (sum !== 105) console.error(`plus returned ${sum}`);
    await connector.close();
  } catch (error) {
    console.error(error); // or else it would go unnoticed
  }
  await api.functional.calculate.health(plain(connection), "3");
}

export async function benchmark_filtered(): Promise<void> {
  console.error("The master's filter was ignored");
}

/** The connection without the header for WebSockets. */
function plain({ host, logger }: IConnection): IConnection {
  return { host, logger };
}
