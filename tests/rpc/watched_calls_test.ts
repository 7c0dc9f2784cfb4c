/** What listeners see of calls, and what becomes of the calls that they change. */
import { assertEquals } from "@std/assert";
import type { Invoke, InvokeEvent } from "../../mod.ts";
import { rpcOf } from "../../src/rpc/communicator.ts";
import { LocalEnd, localPair } from "../helpers/local_end.ts";
import { connectedTo, opened } from "../helpers/servers.ts";
import { gate, microtasks } from "../helpers/waiting.ts";
import { serving } from "../linked/raw.ts";

Deno.test("a listener gets a call that can be cloned, and whose parameters it may change", async () => {
  const events: InvokeEvent[] = [];
  await using server = await opened(async (acceptor) => {
    acceptor.on("receive", (event) => {
      events.push(event);
      event.function.parameters[0]!.value = 21;
    });
    acceptor.on("return", (event) => events.push(event));
    await acceptor.accept({ double: (x: number) => 2 * x });
  });
  const connector = await connectedTo(server);
  assertEquals(await connector.getDriver<{ double(x: number): number }>().double(1), 42);
  for (const event of events) {
    const { parameters } = structuredClone(event as InvokeEvent.IReceive).function;
    assertEquals(parameters, [{ type: "number", value: 21 }]);
  }
  assertEquals(events.length, 2);
  await connector.close();
});

Deno.test("a listener gets a call of a linked peer as any other, and the same at its end", async () => {
  const seen: Invoke.IFunction[] = [];
  await using ends = await serving({ provider: { a: { b: (...args: unknown[]) => args.length } } });
  ends.end.on("receive", (event) => seen.push(event.function));
  ends.end.on("return", (event) => seen.push(event.function));
  ends.socket.gets([0, 7, "a.b", [1, "x", null, null], [2], 60_000, 1]);
  await microtasks();
  assertEquals(seen.length, 2);
  assertEquals(seen[0], seen[1]);
  assertEquals(Reflect.ownKeys(seen[0]!), ["uid", "listener", "parameters"]);
  assertEquals(JSON.parse(JSON.stringify(seen[0])), {
    uid: 7,
    listener: "a.b",
    parameters: [
      { type: "number", value: 1 },
      { type: "string", value: "x" },
      { type: "undefined" },
      { type: "object", value: null },
    ],
  });
});

Deno.test("a listener gets a call as it came in over a transport of its own, and can't spoil it", async () => {
  const end = new LocalEnd({ f: () => 1 });
  const seen: unknown[] = [];
  end.on("receive", (event) => seen.push(event.function));
  end.on("return", (event) => seen.push(event.function));
  const call = { uid: 1, listener: "f", parameters: [{ type: "function" }, { value: 2 }] };
  end.receives(call);
  const odd = { uid: 2, listener: "f", parameters: "none" };
  end.receives(odd);
  await microtasks();
  assertEquals(seen, [call, call, odd]);
  Object.freeze(seen[0]);
  assertEquals([call, odd, seen[1]].some(Object.isFrozen), false);
});

Deno.test("a listener may put others in place of the parameters, at either end", async () => {
  const [one, other] = localPair(null, { list: (...args: unknown[]) => args });
  const parameters = (...values: unknown[]) => values.map((value) => ({ type: "", value }));
  one.on("send", (event) => void (event.function.parameters = parameters(1, 2)));
  assertEquals(await one.getDriver().list(0), [1, 2]);
  other.on("receive", (event) => void (event.function.parameters = parameters(3)));
  assertEquals(await one.getDriver().list(0), [3]);
});

for (const odd of [undefined, null, "text", { length: 1 }, [null], [1]]) {
  const what = JSON.stringify(odd) ?? "undefined";
  Deno.test(`a call goes on as it was when a listener puts ${what} in place of its parameters`, async () => {
    const spoil = (event: { readonly function: Invoke.IFunction }): void => {
      event.function.parameters = odd as never;
    };
    await using server = await opened(async (acceptor) => {
      acceptor.on("receive", spoil);
      await acceptor.accept({ list: (...args: unknown[]) => args });
    });
    const connector = await connectedTo(server);
    assertEquals(await connector.getDriver().list!(1, "x"), [1, "x"]);
    connector.on("send", spoil);
    assertEquals(await connector.getDriver().list!(2, "y"), [2, "y"]);
    await connector.close();
  });
}

Deno.test("serve() holds what listeners see no longer than one waits for the call's end", async () => {
  const slow = gate();
  const held: boolean[] = [];
  const end = new LocalEnd({ f: () => slow.promise });
  rpcOf(end).hooks = [{ serving: ({ invoke }) => void held.push(invoke !== undefined) }];
  const call = { uid: 1, listener: "f", parameters: [{ type: "string", value: "large" }] };
  end.receives(call);
  const told = (): void => {};
  end.on("receive", told);
  end.receives(call);
  end.on("return", told);
  end.receives(call);
  end.off("receive", told);
  end.receives(call);
  assertEquals(held, [false, false, true, true]);
  slow.open();
  await microtasks();
});
