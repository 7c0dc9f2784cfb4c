import { assertEquals, assertRejects } from "@std/assert";
import {
  callbacks,
  EncodeError,
  PortCommunicator,
  type Proxied,
  proxy,
  streams,
  structured,
  WorkerConnector,
} from "../../mod.ts";
import { provider as reference } from "./reference_provider.ts";

const use = [structured, callbacks, streams];

class Counter {
  #count = 0;

  up(by: number): number {
    return this.#count += by;
  }
}

const provider = {
  ...reference,
  counter: (): Proxied<Counter> => proxy(new Counter()),
  echo: (value: unknown) => value,
};

type Provider = typeof provider;

Deno.test("callbacks and streams travel over a port", async () => {
  const { port1, port2 } = new MessageChannel();
  await using _server = new PortCommunicator<Provider, null>(port1, provider, { use });
  await using client = new PortCommunicator<null, Provider>(port2, null, { use });
  const driver = client.getDriver();
  assertEquals(await driver.each(4, (i) => i * 2), 12);
  const sizes: number[] = [];
  for await (const chunk of driver.chunks(5)) sizes.push(chunk.length * chunk[0]!);
  assertEquals(sizes, [0, 100_000, 200_000, 300_000, 400_000]);
  using counter = await driver.counter();
  assertEquals([await counter.up(2), await counter.up(3)], [2, 5]);
  const map = new Map([["a", new Date(5)]]);
  assertEquals(await driver.echo(map), map);
  await client.close();
  await assertRejects(() => counter.up(1), Error, "its connection has closed");
});

Deno.test("a port without features clones values, and can't clone functions", async () => {
  const { port1, port2 } = new MessageChannel();
  await using _server = new PortCommunicator<Provider, null>(port1, provider);
  await using client = new PortCommunicator<null, Provider>(port2, null);
  await assertRejects(() => client.getDriver().each(1, (i) => i), EncodeError, "parameters[1]");
});

Deno.test("callbacks and streams travel to a worker", async () => {
  await using worker = new WorkerConnector<null, null, Provider>(null, null);
  const file = new URL("reference_worker.ts", import.meta.url);
  await worker.connect(file.href, { use });
  const driver = worker.getDriver<Provider, false, "structured">();
  assertEquals(await driver.each(4, (i) => i * 2), 12);
  let size = 0;
  for await (const chunk of driver.chunks(5)) size += chunk.length;
  assertEquals(size, 500_000);
});
