/** What the fuzzer found, or what was found while it was built: one test for each. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { currentCall, structured, WebSocketAcceptor } from "../../mod.ts";
import type { Acceptor } from "../helpers/ends.ts";
import { offerOf } from "../helpers/handshake.ts";
import { Clock } from "./clock.ts";
import { headerFor } from "./fuzzed_end.ts";
import type { Wire } from "./grammar.ts";
import { MemorySocket, text } from "./memory_socket.ts";
import { Pair } from "./pair.ts";
import { Followed, rest } from "./runs.ts";

/** An acceptor of this provider, accepted; the test plays the client. */
function accepted(
  provider: object,
  options: Omit<WebSocketAcceptor.UpgradeOptions, "header"> & { wire?: Wire; header?: string } = {},
): { socket: MemorySocket; acceptor: Acceptor } {
  const { wire = "linked", header = headerFor(wire), ...rest } = options;
  const socket = new MemorySocket(true);
  let acceptor!: Acceptor;
  const accept = (made: Acceptor): void => {
    acceptor = made;
    void made.accept(provider);
  };
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, socket, accept, {
    ...wire === "structured" && { use: [structured] },
    ...rest,
  });
  socket.takes(text(header));
  socket.outgoing.length = 0; // the answer
  return { socket, acceptor };
}

/** A function that waits until its signal aborts, and notes both. */
function watcher(): { provider: object; begun: () => number; aborted: () => number } {
  let begun = 0;
  let aborted = 0;
  const watch = (): Promise<void> => {
    begun++;
    const { signal } = currentCall();
    return new Promise((_, reject) => {
      const abort = (): void => {
        aborted++;
        reject(signal.reason);
      };
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort);
    });
  };
  return { provider: { watch }, begun: () => begun, aborted: () => aborted };
}

Deno.test("a call leaves no timer when it returned in time and the connection ended", async () => {
  using clock = new Clock();
  const pair = await Pair.open({ wire: "linked", stalls: false, heartbeat: Infinity });
  const driver = pair.ends[0].end.getDriver({ timeout: 60_000 });
  const call = new Followed(driver.echo!({ tag: 1, pad: "" }));
  await pair.deliverAll();
  assertEquals(call.ending?.kind, "resolved");
  pair.cut();
  assertEquals(clock.count, 0);
});

Deno.test("bytes follow their message when there was no room for them at first", async () => {
  using clock = new Clock();
  const pair = await Pair.open({ wire: "structured", stalls: true, heartbeat: Infinity });
  const [client, server] = pair.ends;
  const value = { tag: 1, pad: "x".repeat(40_000), bytes: new Uint8Array(2_000) };
  const call = new Followed(client.end.getDriver().echo!(value)); // more than may wait: bytes stay
  const other = new Followed(server.end.getDriver().echo!({ tag: 2, pad: "" }));
  for (let round = 0; round < 10; round++) {
    await pair.deliverAll();
    clock.tick(20);
  }
  assertEquals([client.end.state, server.end.state], [1, 1]);
  assertEquals([call.ending?.kind, other.ending?.kind], ["resolved", "resolved"]);
  pair.cut();
});

Deno.test("a call is answered by no broken text when its uid is no finite number", async () => {
  const { socket } = accepted({ plus: (x: number, y: number) => x + y });
  socket.takes(text('[0,1e999,"plus",[1,2]]'));
  socket.takes(text('[0,2,"plus",[1,2]]'));
  await rest();
  assertEquals(socket.texts.flatMap((frame) => JSON.parse(frame)).includes(2), true);
  socket.breaks();
});

Deno.test("every call's signal aborts when two came with one uid", async () => {
  using clock = new Clock();
  const { provider, begun, aborted } = watcher();
  const { socket } = accepted(provider);
  for (let count = 0; count < 2; count++) socket.takes(text('[0,1,"watch",[],[],60000]'));
  await rest();
  socket.breaks();
  await rest();
  assertEquals({ begun: begun(), aborted: aborted() }, { begun: 2, aborted: 2 });
  assertEquals(clock.count, 0);
});

Deno.test("a call that waits to be begun is given up when its caller cancels it", async () => {
  using clock = new Clock();
  const { provider, begun, aborted } = watcher();
  const { socket } = accepted(provider);
  socket.ballast = 20 * 2 ** 20;
  socket.takes(text('[0,1,"watch",[]]'));
  socket.takes(text("[3,1]"));
  socket.ballast = 0;
  clock.tick(20);
  await rest();
  socket.takes(text('[0,2,"watch",[]]'));
  await rest();
  assertEquals(begun() - aborted(), 1, "only the one that nobody has cancelled runs");
  socket.breaks();
  await rest();
  assertEquals(aborted(), begun());
});

Deno.test("a peer that does not read is ended when bytes wait beyond unservedBytes", async () => {
  using _clock = new Clock();
  const { socket, acceptor } = accepted({ take: () => 0 }, {
    wire: "structured",
    limits: { unservedBytes: 1_000_000 },
  });
  socket.ballast = 20 * 2 ** 20;
  for (let uid = 1; uid <= 20; uid++) {
    socket.takes(text(`[0,${uid},"take",[null],[1,[[0],"b","Uint8Array",0]]]`));
    socket.takes({ kind: "frame", data: new ArrayBuffer(1_000_000) });
  }
  await rest();
  assertNotEquals(acceptor.state, 1, "20 MB wait where 1 MB may");
  socket.breaks();
});

Deno.test("a call is refused when it announces more bytes than it has marks", async () => {
  using _clock = new Clock();
  const { socket } = accepted({ take: () => 0 }, { wire: "structured" });
  socket.takes(text('[0,1,"take",[null],[1e9,[[0],"b","Uint8Array",0]]]'));
  for (let sent = 0; sent < 1_000; sent++) {
    socket.takes({ kind: "frame", data: new ArrayBuffer(0) }); // or they would be kept without end
  }
  socket.takes(text('[0,2,"take",[]]'));
  await rest();
  const [refused, answered] = JSON.parse(`[${socket.texts}]`).flat();
  assertEquals([refused[0], refused[1], refused[2].name], [2, 1, "RefusedError"]);
  assertEquals(answered, [1, 2, 0]);
  socket.breaks();
});

Deno.test("a call that waits counts by its text when few bytes follow it", async () => {
  using _clock = new Clock();
  const { socket, acceptor } = accepted({ take: () => 0 }, {
    wire: "structured",
    limits: { unservedBytes: 100_000 },
  });
  socket.ballast = 20 * 2 ** 20;
  const long = "x".repeat(50_000);
  for (let uid = 1; uid <= 20; uid++) {
    socket.takes(text(`[0,${uid},"take",["${long}",null],[1,[[1],"b","Uint8Array",0]]]`));
    socket.takes({ kind: "frame", data: new ArrayBuffer(1) });
  }
  await rest();
  assertNotEquals(acceptor.state, 1, "1 MB waits where 100 kB may");
  socket.breaks();
});

Deno.test("a call does not run when its bytes are more than frameBytes", async () => {
  using _clock = new Clock();
  let ran = 0;
  const { socket } = accepted({ take: () => ran++ }, {
    wire: "structured",
    limits: { frameBytes: 10_000 },
  });
  socket.takes(text('[0,1,"take",[null],[1,[[0],"b","Uint8Array",0]]]'));
  socket.takes({ kind: "frame", data: new ArrayBuffer(20_000) });
  await rest();
  assertEquals(ran, 0);
  socket.breaks();
});

Deno.test("an operator is told of a broken limit once when one frame breaks it often", async () => {
  using _clock = new Clock();
  const told: string[] = [];
  const { socket } = accepted({ f: () => 0 }, {
    limits: { unservedCalls: 10 },
    onEvent: (event) => void (event.type === "limit" && told.push(event.limit)),
  });
  socket.ballast = 20 * 2 ** 20;
  socket.takes(text(JSON.stringify(Array.from({ length: 1_000 }, (_, uid) => [0, uid, "f", []]))));
  await rest();
  assertEquals(told, ["unservedCalls"]);
  socket.breaks();
});

Deno.test("a peer is sent no cancel when it did not offer to understand one", async () => {
  using _clock = new Clock();
  const { socket, acceptor } = accepted({}, { header: offerOf({ features: ["frames"] }) });
  const control = new AbortController();
  const call = new Followed(acceptor.getDriver({ signal: control.signal }).ask!());
  await rest();
  control.abort(new Error("enough"));
  await rest();
  assertEquals(call.ending?.kind, "rejected");
  assertEquals(socket.texts, ['[0,1,"ask",[]]']);
  socket.breaks();
});

Deno.test("a peer that reads slowly is not taken for gone when it reads steadily", async () => {
  using clock = new Clock();
  const heartbeat = 300;
  const pair = await Pair.open({ wire: "plain", stalls: false, heartbeat });
  const [client, server] = pair.ends;
  const value = { tag: 1, pad: "x".repeat(1_000) };
  const calls = Array.from({ length: 40 }, () => new Followed(client.end.getDriver().echo!(value)));
  await rest();
  for (let arrived = 0; arrived < 200; arrived++) {
    await pair.deliver(1, 1_000); // what the client says arrives at once
    await pair.deliver(0, 1); // of what it is told, a frame each third of a heartbeat
    clock.tick(heartbeat / 3);
    await rest();
  }
  assertEquals([client.end.state, server.end.state], [1, 1]);
  assertEquals(calls.every(({ ending }) => ending?.kind === "resolved"), true);
  pair.cut();
});
