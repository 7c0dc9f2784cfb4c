import { assertEquals } from "@std/assert";
import { Attachments } from "../../src/link/attachments.ts";

function bytes(...values: number[]): ArrayBuffer {
  return new Uint8Array(values).buffer;
}

Deno.test("take() completes the message when all its frames have come, in order", () => {
  const attachments = new Attachments();
  const got: unknown[] = [];
  attachments.expect({ frames: 2, complete: (parts) => got.push(parts) });
  assertEquals([attachments.isWaiting, attachments.take(bytes(1, 2))], [true, false]);
  assertEquals([attachments.sizeWith(undefined), got], [2, []]);
  assertEquals([attachments.take(bytes(3)), attachments.isWaiting], [true, false]);
  assertEquals(got, [[new Uint8Array([1, 2]), new Uint8Array([3])]]);
});

Deno.test("take() drops bytes when no message waits for any, and what are none", () => {
  const attachments = new Attachments();
  assertEquals([attachments.take(bytes(1)), attachments.sizeWith(undefined)], [false, 0]);
  const got: unknown[] = [];
  attachments.expect({ frames: 1, complete: (parts) => got.push(parts) });
  for (const other of ["text", new Blob(["a"]), undefined, null, {}]) {
    assertEquals(attachments.take(other), false);
  }
  assertEquals([attachments.isWaiting, got], [true, []]);
});

Deno.test("expect() counts anew when the next message comes", () => {
  const attachments = new Attachments();
  const got: number[] = [];
  for (let round = 0; round < 2; round++) {
    attachments.expect({ frames: 1, complete: (parts) => got.push(parts.length) });
    attachments.take(bytes(1, 2, 3));
    assertEquals(attachments.sizeWith(undefined), 3);
  }
  assertEquals(got, [1, 1]);
});
