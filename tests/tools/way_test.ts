import { assert, assertEquals } from "@std/assert";
import { withEntries } from "../../tools/way/instrument.ts";
import { measureWays } from "../../tools/way/measure.ts";
import { countsOf, medianOf, type Place } from "../../tools/way/passage.ts";

/** The most that each may pass. */
const MOST = { call: { entries: 90, files: 16 }, close: { entries: 70, files: 20 } } as const;

const ROOT = `${import.meta.dirname}/../..`;

Deno.test("a call and a close pass few functions when both ends are in one process", async () => {
  const ways = await measureWays(ROOT);
  for (const what of ["call", "close"] as const) {
    const { entries, functions, files } = countsOf(ways[what]);
    console.log(`${what}: ${entries} entries, ${functions} functions, ${files} files`);
    assert(entries > 0);
    assert(entries <= MOST[what].entries, `${entries} are more than ${MOST[what].entries}`);
    assert(files <= MOST[what].files, `${files} files are more than ${MOST[what].files}`);
  }
});

const ENTER = "__sheetbendEnter";

for (
  const [what, text, expected, names] of [
    ["a function", "function f() {}", `function f() {${ENTER}(0);}`, ["f"]],
    ["an overload", "function f(): void;\nfunction f() {}", undefined, ["f"]],
    ["an arrow", "const f = (x) => x;", `const f = (x) => (${ENTER}(0), x);`, ["f"]],
    ["an arrow that gives an object", "f = () => ({});", `f = () => (${ENTER}(0), ({}));`, [
      "(arrow)",
    ]],
    [
      "an arrow that gives an arrow",
      "const f = () => () => 1;",
      `const f = () => (${ENTER}(0), () => (${ENTER}(1), 1));`,
      ["f", "(in f)"],
    ],
    [
      "a class",
      "class C { constructor() {} get a() { return 1; } set a(b) {} #m() {} n = () => 1; }",
      undefined,
      ["new C", "get C.a", "set C.a", "C.#m", "C.n"],
    ],
  ] as const
) {
  Deno.test(`withEntries() adds a call at the head when there is ${what}`, () => {
    const places: Place[] = [];
    const instrumented = withEntries("src/a.ts", text, places);
    if (expected !== undefined) assertEquals(instrumented, expected);
    assertEquals(instrumented.split(`${ENTER}(`).length - 1, names.length);
    assertEquals(places.map(({ name }) => name), [...names]);
  });
}

Deno.test("countsOf() counts each function and each file once when they are entered again", () => {
  const [a, b, c] = ["x", "x", "y"].map((file, line) => ({ file, line, name: "" })) as [
    Place,
    Place,
    Place,
  ];
  assertEquals(countsOf([a, b, a, c, a]), { entries: 5, functions: 3, files: 2 });
  assertEquals(medianOf([[a, a, a], [a], [b, b]]), [b, b]);
});
