import { assertEquals, assertThrows } from "@std/assert";
import { corked } from "../../src/runtimes/corked.ts";
import type { SocketLike } from "../../src/types/socket.ts";

const BYTES = new Uint8Array(65_536);

/** A socket like that of `ws`, and what it does to its TCP socket. */
function corkedSocket(): { readonly log: string[]; send(frame: string | Uint8Array): void } {
  const log: string[] = [];
  const socket = {
    send(frame: string | Uint8Array): void {
      if (frame === "throws") throw new Error("it isn't open");
      log.push(typeof frame === "string" ? frame.slice(0, 3) : "bytes");
    },
  } as SocketLike;
  const tcp = { cork: () => void log.push("cork"), uncork: () => void log.push("uncork") };
  const { send } = corked(socket, tcp);
  return { log, send: send as (frame: string | Uint8Array) => void };
}

Deno.test("corked() writes a text and its bytes at once from the second text on", async () => {
  const { log, send } = corkedSocket();
  for (const text of ["a", "b", "c"]) {
    send(text);
    send(BYTES);
  }
  const pair = ["cork", "b", "bytes", "uncork"];
  assertEquals(log, ["a", "bytes", ...pair, ...pair.with(1, "c")]);
  await null;
  assertEquals(log.length, 10);
});

Deno.test("corked() holds back no texts without bytes", async () => {
  const { log, send } = corkedSocket();
  send(BYTES);
  send("a"); // bytes could follow
  send("b");
  assertEquals(log, ["bytes", "cork", "a", "b"]);
  await null;
  send("c");
  send("d");
  await null;
  assertEquals(log.slice(2), ["a", "b", "uncork", "c", "d"]);
});

Deno.test("corked() holds back neither long texts nor bytes", () => {
  const { log, send } = corkedSocket();
  send(BYTES);
  send("abc".repeat(2_000));
  send(BYTES);
  send(BYTES);
  assertEquals(log, ["bytes", "abc", "bytes", "bytes"]);
});

Deno.test("corked() uncorks when the socket throws", async () => {
  const { log, send } = corkedSocket();
  send(BYTES);
  assertThrows(() => send("throws"), Error, "it isn't open");
  await null;
  assertEquals(log, ["bytes", "cork", "uncork"]);
});
