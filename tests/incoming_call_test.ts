import { assertEquals, assertStrictEquals } from "@std/assert";
import { IncomingCall } from "../src/incoming_call.ts";
import { type InvokeEvent, MORE } from "../src/rpc/invoke.ts";
import { connectedTo, opened } from "./helpers/servers.ts";

Deno.test("parameters are made of the values when somebody looks at them, and stay the same", () => {
  const call = new IncomingCall(7, "a.b", [1, "x", undefined, null], undefined);
  assertStrictEquals(call.parameters, call.parameters);
  assertEquals(call.parameters, [
    { type: "number", value: 1 },
    { type: "string", value: "x" },
    { type: "undefined", value: undefined },
    { type: "object", value: null },
  ]);
});

Deno.test("valuesOf() gives the values until somebody has looked at, or set, the parameters", () => {
  const values = [1, 2];
  const [looked, set, other] = Array.from(
    { length: 3 },
    () => new IncomingCall(7, "a", values, undefined),
  ) as [IncomingCall, IncomingCall, IncomingCall];
  assertEquals(looked.parameters.length, 2);
  set.parameters = [{ type: "number", value: 3 }];
  assertEquals([looked, set].map(IncomingCall.valuesOf), [undefined, undefined]);
  assertEquals(set.parameters, [{ type: "number", value: 3 }]);
  assertStrictEquals(IncomingCall.valuesOf(other), values);
  assertEquals(IncomingCall.valuesOf({ uid: 7, listener: "a", parameters: [] }), undefined);
});

Deno.test("toJSON() gives a call like any other, with what it carries beside its parameters", () => {
  const plain = { uid: 7, listener: "a", parameters: [{ type: "number", value: 1 }] };
  const call = new IncomingCall(7, "a", [1], undefined);
  assertEquals(JSON.parse(JSON.stringify(call)), plain);
  assertEquals(Reflect.ownKeys(call.toJSON()), ["uid", "listener", "parameters"]);
  const more = { due: 5 };
  assertEquals(new IncomingCall(7, "a", [1], more).toJSON(), { ...plain, [MORE]: more });
});

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
