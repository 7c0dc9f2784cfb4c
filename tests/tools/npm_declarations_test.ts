import { assertEquals } from "@std/assert";
import { forOldTargets, movedTo } from "../../tools/npm/declarations.ts";

Deno.test("forOldTargets() replaces #private by a private member when a class has private fields", () => {
  const text = `/** Has #private; fields. */
export declare class A<T> extends B {
    #private;
    readonly name = "#private;";
}
`;
  assertEquals(
    forOldTargets(text),
    `/** Has #private; fields. */
export declare class A<T> extends B {
    private readonly "#A";
    readonly name = "#private;";
}
`,
  );
});

Deno.test("forOldTargets() writes out ErrorOptions when a declaration refers to it", () => {
  assertEquals(
    forOldTargets(
      "export declare function f(ErrorOptions: string, options?: ErrorOptions): void;\n",
    ),
    "export declare function f(ErrorOptions: string, options?: { cause?: unknown }): void;\n",
  );
});

Deno.test("forOldTargets() refers to libraries when ES2015 lacks what a declaration names", () => {
  const lines = (text: string) => forOldTargets(text).split("\n").slice(0, -1);
  const name = (library: string) => `/// <reference lib="${library}" />`;
  assertEquals(lines("export type A = BigInt64Array | SharedArrayBuffer;\n"), [
    name("es2017.sharedmemory"),
    name("es2020.bigint"),
    "export type A = BigInt64Array | SharedArrayBuffer;",
  ]);
  const disposable = "export interface B { [Symbol.asyncDispose](): Promise<void> }";
  assertEquals(lines(`${disposable}\n`), [name("esnext.disposable"), disposable]);
  assertEquals(lines("/** A BigInt64Array. */\nexport type C = Map<string, bigint>;\n"), [
    "/** A BigInt64Array. */",
    "export type C = Map<string, bigint>;",
  ]);
});

Deno.test("movedTo() keeps what names of modules lead to when the file moves", () => {
  const text = `import { a } from "./a.js"; // "./a.js"
import type { b } from "../b.js";
export * from "./c/c.js";
export type D = typeof import("./d.js");
export type E = "./e.js";
import ws from "ws";
`;
  assertEquals(
    movedTo(text, "src/ends/x.d.ts", "tgrid/lib/X.d.ts"),
    `import { a } from "../../src/ends/a.js"; // "./a.js"
import type { b } from "../../src/b.js";
export * from "../../src/ends/c/c.js";
export type D = typeof import("../../src/ends/d.js");
export type E = "./e.js";
import ws from "ws";
`,
  );
});
