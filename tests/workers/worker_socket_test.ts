import { assertEquals } from "@std/assert";
import { ScriptedChannel } from "./scripted_channel.ts";

type Act = (channel: ScriptedChannel) => void;

const attach: Act = (one) => one.socket.attach(one);
const gets = (...values: unknown[]): Act => ({ socket }) =>
  values.forEach((value) => socket.message(value));
const sends = (frame: string | Uint8Array): Act => ({ socket }) => socket.send(frame);
const close: Act = ({ socket }) => socket.close();
const fail: Act = ({ socket }) => socket.close(1008);
const terminate: Act = ({ socket }) => socket.terminate();
const dies: Act = ({ socket }) => socket.gone("it died");

const STRANGER = "the worker's first message isn't that of a WorkerServer";
const OPENED = ["open"];
const ANSWER = ["message", "1"];
const STOPPED = [["terminate"], ["error", "the worker was stopped"], [
  "close",
  1006,
  "the worker was stopped",
]];
const DIED = [["terminate"], ["error", "it died"], ["close", 1006, "it died"]];
const DIED_EARLY = [["terminate"], ["error", "it died"], ["close", 1006, ""]];
const REFUSED = [["terminate"], ["error", STRANGER], ["close", 1006, ""]];

/** What happens at the program's side: acts, what they cause, and the state after them. */
const CLIENT: Readonly<Record<string, [acts: Act[], log: unknown[], state: number]>> = {
  "the worker says nothing": [[attach], [], 0],
  "0": [[attach, gets(0)], [OPENED], 1],
  "0, and then the channel": [[gets(0), attach], [OPENED], 1],
  "0, 1 and frames": [
    [attach, gets(0, 1, "[1]", new Uint8Array([7, 8]))],
    [OPENED, ANSWER, ["message", "[1]"], ["message", [7, 8]]],
    1,
  ],
  "a part of a buffer": [
    [attach, gets(0, new Uint8Array([1, 2, 3, 4]).subarray(1, 3))],
    [OPENED, ["message", [2, 3]]],
    1,
  ],
  "the text of an answer": [[attach, gets(0, "{}")], [OPENED, ["message", "{}"]], 1],
  "0 twice": [[attach, gets(0, 0)], [OPENED], 1],
  "1 twice": [[attach, gets(0, 1, 1)], [OPENED, ANSWER, ANSWER], 1],
  "a text before 0": [[attach, gets("ready", 0)], REFUSED, 3],
  "1 before 0": [[attach, gets(1, 0)], REFUSED, 3],
  "2 before 0": [[attach, gets(2, 0)], REFUSED, 3],
  "another number before 0": [[attach, gets(-1)], REFUSED, 3],
  "objects before 0": [[attach, gets({}, null, undefined, [0], 0)], [OPENED], 1],
  "objects and other numbers after 0": [
    [attach, gets(0, {}, null, undefined, [1], 3, -1, NaN, true, 0n, new ArrayBuffer(1))],
    [OPENED],
    1,
  ],
  "2 before 1": [[attach, gets(0, 2)], [OPENED, ["close", 1000, ""], ["reap"]], 3],
  "2 twice": [[attach, gets(0, 1, 2, 2)], [OPENED, ANSWER, ["close", 1000, ""], ["reap"]], 3],
  "frames after 2": [
    [attach, gets(0, 1, 2, "[1]", 1, 0)],
    [OPENED, ANSWER, ["close", 1000, ""], ["reap"]],
    3,
  ],
  "death before the channel is there": [
    [dies, attach],
    [["error", "it died"], ["close", 1006, ""], ["terminate"]],
    3,
  ],
  "death before 0": [[attach, dies, gets(0)], DIED_EARLY, 3],
  "death before 1": [[attach, gets(0), dies], [OPENED, ...DIED], 3],
  "death after 1": [[attach, gets(0, 1), dies, gets("[1]")], [OPENED, ANSWER, ...DIED], 3],
  "death twice": [[attach, gets(0, 1), dies, dies], [OPENED, ANSWER, ...DIED], 3],
  "death after 2": [
    [attach, gets(0, 1, 2), dies],
    [OPENED, ANSWER, ["close", 1000, ""], ["reap"]],
    3,
  ],
  "close() before the channel is there": [
    [close, attach, gets(0)],
    [["close", 1000, ""], ["terminate"]],
    3,
  ],
  "close() before 0": [[attach, close, gets(0)], [["terminate"], ["close", 1000, ""]], 3],
  "a failed attempt before 1": [
    [attach, gets(0), fail, gets(1)],
    [OPENED, ["terminate"], ["close", 1000, ""]],
    3,
  ],
  "a fault after 1": [
    [attach, gets(0, 1), fail, gets(2), dies],
    [OPENED, ANSWER, ["terminate"], ["close", 1000, ""]],
    3,
  ],
  "a fault while it closes": [
    [attach, gets(0, 1), close, fail],
    [OPENED, ANSWER, ["post", 2]],
    2,
  ],
  "close(), and no answer": [[attach, gets(0, 1), close], [OPENED, ANSWER, ["post", 2]], 2],
  "close() twice": [[attach, gets(0, 1), close, close], [OPENED, ANSWER, ["post", 2]], 2],
  "close(), frames, and an answer": [
    [attach, gets(0, 1), close, gets("[1]", 1, 2)],
    [OPENED, ANSWER, ["post", 2], ["close", 1000, ""], ["reap"]],
    3,
  ],
  "close(), and death instead of an answer": [
    [attach, gets(0, 1), close, dies],
    [OPENED, ANSWER, ["post", 2], ["terminate"], ["close", 1000, ""]],
    3,
  ],
  "close() after 2": [
    [attach, gets(0, 1, 2), close],
    [OPENED, ANSWER, ["close", 1000, ""], ["reap"]],
    3,
  ],
  "terminate() before 0": [
    [attach, terminate],
    [["terminate"], ["error", "the worker was stopped"], ["close", 1006, ""]],
    3,
  ],
  "terminate() while it is open": [
    [attach, gets(0, 1), terminate],
    [OPENED, ANSWER, ...STOPPED],
    3,
  ],
  "terminate() after a close without an answer": [
    [attach, gets(0, 1), close, terminate, dies],
    [OPENED, ANSWER, ["post", 2], ["terminate"], ["close", 1000, ""]],
    3,
  ],
  "frames that are sent": [
    [attach, gets(0), sends("{}"), sends("1"), sends(new Uint8Array([1]))],
    [OPENED, ["post", "{}"], ["post", "1"], ["post", new Uint8Array([1])]],
    1,
  ],
};

const READY = [["post", 0], OPENED];

/** What happens at the worker's side. */
const SERVER: typeof CLIENT = {
  "the channel is there": [[attach], READY, 1],
  "a header and frames": [
    [attach, gets("{}", "[1]", new Uint8Array([1]))],
    [...READY, ["message", "{}"], ["message", "[1]"], ["message", [1]]],
    1,
  ],
  "the answer of TGrid": [[attach, sends("1"), sends("[1]")], [...READY, ["post", 1], [
    "post",
    "[1]",
  ]], 1],
  "objects and other numbers": [
    [attach, gets({}, null, undefined, 0, 3, -1, true)],
    READY,
    1,
  ],
  "2 from the program": [
    [attach, gets("{}", 2, "[1]", 2)],
    [...READY, ["message", "{}"], ["post", 2], ["close", 1000, ""], ["terminate"]],
    3,
  ],
  "2 instead of a header": [
    [attach, gets(2)],
    [...READY, ["post", 2], ["close", 1000, ""], ["terminate"]],
    3,
  ],
  "close()": [
    [attach, gets("{}"), close, gets("[1]", 2)],
    [...READY, ["message", "{}"], ["post", 2], ["close", 1000, ""], ["terminate"]],
    3,
  ],
  "a fault": [
    [attach, gets("{}"), fail],
    [...READY, ["message", "{}"], ["post", 2], ["close", 1000, ""], ["terminate"]],
    3,
  ],
  "close() twice": [
    [attach, close, close],
    [...READY, ["post", 2], ["close", 1000, ""], ["terminate"]],
    3,
  ],
  "the death of the program": [[attach, gets("{}"), dies, gets("[1]")], [
    ...READY,
    ["message", "{}"],
    ...DIED,
  ], 3],
  "the death of the program after a close": [
    [attach, close, dies],
    [...READY, ["post", 2], ["close", 1000, ""], ["terminate"]],
    3,
  ],
};

for (const [name, [acts, log, state]] of Object.entries(CLIENT)) {
  Deno.test(`the program's socket does what it must after ${name}`, () =>
    check(false, acts, log, state));
}

for (const [name, [acts, log, state]] of Object.entries(SERVER)) {
  Deno.test(`the worker's socket does what it must after ${name}`, () =>
    check(true, acts, log, state));
}

function check(isServer: boolean, acts: Act[], log: unknown[], state: number): void {
  const channel = new ScriptedChannel(isServer);
  for (const act of acts) act(channel);
  assertEquals([channel.log, channel.socket.readyState], [log, state]);
}

Deno.test("a listener hears nothing more when it was removed", () => {
  const { socket } = new ScriptedChannel(false);
  let heard = 0;
  const listener = () => void heard++;
  socket.addEventListener("open", listener);
  socket.removeEventListener("open", listener);
  socket.removeEventListener("close", listener);
  socket.message(0);
  assertEquals(heard, 0);
});
