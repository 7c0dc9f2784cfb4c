import { assertEquals } from "@std/assert";
import { Backpressure } from "../../src/link/backpressure.ts";
import { FakeLater } from "../helpers/fake_later.ts";

/** A socket of so many buffered bytes, with a mark of 1,000 and a patience of 100 ms. */
function watched(): {
  readonly socket: { buffered: number };
  readonly pressure: Backpressure;
  readonly time: FakeLater;
  readonly log: string[];
} {
  const time = new FakeLater();
  const socket = { buffered: 0 };
  const log: string[] = [];
  const pressure = new Backpressure({
    buffered: () => socket.buffered,
    resumed: () => log.push("resumed"),
    stalled: () => log.push("stalled"),
    later: time.later,
  }, { sendBytes: 1_000, stallTimeout: 100 });
  return { socket, pressure, time, log };
}

Deno.test("isFull is from above the mark to the half of it, and resumed() tells when it ends", () => {
  const { socket, pressure, time, log } = watched();
  const seen: unknown[] = [];
  for (const buffered of [1_000, 1_001, 501, 500, 1_000]) {
    socket.buffered = buffered;
    time.pass(10);
    pressure.sent();
    seen.push([buffered, pressure.isFull, log.length]);
  }
  assertEquals(seen, [
    [1_000, false, 0],
    [1_001, true, 0],
    [501, true, 0],
    [500, false, 1],
    [1_000, false, 1],
  ]);
  assertEquals([log, time.count], [["resumed"], 0]);
});

Deno.test("isFull asks the socket once until something is sent or heard", () => {
  const { socket, pressure } = watched();
  assertEquals(pressure.isFull, false);
  socket.buffered = 5_000; // by nobody
  assertEquals(pressure.isFull, false);
  pressure.heard();
  assertEquals(pressure.isFull, true);
  const other = watched();
  assertEquals(other.pressure.isFull, false);
  other.socket.buffered = 5_000;
  other.pressure.sent();
  assertEquals(other.pressure.isFull, true);
});

Deno.test("isFull looks at nothing by itself when the socket has room", () => {
  const { pressure, time } = watched();
  assertEquals([pressure.isFull, time.count], [false, 0]);
});

Deno.test("stalled() tells once when nothing leaves for the time of its patience", () => {
  const { socket, pressure, time, log } = watched();
  socket.buffered = 5_000;
  assertEquals(pressure.isFull, true);
  time.pass(100);
  assertEquals(log, []);
  time.pass(20);
  assertEquals([log, time.count], [["stalled"], 0]);
});

Deno.test("stalled() is put off by each new low, and not by what grows and falls back", () => {
  const { socket, pressure, time, log } = watched();
  socket.buffered = 9_000;
  assertEquals(pressure.isFull, true);
  for (let passed = 0; passed < 50; passed++) {
    socket.buffered -= 100;
    time.pass(10);
  }
  assertEquals(log, []);
  for (let passed = 0; passed < 6; passed++) {
    socket.buffered += 50;
    time.pass(10);
    socket.buffered -= 50;
    time.pass(10);
  }
  assertEquals(log, ["stalled"]);
});
