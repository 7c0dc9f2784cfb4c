/** What is the same of every example: a page over HTTP, and a calculator that calls its client. */
import { assertEquals, assertRejects } from "@std/assert";
import { WebSocketConnector, WebSocketError } from "../../mod.ts";
import type { Example } from "./example.ts";

/** What a client of an example offers, and is offered. */
interface Screen {
  show(line: string): void;
}
interface Calculator {
  plus(x: number, y: number): number;
}

/** Goes through it all. */
export async function tryOut({ url }: Example): Promise<void> {
  const page = await fetch(url);
  assertEquals([page.status, await page.text()], [200, "The calculator is at /rpc"]);
  const nothing = await fetch(`${url}/nothing`);
  await nothing.body?.cancel();
  assertEquals(nothing.status, 404);

  await Promise.all([calculate(`${url}/rpc`, 1), calculate(`${url}/rpc`, 2)]);

  const lost = new WebSocketConnector(null, null);
  const error = await assertRejects(() => lost.connect(`${url}/nothing`), WebSocketError);
  assertEquals(error.status, 1006);

  await calculate(`${url}/rpc`, 3); // it goes on after all that
}

async function calculate(url: string, x: number): Promise<void> {
  const lines: string[] = [];
  const screen: Screen = { show: (line) => void lines.push(line) };
  await using connector = new WebSocketConnector<null, Screen, Calculator>(null, screen);
  await connector.connect(url, { timeout: 60_000 });
  const calculator = connector.getDriver();
  assertEquals(await Promise.all([calculator.plus(x, 3), calculator.plus(x, 4)]), [x + 3, x + 4]);
  assertEquals(lines, [`${x} + 3`, `${x} + 4`]);
}
