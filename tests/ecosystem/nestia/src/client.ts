import api from "../api";

async function main(host: string): Promise<void> {
  const connection = { host, headers: { value: 100 } };
  const events: string[] = [];
  const health = await api.functional.calculate.health({ host }, "3");
  console.log(health.value);

  const { connector, driver } = await api.functional.calculate.start(
    connection,
    "ada",
    { value: 7 },
    { on: (event) => void events.push(`${event.type}: ${event.operator} ${event.result}`) },
  );
  console.log(await driver.plus(2, 3));
  console.log(await driver.scientific.pow(2, 5));
  console.log(events.join(", "));
  await connector.close();
}
void main(process.argv[2]!);
