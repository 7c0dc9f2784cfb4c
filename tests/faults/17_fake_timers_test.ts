/** What a test replaces after load, as Jest's and Sinon's fake timers do, holds no call back. */
import { assertEquals } from "@std/assert";
import { install } from "npm:@sinonjs/fake-timers@15";
import { structured, WebSocketConnector, WebSocketServer } from "../../mod.ts";
import { HERE, urlOf } from "../helpers/servers.ts";

/** Replaces all that Jest does by what never fires, and returns what undoes that. */
function deadTimers(): () => void {
  const names = [
    ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "clearTimeout"],
    ...["clearInterval", "clearImmediate", "requestAnimationFrame"],
  ];
  const real = names.map((name) => [name, Reflect.get(globalThis, name)] as const);
  const { now } = performance;
  const { Date } = globalThis;
  for (const name of names) Reflect.set(globalThis, name, () => 1);
  performance.now = () => 0;
  globalThis.Date = class extends Date {
    static override now = () => 0;
  } as DateConstructor;
  return () => {
    for (const [name, value] of real) Reflect.set(globalThis, name, value);
    performance.now = now;
    globalThis.Date = Date;
  };
}

/** The fake timers that Jest is made of. */
function sinonTimers(): () => void {
  const clock = install({ ignoreMissingTimers: true });
  return () => clock.uninstall();
}

interface Remote {
  echo(value: unknown): Promise<unknown>;
  slow(): Promise<number>;
  back(text: string): Promise<string>;
}

for (const [how, fake] of [["dead", deadTimers], ["Sinon's", sinonTimers]] as const) {
  for (
    const [wire, options] of [
      ["plain", { wire: "plain" }],
      ["linked", {}],
      ["structured", { use: [structured] }],
    ] as const
  ) {
    Deno.test(`calls leave and return both ways when all timers are ${how}, over ${wire}`, async () => {
      const real = { now: performance.now.bind(performance) };
      const server = new WebSocketServer<null, object, { hear(text: string): string }>();
      const use = "use" in options ? { use: options.use } : {};
      await server.open({ ...HERE, ...use }, (acceptor) =>
        acceptor.accept({
          echo: (value: unknown) => value,
          slow: () => {
            for (const until = real.now() + 3; real.now() < until;);
            return 1;
          },
          back: (text: string) => acceptor.getDriver().hear(text),
        }));
      const provider = { hear: (text: string) => `${text}!` };
      const client = new WebSocketConnector<null, typeof provider, Remote>(null, provider);
      await client.connect(urlOf(server as never), options);
      const driver = client.getDriver();
      const undo = fake();
      try {
        const long = "x".repeat(20_000);
        assertEquals(await driver.echo({ long }), { long });
        assertEquals(await driver.back("well"), "well!");
        // longer than the server serves one client in one turn
        const slow = await Promise.all(Array.from({ length: 30 }, () => driver.slow()));
        assertEquals(slow.length, 30);
      } finally {
        undo();
      }
      await client.close();
      await server.close();
    });
  }
}
