import { assertEquals } from "@std/assert";
import { Listeners } from "../../src/rpc/listeners.ts";
import type { InvokeEvent } from "../../mod.ts";
import { turn } from "../helpers/waiting.ts";

const EVENT: InvokeEvent.ISend = {
  type: "send",
  time: new Date(0),
  function: { uid: 1, listener: "f", parameters: [] },
};

Deno.test("emit() tells those of its type, in the order in which they were added", () => {
  const listeners = new Listeners();
  const log: unknown[] = [];
  listeners.add("send", (event) => log.push(["first", event]));
  listeners.add("receive", (event) => log.push(["other", event]));
  listeners.add("send", (event) => log.push(["second", event]));
  listeners.emit(EVENT);
  assertEquals(log, [["first", EVENT], ["second", EVENT]]);
});

Deno.test("add() counts a listener once when it is added twice, and remove() takes it off", () => {
  const listeners = new Listeners();
  let told = 0;
  const listener = () => told++;
  listeners.add("send", listener);
  listeners.add("send", listener);
  listeners.emit(EVENT);
  assertEquals(told, 1);
  listeners.remove("send", listener);
  listeners.emit(EVENT);
  assertEquals(told, 1);
});

Deno.test("has() tells whether anyone listens when listeners come and go", () => {
  const listeners = new Listeners();
  const [one, other] = [() => {}, () => {}];
  assertEquals(listeners.has("send"), false);
  listeners.add("send", one);
  listeners.add("send", other);
  assertEquals([listeners.has("send"), listeners.has("complete")], [true, false]);
  listeners.remove("send", one);
  assertEquals(listeners.has("send"), true);
  listeners.remove("send", other);
  assertEquals(listeners.has("send"), false);
});

Deno.test("remove() is no fault when the listener is a stranger, or the type never had one", () => {
  const listeners = new Listeners();
  listeners.remove("send", () => {});
  listeners.add("send", () => {});
  listeners.remove("send", () => {});
  listeners.remove("return", () => {});
  assertEquals(listeners.has("send"), true);
});

Deno.test("emit() tells the others when a listener throws, rejects, or fails in its promise", async () => {
  const listeners = new Listeners();
  const log: string[] = [];
  listeners.add("send", () => {
    log.push("throws");
    throw new Error("thrown");
  });
  listeners.add("send", async () => {
    await turn();
    log.push("rejects");
    throw new Error("rejected");
  });
  listeners.add("send", () => {
    const promise = Promise.reject(new Error("no catch"));
    promise.catch(() => log.push("its own catch"));
    return Object.assign(promise, { catch: undefined });
  });
  listeners.add("send", () => void log.push("good"));
  listeners.emit(EVENT);
  await turn();
  await turn();
  assertEquals(log, ["throws", "good", "its own catch", "rejects"]);
});

Deno.test("emit() ends, and tells each once, when listeners add and remove others meanwhile", () => {
  const listeners = new Listeners();
  const told = { first: 0, last: 0 };
  const first = () => {
    told.first++;
    listeners.remove("send", first);
    listeners.add("send", first);
    listeners.add("send", () => {});
  };
  listeners.add("send", first);
  listeners.add("send", () => told.last++);
  listeners.emit(EVENT);
  assertEquals(told, { first: 1, last: 1 });
  listeners.emit(EVENT);
  assertEquals(told, { first: 2, last: 2 });
});

Deno.test("emit() does nothing when nobody listens", () => {
  new Listeners().emit(EVENT);
});
