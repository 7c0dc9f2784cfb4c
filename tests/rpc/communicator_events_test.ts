import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import type { Invoke, InvokeEvent } from "../../mod.ts";
import { localPair } from "../helpers/local_end.ts";
import { LocalEnd } from "../helpers/local_end.ts";
import { gate, microtasks } from "../helpers/waiting.ts";

interface Remote {
  f(...args: unknown[]): Promise<unknown>;
  g(): Promise<unknown>;
}

/** A client's end and a server's, tied together. */
function ends(provider: object): [client: LocalEnd<null, Remote>, server: LocalEnd<object, null>] {
  const [client, server] = localPair(null, provider);
  return [client as LocalEnd<null, Remote>, server];
}

const CALL: Invoke.IFunction = {
  uid: 1,
  listener: "f",
  parameters: [{ type: "number", value: 1 }],
};

Deno.test("on() tells of a call at both ends, in TGrid's shapes, when it goes well", async () => {
  using time = new FakeTime(1_000);
  const result = gate<number>();
  const [client, server] = ends({ f: () => result.promise });
  const log: InvokeEvent[] = [];
  const note = (event: InvokeEvent) => log.push(structuredClone(event));
  for (const end of [client, server]) {
    for (const type of ["send", "receive", "complete", "return"] as const) end.on(type, note);
  }
  const call = client.getDriver().f(1);
  await time.tickAsync(250);
  result.open(2);
  assertEquals(await call, 2);
  const returned = { uid: 1, success: true, value: 2 };
  const times = { requested_at: new Date(1_000), completed_at: new Date(1_250) };
  assertEquals(log, [
    { type: "send", time: new Date(1_000), function: CALL },
    { type: "receive", time: new Date(1_000), function: CALL },
    { type: "return", function: CALL, return: returned, ...times },
    { type: "complete", function: CALL, return: returned, ...times },
  ]);
});

Deno.test("on() lets a listener change parameters when it is told of send or receive", async () => {
  for (const type of ["send", "receive"] as const) {
    const [client, server] = ends({ f: (...args: unknown[]) => args });
    (type === "send" ? client : server).on(type, (event) => {
      event.function.parameters[0]!.value = "changed";
      event.function.parameters.push({ type: "string", value: "added" });
    });
    assertEquals(await client.getDriver().f(1, 2), ["changed", 2, "added"]);
  }
});

Deno.test("on() lets a listener change the result when it is told of return or complete", async () => {
  for (const type of ["return", "complete"] as const) {
    const [client, server] = ends({ f: () => "result" });
    (type === "complete" ? client : server).on(type, (event) => event.return.value = "changed");
    assertEquals(await client.getDriver().f(), "changed");
  }
});

Deno.test("on() lets a listener change what was thrown when it is told of return or complete", async () => {
  const thrown = new RangeError("secret");
  const provider = {
    f() {
      throw thrown;
    },
  };
  const [client, server] = ends(provider);
  server.on("return", (event) => {
    assertStrictEquals(event.return.value, thrown);
    event.return.value = new TypeError("public");
  });
  client.on("complete", (event) => {
    assertEquals(event.return.value, { name: "TypeError", message: "public" });
    event.return.value.message = "translated";
  });
  const error = await client.getDriver().f().catch((reason) => reason);
  assertInstanceOf(error, Error);
  assertEquals(`${error}`, "TypeError: translated");
});

Deno.test("on() tells of a refused call by return alone, with the error itself", async () => {
  const [client, server] = ends({});
  const log: unknown[] = [];
  server.on("receive", () => log.push("receive"));
  server.on("return", (event) => {
    log.push(event.function.listener, event.return.success, event.return.value instanceof Error);
  });
  await client.getDriver().f().catch(() => log.push("rejected"));
  assertEquals(log, ["f", false, true, "rejected"]);
});

Deno.test("on() tells of receive before the function runs, and of complete before the caller", async () => {
  const log: string[] = [];
  const [client, server] = ends({ f: () => log.push("runs") });
  server.on("receive", () => log.push("receive"));
  server.on("return", () => log.push("return"));
  client.on("send", () => log.push("send"));
  client.on("complete", () => log.push("complete"));
  await client.getDriver().f().then(() => log.push("settled"));
  assertEquals(log, ["send", "receive", "runs", "return", "complete", "settled"]);
});

Deno.test("on() harms no call when its listeners throw or reject", async () => {
  const [client, server] = ends({ f: (x: number) => x + 1 });
  let told = 0;
  for (const end of [client, server]) {
    for (const type of ["send", "receive", "complete", "return"] as const) {
      end.on(type, () => {
        told++;
        throw new Error("thrown");
      });
      end.on(type, async () => {
        told++;
        await microtasks();
        throw new Error("rejected");
      });
    }
  }
  assertEquals(await client.getDriver().f(1), 2);
  await microtasks(50);
  assertEquals(told, 8);
});

Deno.test("on() tells a listener once when it was added twice, and not after off()", async () => {
  const [client] = ends({ f: () => 1 });
  let told = 0;
  const listener = () => told++;
  client.on("send", listener);
  client.on("send", listener);
  await client.getDriver().f();
  assertEquals(told, 1);
  client.off("send", listener);
  await client.getDriver().f();
  assertEquals(told, 1);
});

Deno.test("off() is no fault when the listener is a stranger, or nobody ever listened", async () => {
  const [client] = ends({ f: () => 1 });
  let told = 0;
  const listener = () => told++;
  client.off("complete", listener);
  client.on("complete", listener);
  client.off("complete", () => {});
  client.off("send", listener);
  await client.getDriver().f();
  assertEquals(told, 1);
});

for (const others of ["nobody", "another"]) {
  Deno.test(`on() does not tell of a call that was made before, when ${others} listened then`, async () => {
    const end = new LocalEnd<null, Remote>(null);
    if (others === "another") end.on("complete", () => {});
    const log: string[] = [];
    const early = end.getDriver().f();
    end.on("complete", (event) => log.push(event.function.listener));
    const late = end.getDriver().g();
    end.receives({ uid: 1, success: true, value: 1 });
    end.receives({ uid: 2, success: true, value: 2 });
    assertEquals(await Promise.all([early, late]), [1, 2]);
    assertEquals(log, ["g"]);
  });

  Deno.test(`on() does not tell of a call that came in before, when ${others} listened then`, async () => {
    const gates = { f: gate(), g: gate() };
    const end = new LocalEnd({ f: () => gates.f.promise, g: () => gates.g.promise });
    if (others === "another") end.on("return", () => {});
    const log: string[] = [];
    end.receives({ uid: 1, listener: "f", parameters: [] });
    end.on("return", (event) => log.push(event.function.listener));
    end.receives({ uid: 2, listener: "g", parameters: [] });
    gates.f.open();
    gates.g.open();
    await microtasks();
    assertEquals([end.sent.length, log], [2, ["g"]]);
  });
}

Deno.test("on() keeps its listeners when the end is destroyed and used again", async () => {
  const end = new LocalEnd<null, Remote>(null);
  const log: number[] = [];
  end.on("send", (event) => log.push(event.function.uid));
  const call = end.getDriver().f().catch(() => {});
  await end.ends();
  await call;
  void end.getDriver().g();
  assertEquals(log, [1, 2]);
});

Deno.test("on() tells nothing of complete when a call ends without a return", async () => {
  const end = new LocalEnd<null, Remote>(null);
  let told = 0;
  end.on("complete", () => told++);
  const call = end.getDriver().f().catch(() => "rejected");
  await end.ends();
  assertEquals([await call, told], ["rejected", 0]);
});
