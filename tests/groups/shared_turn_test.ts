import { assertEquals } from "@std/assert";
import { Group } from "../../mod.ts";
import { accepted, type Upgraded } from "../helpers/ends.ts";
import { FEATURES, offerOf } from "../helpers/handshake.ts";
import type { SocketScript } from "../helpers/scripted_socket.ts";
import { microtasks, turn } from "../helpers/waiting.ts";
import { cut, endAll, Serving } from "../resume/script.ts";

Deno.test.afterEach(endAll);

interface Guest {
  hear(value: unknown): void;
}

const LINKED = offerOf({ features: [...FEATURES] });

function linked(script: SocketScript = {}): Promise<Upgraded> {
  return accepted({ heartbeat: Infinity }, { header: LINKED, script });
}

async function roomOf(ends: readonly Upgraded[], name = "room"): Promise<Group<Guest>> {
  const group = new Group<Guest>(name, { onEvent() {} });
  await group.open();
  for (const { acceptor } of ends) group.add(acceptor);
  return group;
}

/** The first parameters of the calls that left, in order. */
function valuesOf({ sent }: { readonly sent: readonly string[] }): unknown[] {
  return sent.flatMap((frame) => {
    const list = JSON.parse(frame);
    return typeof list[0] === "number" ? [list] : list;
  }).filter(([kind]) => kind === 0).map(([, , , parameters]) => parameters[0]);
}

Deno.test("broadcasts and calls of one member leave in the order in which they are made", async () => {
  const ends = [await linked(), await linked(), await linked()];
  await using group = await roomOf(ends);
  await using other = await roomOf(ends.slice(1), "other");
  const call = (at: number, value: string) => {
    ends[at]!.acceptor.getDriver().hear!(value).catch(() => {}); // it's closed before it returns
  };
  call(1, "a");
  void group.getDriver().hear("b");
  call(0, "c");
  void other.getDriver().hear("d");
  call(1, "e");
  void group.getDriver().hear("f");
  await null;
  call(2, "g");
  await null;
  void other.getDriver().hear("h");
  await microtasks();
  call(0, "i");
  void group.getDriver().hear("j");
  await turn();
  assertEquals(ends.map(({ socket }) => valuesOf(socket).join("")), ["bcfij", "abdefhj", "bdfghj"]);
  // and in few frames: one for each turn
  assertEquals(ends.map(({ socket }) => socket.sent.length), [2, 2, 2]);
});

Deno.test("long broadcasts and short ones leave in order", async () => {
  const ends = [await linked(), await linked()];
  await using group = await roomOf(ends);
  const values = ["a", "b".repeat(5_000), "c", "d".repeat(500), "e".repeat(500), "f"];
  for (const value of values) void group.getDriver().hear(value);
  await turn();
  for (const { socket } of ends) assertEquals(valuesOf(socket), values);
});

Deno.test("broadcasts reach the others when a listener of send throws or closes members", async () => {
  const ends = await Promise.all(Array.from({ length: 5 }, () => linked()));
  await using group = await roomOf(ends);
  void group.getDriver().hear("a");
  ends[1]!.acceptor.on("send", () => {
    throw new Error("a listener failed");
  });
  ends[2]!.acceptor.on("send", () => {
    void ends[0]!.acceptor.close(); // has the broadcast already
    void ends[2]!.acceptor.close();
    void ends[3]!.acceptor.close(); // doesn't have it yet
  });
  void group.getDriver().hear("b");
  await turn();
  const [first, second, third, fourth, fifth] = ends.map(({ socket }) => valuesOf(socket).join(""));
  assertEquals([first, second, fourth, fifth], ["ab", "ab", "a", "ab"]);
  assertEquals(third!.startsWith("a"), true);
  void group.getDriver().hear("c");
  await turn();
  assertEquals([1, 4].map((at) => valuesOf(ends[at]!.socket).join("")), ["abc", "abc"]);
  assertEquals([0, 2, 3].map((at) => valuesOf(ends[at]!.socket).includes("c")), [
    false,
    false,
    false,
  ]);
});

Deno.test("broadcasts reach the others when a member ends before the turn does", async () => {
  const ends = await Promise.all(Array.from({ length: 3 }, () => linked()));
  await using group = await roomOf(ends);
  void group.getDriver().hear("a");
  ends[1]!.socket.closed(1006, "");
  await turn();
  assertEquals(ends.map(({ socket }) => valuesOf(socket)), [["a"], [], ["a"]]);
  assertEquals(group.size, 2);
});

Deno.test("broadcasts reach the others when a socket throws, and it ends alone", async () => {
  const bad = await linked({
    send(text) {
      if (text.includes("hear")) throw new Error("the socket failed");
    },
  });
  const ends = [await linked(), bad, await linked()];
  await using group = await roomOf(ends);
  void group.getDriver().hear("a");
  await turn();
  assertEquals(ends.map(({ socket }) => valuesOf(socket)), [["a"], [], ["a"]]);
  assertEquals([group.size, bad.socket.closes], [2, [[1011, "the socket failed to send"]]]);
});

Deno.test("an error that a socket's state throws is nobody else's", async () => {
  const ends = await Promise.all(Array.from({ length: 3 }, () => linked()));
  await using group = await roomOf(ends);
  void group.getDriver().hear("a");
  const { socket } = ends[1]!;
  let isBroken = true;
  Object.defineProperty(socket, "readyState", {
    get() {
      if (isBroken) throw new Error("the state can't be read");
      return 1;
    },
    set() {},
  });
  const errors: string[] = [];
  const note = (event: ErrorEvent) => {
    event.preventDefault();
    errors.push(event.error.message);
  };
  globalThis.addEventListener("error", note);
  try {
    await turn();
  } finally {
    globalThis.removeEventListener("error", note);
    isBroken = false;
  }
  assertEquals(errors, ["the state can't be read"]);
  assertEquals(ends.map(({ socket }) => valuesOf(socket)), [["a"], [], ["a"]]);
  void group.getDriver().hear("b");
  await turn();
  assertEquals(ends.map(({ socket }) => valuesOf(socket)), [["a", "b"], ["b"], ["a", "b"]]);
});

Deno.test("a broadcast that a socket makes while others are sent has a turn of its own", async () => {
  let isFirst = true;
  const answering = await linked({
    send(text) {
      if (!text.includes("hear") || !isFirst) return;
      isFirst = false;
      void group.getDriver().hear("b");
    },
  });
  const ends = [await linked(), answering, await linked()];
  await using group = await roomOf(ends);
  void group.getDriver().hear("a");
  await turn();
  for (const { socket } of ends) assertEquals(valuesOf(socket), ["a", "b"]);
});

Deno.test("broadcasts of a turn in which the connection is lost arrive when it's resumed", async () => {
  const serving = new Serving();
  const { socket, id, acceptor } = await serving.begin();
  const stays = await linked();
  await using group = new Group<Guest>("room", { onEvent() {} });
  await group.open();
  for (const one of [acceptor, stays.acceptor]) group.add(one);
  void group.getDriver().hear("a");
  await turn();
  void group.getDriver().hear("b");
  await cut(socket); // in the same turn
  void group.getDriver().hear("c");
  await turn();
  const next = serving.dial({ session: [id, 0] });
  void group.getDriver().hear("d");
  await turn();
  assertEquals(valuesOf(stays.socket), ["a", "b", "c", "d"]);
  assertEquals(valuesOf(socket), ["a"]);
  assertEquals(valuesOf({ sent: next.sent.filter((text) => text.startsWith("[")) }), [
    "a",
    "b",
    "c",
    "d",
  ]);
  assertEquals(group.size, 2);
});
