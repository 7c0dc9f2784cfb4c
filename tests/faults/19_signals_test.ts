/** Signals that live long keep nothing of calls that have ended, and one may serve many ends. */
import { assertEquals } from "@std/assert";
import { withOptions } from "../../mod.ts";
import { counted } from "../rpc/counted_signal.ts";
import { connectedTo, opened } from "../helpers/servers.ts";

function never(): Promise<never> {
  return new Promise(() => {});
}

Deno.test("withOptions() makes no signal that depends on others when drivers are nested", async () => {
  await using server = await opened((acceptor) => acceptor.accept({ f: () => 1, never }));
  await using client = await connectedTo(server);
  const { any } = AbortSignal;
  let made = 0;
  AbortSignal.any = (signals) => {
    made++;
    return any.call(AbortSignal, signals);
  };
  try {
    const [long, short] = [counted(), counted()];
    const base = client.getDriver({ signal: long.control.signal });
    for (let i = 0; i < 20; i++) {
      assertEquals(await withOptions(base, { signal: short.control.signal }).f!(), 1);
    }
    assertEquals([made, long.listeners(), short.listeners()], [0, 0, 0]);
    const f = withOptions(base, { signal: short.control.signal }).never!;
    const calls = [f(), f()].map((call) => call.catch((reason: unknown) => reason));
    assertEquals([long.listeners(), short.listeners()], [1, 1]);
    short.control.abort("enough");
    assertEquals(await Promise.all(calls), ["enough", "enough"]);
    assertEquals([made, long.listeners(), await f().catch((reason: unknown) => reason)], [
      0,
      0,
      "enough",
    ]);
  } finally {
    AbortSignal.any = any;
  }
});

Deno.test("a signal has one listener when eleven ends call with it, and each call ends", async () => {
  await using server = await opened((acceptor) => acceptor.accept({ never }));
  const { control, listeners } = counted();
  const clients = await Promise.all(Array.from({ length: 11 }, () => connectedTo(server)));
  const calls = clients.map((client) =>
    client.getDriver({ signal: control.signal }).never!().catch((reason: unknown) => reason)
  );
  assertEquals(listeners(), 1);
  control.abort("enough");
  assertEquals(await Promise.all(calls), Array(11).fill("enough"));
  await Promise.all(clients.map((client) => client.close()));
});
