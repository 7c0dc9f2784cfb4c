import { assertEquals } from "@std/assert";
import plugin from "../../tools/lint/mod.ts";

/** What one rule says of a file of this text. */
function faultsOf(rule: string, path: string, text: string): string[] {
  return Deno.lint.runPlugin(plugin, path, text)
    .filter(({ id }) => id === `sheetbend/${rule}`)
    .map(({ message }) => message);
}

Deno.test("deno.json runs the plugin, and the sanitizers, for the whole project", async () => {
  const { lint, test } = JSON.parse(await Deno.readTextFile("deno.json"));
  assertEquals(lint.plugins, ["./tools/lint/mod.ts"]);
  assertEquals(lint.rules.exclude, undefined);
  assertEquals(test, { include: ["tests/"], sanitizeOps: true, sanitizeResources: true });
});

for (
  const [what, path, name] of [
    ["its own folder", "src/rpc/driver.ts", "./invoke.ts"],
    ["its own feature", "src/features/streams/mod.ts", "./reader.ts"],
    ["the folder of its own name", "src/features/streams.ts", "./streams/reader.ts"],
    ["a folder below", "src/ends/connector.ts", "../session/session.ts"],
    ["a file of src/ itself", "src/rpc/driver.ts", "../errors.ts"],
    ["the types", "src/errors.ts", "./types/socket.ts"],
    ["the core, from a feature", "src/features/streams/mod.ts", "../../session/feature.ts"],
    ["a feature, from all.ts", "src/all.ts", "./features/streams/mod.ts"],
    ["all.ts, from mod.ts", "mod.ts", "./src/all.ts"],
    ["the package that it may", "src/deadline.ts", "@std/async/deadline"],
    ["node:, from src/runtimes/", "src/runtimes/node.ts", "node:http"],
    ["anything, outside src/", "tools/ok.ts", "npm:typescript"],
  ] as const
) {
  Deno.test(`layers lets a file import from ${what}`, () => {
    assertEquals(faultsOf("layers", path, `import "${name}";`), []);
  });
}

for (
  const [what, path, name, fault] of [
    [
      "a folder above",
      "src/rpc/rpc.ts",
      "../session/link.ts",
      '"src/session/link.ts" stands above',
    ],
    ["a file above", "src/types/socket.ts", "../errors.ts", '"src/errors.ts" stands above'],
    ["what exports all", "src/ends/server.ts", "../all.ts", '"src/all.ts" stands above'],
    ["mod.ts", "src/all.ts", "../../mod.ts", '"mod.ts" stands above'],
    [
      "a feature, from the core",
      "src/session/session.ts",
      "../features/structured/mod.ts",
      '"src/features/structured/mod.ts" stands above',
    ],
    [
      "another feature",
      "src/features/streams/mod.ts",
      "../callbacks/mod.ts",
      '"src/features/callbacks/mod.ts" is another feature',
    ],
    ["past all.ts", "mod.ts", "./src/errors.ts", "mod.ts passes on src/all.ts"],
    ["an unknown folder", "src/all.ts", "./odd/one.ts", '"src/odd/one.ts" is in no layer'],
    ["the tools", "src/errors.ts", "../tools/ok.ts", '"tools/ok.ts" is in no layer'],
    ["node:", "src/session/link.ts", "node:util", '"node:util" is not the project\'s'],
    ["a package", "src/errors.ts", "@std/async", '"@std/async" is not the project\'s'],
  ] as const
) {
  Deno.test(`layers tells when a file imports from ${what}, in whatever form`, () => {
    for (
      const text of [
        `import { a } from "${name}";`,
        `import type { A } from "${name}";`,
        `export { a } from "${name}";`,
        `export * from "${name}";`,
        `const a = import("${name}");`,
        `type A = import("${name}").A;`,
      ]
    ) {
      assertEquals(faultsOf("layers", path, text), [fault], text);
    }
  });
}

Deno.test("layers tells when a file is in no layer, wherever the project lies", () => {
  const root = new URL("../../", import.meta.url);
  const order =
    "types, files of src/ itself, rpc, session, runtimes, ends, features, groups, all.ts, mod.ts";
  for (const path of ["src/odd/one.ts", new URL("src/odd/one.ts", root).pathname]) {
    assertEquals(faultsOf("layers", path, "a();"), [`"src/odd/one.ts" is in no layer of ${order}`]);
  }
});

for (
  const text of [
    "Deno.serve(f);",
    "export const pid = globalThis.Deno?.pid;",
    "(globalThis as Scope).process.exit();",
    "const { Bun } = globalThis as Scope;",
    "let server: Deno.HttpServer;",
    "if (typeof process === 'object') a();",
  ]
) {
  Deno.test(`runtimes tells when a file holds ${text}`, () => {
    const name = /Deno|Bun|process/.exec(text)![0];
    const faults = faultsOf("runtimes", "src/session/link.ts", text);
    assertEquals(faults[0], `Only src/runtimes/ may name ${name}`);
    assertEquals(faultsOf("runtimes", "src/runtimes/node.ts", text), []);
  });
}

Deno.test("runtimes takes no offence at comments, texts, expressions and members of that name", () => {
  const text = [
    "/** ```ts\n * Deno.serve(f);\n * ```\n */",
    'export const hint = "use Deno.serve"; // Deno.serve',
    "const list = `${hint} // Bun.serve`;",
    "interface Scope { readonly Deno?: object; process(): void }",
    "const made = { Deno: 1 };",
    "export const quote = /Deno.exit/;",
  ].join("\n");
  assertEquals(faultsOf("runtimes", "src/session/link.ts", text), []);
});

Deno.test("size counts lines of code alone, of files and of functions of whatever kind", () => {
  const said = (what: string, lines: number, most: number): string[] => [
    `This ${what} has ${lines} lines of code, over ${most}`,
  ];
  const line = "/*\n\n*/\n// one\n\na(); // two\n";
  assertEquals(faultsOf("size", "src/a.ts", line.repeat(300)), []);
  assertEquals(faultsOf("size", "src/a.ts", line.repeat(301)), said("file", 301, 300));
  assertEquals(faultsOf("size", "tests/a.ts", line.repeat(301)), []);
  for (const head of ["function f()", "const f = () =>", "const f = function ()"]) {
    const text = (lines: number): string => `${head} {\n${line.repeat(lines - 2)}}`;
    assertEquals(faultsOf("size", "src/a.ts", text(40)), []);
    assertEquals(faultsOf("size", "src/a.ts", text(41)), said("function", 41, 40));
  }
  assertEquals(
    faultsOf("size", "src/a.ts", `class A {\nf() {\n${line.repeat(39)}}\n}`),
    said("function", 41, 40),
  );
});

const OFF = "This switches a sanitizer off";
const OPTION = "This leaves tests out by an option";
const CALL = "This leaves tests out by a function";

for (
  const [text, fault] of [
    ["Deno.test({ name, fn, sanitizeOps: false });", OFF],
    ["Deno.test({ name, fn, sanitizeResources: false });", OFF],
    ["Deno.test({ name, fn, sanitizeExit: false });", OFF],
    ["Deno.test({ name, fn, sanitizeOps });", OFF],
    ["Deno.test({ name, fn, sanitizeOps: !CI });", OFF],
    ['Deno.test({ name, fn, "sanitizeOps": false });', OFF],
    ['Deno.test({ name, fn, ["sanitizeOps"]: false });', OFF],
    ["options.sanitizeOps = false;", OFF],
    ['options["sanitizeOps"] = isOff;', OFF],
    ["Deno.test({ name, fn, ignore: true });", OPTION],
    ["Deno.test({ name, fn, ignore: !hasBun });", OPTION],
    ['Deno.test({ name, fn, "ignore": true });', OPTION],
    ["Deno.test({ name, fn, ignore });", OPTION],
    ["Deno.test({ name, fn, only: true });", OPTION],
    ["options.only = true;", OPTION],
    ["test(name, { skip: true }, fn);", OPTION],
    ['test(name, { skip: "later" }, fn);', OPTION],
    ["Deno.test.ignore(name, fn);", CALL],
    ["Deno.test.only(name, fn);", CALL],
    ["test.skip(name, fn);", CALL],
    ["test.todo(name);", CALL],
    ['Deno.test["ignore"](name, fn);', CALL],
  ] as const
) {
  Deno.test(`every-test-runs tells when a test holds ${text}`, () => {
    assertEquals(faultsOf("every-test-runs", "tests/a_test.ts", text), [fault]);
  });
}

Deno.test("every-test-runs takes no offence at comments, texts, true and other names", () => {
  const text = [
    "// Deno.test.ignore(name, fn);",
    'const text = "Deno.test.only(name, fn);";',
    "const other = `{ ignore: true } ${name}`;",
    "Deno.test({ name, fn, sanitizeOps: true, sanitizeExit: true });",
    "const ignored = [skipped, only1];",
    "queue.skipAll(1);",
    'const provider = { only: "this", ignore: "that" };',
    "const driver = group.getDriver({ only: [id] });",
  ].join("\n");
  assertEquals(faultsOf("every-test-runs", "tests/a_test.ts", text), []);
});
