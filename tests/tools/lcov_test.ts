import { assertEquals } from "@std/assert";
import {
  coverageFaults,
  coverageTable,
  type FileCoverage,
  parseLcov,
  percent,
  total,
} from "../../tools/lcov.ts";

const REPORT = `SF:/home/a/project/src/a.ts
FN:1,f
FNDA:1,f
FNDA:0,g
FNF:2
FNH:1
BRF:0
BRH:0
DA:1,1
DA:2,0
LH:1
LF:2
end_of_record
SF:/home/a/project/src/call/b.ts
FNF:0
FNH:0
DA:1,12
LH:1
LF:1
end_of_record
`;

const FILES: readonly FileCoverage[] = [
  { path: "src/a.ts", lines: { found: 2, hit: 1 }, functions: { found: 2, hit: 1 } },
  { path: "src/call/b.ts", lines: { found: 1, hit: 1 }, functions: { found: 0, hit: 0 } },
];

/** One file with these shares, in percent. */
function file(lines: number, functions: number): FileCoverage {
  return {
    path: "src/a.ts",
    lines: { found: 100, hit: lines },
    functions: { found: 100, hit: functions },
  };
}

Deno.test("parseLcov() reads the counts when given a report", () => {
  assertEquals(parseLcov(REPORT, "/home/a/project"), FILES);
});

Deno.test("parseLcov() reads the same when the report is from Windows", () => {
  const report = REPORT.replaceAll("/home/a", "C:\\a").replaceAll("/", "\\").replaceAll(
    "\n",
    "\r\n",
  );
  assertEquals(parseLcov(report, "C:\\a\\project"), FILES);
});

Deno.test("parseLcov() gives nothing when the report is empty", () => {
  assertEquals(parseLcov("", "/"), []);
});

Deno.test("total() and percent() add up when there are several files", () => {
  assertEquals(total(FILES, "lines"), { found: 3, hit: 2 });
  assertEquals(percent({ found: 4, hit: 3 }), 75);
  assertEquals(percent({ found: 0, hit: 0 }), 100);
});

Deno.test("coverageFaults() finds none when just enough ran", () => {
  assertEquals(coverageFaults([file(97, 90)]), []);
});

Deno.test("coverageFaults() tells when too few lines ran", () => {
  assertEquals(coverageFaults([file(96, 90)]), ["96.00 % of lines ran, under 97 %"]);
});

Deno.test("coverageFaults() tells when too few functions ran", () => {
  assertEquals(coverageFaults([file(97, 89)]), ["89.00 % of functions ran, under 90 %"]);
});

Deno.test("coverageFaults() tells when a file that was never loaded pulls the rest down", () => {
  assertEquals(coverageFaults([file(100, 100), file(0, 0)]).length, 2);
});

Deno.test("coverageFaults() tells when nothing was counted", () => {
  assertEquals(coverageFaults([]), ["Cannot judge the coverage: no line was counted"]);
});

Deno.test("coverageTable() shows the worst first when there are more than its rows", () => {
  const files = [{ ...file(50, 60), path: "src/bad.ts" }, file(0, 0), file(100, 100)];
  assertEquals(coverageTable(files, 2).split("\n"), [
    "             lines  functions",
    "src/a.ts       0.0        0.0",
    "src/bad.ts    50.0       60.0",
    "all           50.0       53.3",
  ]);
});
