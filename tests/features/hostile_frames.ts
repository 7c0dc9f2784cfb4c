/** What hostile peers send to both ends of a connection that passes functions and streams. */
import { proxy } from "../../mod.ts";

/** The features that a hostile peer names. */
export const FEATURES: readonly string[] = [
  "frames",
  "batch",
  "cancel",
  "callbacks",
  "streams",
  "resume",
];

/** More than a connection may hold of them. */
const MANY = 100_000;

/** The uid of the call behind an attack: its return tells that the connection goes on. */
export const PROBE = 999;

/** What the attacked end offers. */
export function hostProvider(): object {
  const kept: unknown[] = [];
  return {
    echo: (value: unknown) => value,
    keep: (value: unknown) => void kept.push(value),
    lengthOf: (list: readonly unknown[]) => list.length,
    object: () => proxy({ f: () => 1 }),
    async *rows() {
      for (let i = 0;; i++) yield i;
    },
    async sum(list: AsyncIterable<number>) {
      let sum = 0;
      for await (const item of list) sum += item;
      return sum;
    },
  };
}

/** The messages in these frames, in order. */
export function messagesIn(frames: readonly unknown[]): unknown[][] {
  return frames.filter((frame) => Array.isArray(frame))
    .flatMap((frame) => Array.isArray(frame[0]) ? frame : [frame]);
}

/** A call. */
export function call(uid: number, path: string, args = "[]", beside = ""): string {
  return `[0,${uid},"${path}",${args}${beside}]`;
}

/** A call with one parameter of this mark. */
export function marked(uid: number, path: string, mark: string): string {
  return call(uid, path, "[null]", `,[0,[[0],${mark}]]`);
}

/** What a connection is closed for, and the code with which a server does. */
export const CLOSED: readonly (readonly [what: string, code: number, frames: readonly string[]])[] =
  [
    ["an acknowledgement of what was never sent", 1002, ["[67,5]"]],
    ["a negative acknowledgement", 1002, ["[67,-1]"]],
    ["an acknowledgement of half a message", 1002, [call(1, "object"), "[67,0.5]"]],
    ["an acknowledgement that is no number", 1002, ['[67,"a"]']],
    ["a release of what was never sent", 1002, ["[7,1,1]"]],
    ["a release of more than was sent", 1002, [call(1, "object"), "[7,1,2]"]],
    ["a release twice", 1002, [call(1, "object"), "[7,1,1]", "[7,1,1]"]],
    ["a negative release", 1002, [call(1, "object"), "[7,1,-1]"]],
    ["a release without a count", 1002, [call(1, "object"), "[7,1]"]],
    ["an item of no stream", 1002, ["[8,9,1,1]"]],
    ["an end of no stream", 1002, ["[9,9]"]],
    ["an item without credit", 1002, [marked(1, "echo", '"a",1'), "[8,1,1,1]"]],
    ["an item whose size is negative", 1002, [marked(1, "echo", '"a",1'), "[8,1,-1,1]"]],
    ["an item without a size", 1002, [marked(1, "echo", '"a",1'), "[8,1]"]],
    ["an item whose size hides what it takes", 1002, [
      marked(1, "echo", '"a",1'),
      "[64]",
      `[8,1,1,"${"x".repeat(100_000)}"]`,
    ]],
    ["credit of 2^53", 1002, [call(1, "rows"), `[10,1,${2 ** 53},1]`]],
    ["credit of 2^60", 1002, [call(1, "rows"), `[10,1,${2 ** 60},1]`]],
    ["negative credit", 1002, [call(1, "rows"), "[10,1,-1,1]"]],
    ["arrival of what was not sent", 1002, ["[12,5]"]],
    ["a kind that nobody has", 1002, ["[13,5]"]],
    ["more references than there may be", 1008, [
      call(
        1,
        "lengthOf",
        JSON.stringify([Array(MANY).fill(null)]),
        `,[0,${Array.from({ length: MANY }, (_, i) => `[[0,${i}],"c",${i + 1}]`)}]`,
      ),
    ]],
    ["more streams than there may be", 1008, [
      call(
        1,
        "lengthOf",
        JSON.stringify([Array(2_000).fill(null)]),
        `,[0,${Array.from({ length: 2_000 }, (_, i) => `[[0,${i}],"a",${i + 1}]`)}]`,
      ),
    ]],
  ];

/** The name of the error with which each call was refused; `undefined` for one that was not. */
export function refusals(messages: readonly unknown[][]): unknown[] {
  const returns = messages.filter(([kind, uid]) => (kind === 1 || kind === 2) && uid !== PROBE);
  return returns.toSorted(([, a], [, b]) => (a as number) - (b as number))
    .map(([kind, , value]) => kind === 2 ? (value as { name: string }).name : undefined);
}
