import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import * as ours from "../../mod.ts";
import { CheckError, equal, inTime, isSettled, matches, ok, rejects, show } from "./check.ts";
import { type Child, runClientProgram, startServerProgram } from "./children.ts";
import type { Connector, Library } from "./library.ts";
import { openScenarios } from "./scenarios.ts";
import { type Result, runSuite } from "./suite.ts";
import type { Case } from "./world.ts";

const LIBRARY = ours as unknown as Library;
const PAIRING = { client: "ours", server: "ours", codec: "plain" } as const;

async function resultsOf(cases: readonly Case[], atMost = 5_000): Promise<Result[]> {
  const server = await openScenarios(LIBRARY, "ours");
  const results: Result[] = [];
  const base = `ws://127.0.0.1:${server.port}`;
  const report = (result: Result): void => void results.push(result);
  await runSuite({ lib: LIBRARY, pairing: PAIRING, base, cases, report, atMost });
  await server.close();
  return results;
}

Deno.test("runSuite() reports each case, and goes on, when one of them fails", async () => {
  const [first, second, third, last] = await resultsOf([
    { name: "a", run: (world) => world.visit().then(({ remote }) => remote.plus(1, 2)) },
    { name: "b", run: (world) => world.visit().then(() => equal(1, 2)) },
    { name: "c", run: () => Promise.reject("a text") },
    { name: "d", run: (world) => world.visit().then(({ connector }) => equal(connector.state, 1)) },
  ]);
  assertEquals(first, { case: "a", ok: true });
  assertEquals([second?.case, second?.ok], ["b", false]);
  assertStringIncludes(second?.error ?? "", "the value is 1, not 2");
  assertEquals(third, { case: "c", ok: false, error: 'thrown: "a text"' });
  assertEquals(last, { case: "d", ok: true });
});

Deno.test("runSuite() reports a failure when a case does not end", async () => {
  const [first, second] = await resultsOf([
    { name: "a", run: () => new Promise(() => {}) },
    { name: "b", run: () => Promise.resolve() },
  ], 20);
  assertEquals([first?.case, first?.ok], ["a", false]);
  assertStringIncludes(first?.error ?? "", "the case did not come within 20 ms");
  assertEquals(second, { case: "b", ok: true });
});

Deno.test("runSuite() leaves out a case when the pairing lacks what it needs", async () => {
  const needy: Case = { name: "a", needs: ["our server"], run: () => Promise.resolve() };
  assertEquals(await resultsOf([needy]), [{ case: "a", ok: true }]);
  const server = await openScenarios(LIBRARY, "ours");
  const results: Result[] = [];
  await runSuite({
    lib: LIBRARY,
    pairing: { ...PAIRING, server: "tgrid" },
    base: `ws://127.0.0.1:${server.port}`,
    cases: [needy],
    report: (result) => results.push(result),
  });
  assertEquals(results, []);
  await server.close();
});

Deno.test("runSuite() has one connection for cases that only call, and another after a failure", async () => {
  const server = await openScenarios(LIBRARY, "ours");
  const visited: unknown[] = [];
  const one = (name: string, more: Partial<Case>): Case => ({
    name,
    async run(world) {
      visited.push((await world.visit()).connector);
      equal(name, name.toLowerCase());
    },
    ...more,
  });
  const onlyCalls = true;
  const results: Result[] = [];
  await runSuite({
    lib: LIBRARY,
    pairing: PAIRING,
    base: `ws://127.0.0.1:${server.port}`,
    cases: [
      one("a", { onlyCalls }),
      one("b", {}),
      one("c", { onlyCalls }),
      one("D", { onlyCalls }),
      one("e", { onlyCalls }),
      { name: "f", onlyCalls, run: (world) => world.visit("/null").then(() => {}) },
    ],
    control: {},
    sharesConnection: true,
    report: (result) => results.push(result),
  });
  await server.close();
  const [a, b, c, d, e] = visited;
  assertEquals([a === b, a === c, a === d, a === e], [false, true, true, false]);
  assertEquals(results.map(({ ok }) => ok), [true, true, true, false, true, false]);
  assertStringIncludes(results[5]!.error!, "Cannot share a visit");
  const states = visited.map((connector) => (connector as Connector).state);
  assertEquals(states, [3, 3, 3, 3, 3]);
});

Deno.test("equal() tells values apart when the wire does", () => {
  const values = [undefined, null, 0, -0, NaN, "", "0", [], [undefined], [null], {}, { a: 1 }];
  for (const [i, one] of values.entries()) {
    for (const [j, other] of values.entries()) {
      if (i === j) equal(one, other);
      else assertThrows(() => equal(one, other), CheckError);
    }
  }
  equal({ a: 1, b: [2] }, { b: [2], a: 1 });
  assertThrows(() => equal({ a: undefined }, {}), CheckError);
  assertEquals(show({ b: new RangeError("r"), a: "t" }), '{a: "t", b: RangeError: r}');
});

Deno.test("rejects() and matches() hold only when the error is what is wanted", async () => {
  const error = Object.assign(new RangeError("some text"), { code: "E" });
  const wanted = { is: [RangeError], isNot: [TypeError], fields: { code: "E" }, text: "me te" };
  assertEquals(await rejects(Promise.reject(error), wanted), error);
  for (
    const other of [{ is: [TypeError] }, { isNot: [Error] }, { fields: { code: 1 } }, {
      text: "zzz",
    }]
  ) {
    assertThrows(() => matches(error, other), CheckError);
    await assertRejects(() => rejects(Promise.reject(error), other), CheckError);
  }
  await assertRejects(() => rejects(Promise.resolve(7)), CheckError, "fulfilled with 7");
  assertEquals(await rejects(Promise.reject(undefined)), undefined);
  assertThrows(() => ok(false, "it is so"), CheckError, "it is so");
});

Deno.test("inTime() and isSettled() tell when a promise does not settle", async () => {
  const never = new Promise(() => {});
  await assertRejects(() => inTime(never, "the answer", 5), CheckError, "the answer");
  assertEquals(await inTime(Promise.resolve(1), "the answer"), 1);
  assertEquals(await isSettled(never), false);
  assertEquals(await isSettled(Promise.resolve()), true);
  assertEquals(await isSettled(Promise.reject(new Error("handled"))), true);
});

async function withProgram(text: string, use: (child: Child) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "contract-" });
  const program = join(folder, "program.mjs");
  await Deno.writeTextFile(program, text);
  try {
    await use({ command: ["node"], program, argument: { a: 1 }, folder });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("runClientProgram() gives the lines of cases when others are between", async () => {
  const text = `
    console.log("a word of the runtime's");
    console.log(JSON.stringify({ case: process.argv[2], ok: true }));
    console.log('{"case":"b","ok":false,"error":"why"}\\n7\\n{"end":2}');
  `;
  await withProgram(text, async (child) => {
    assertEquals(await runClientProgram(child), [
      { case: '{"a":1}', ok: true },
      { case: "b", ok: false, error: "why" },
    ]);
  });
});

for (
  const [when, text] of [
    ["it ends too early", `console.log('{"case":"a","ok":true}')`],
    ["it lost a case", `console.log('{"case":"a","ok":true}\\n{"end":2}')`],
    ["it dies", `console.log('{"end":0}'); throw new Error("died")`],
    ["it rejects and nobody looks", `console.log('{"end":0}'); Promise.reject(new Error("died"))`],
  ] as const
) {
  Deno.test(`runClientProgram() fails when ${when}`, async () => {
    await withProgram(text, async (child) => {
      await assertRejects(() => runClientProgram(child), Error, "Cannot trust the run");
    });
  });
}

Deno.test("startServerProgram() fails when the program prints no port", async () => {
  await withProgram(`console.error("no port")`, async (child) => {
    await assertRejects(() => startServerProgram(child), Error, "no port");
  });
});

Deno.test("startServerProgram() fails at the stop when the server had died", async () => {
  const text = `console.log('{"port":1}'); setTimeout(() => { throw new Error("died"); }, 1);`;
  await withProgram(text, async (child) => {
    const server = await startServerProgram(child);
    assertEquals(server.port, 1);
    await assertRejects(() => server.stop(), Error, "Cannot trust the server");
  });
});

Deno.test("startServerProgram() waits for the end when the program closes by itself", async () => {
  const text = `
    console.log('{"port":2}');
    process.stdin.on("end", () => console.log("bye")).resume();
  `;
  await withProgram(text, async (child) => {
    const server = await startServerProgram(child);
    await server.stop();
    assertEquals(server.port, 2);
  });
});
