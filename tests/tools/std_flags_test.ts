import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { serveRegistry } from "../../tools/jsr_mirror.ts";
import { jsrAnswers, NPM_ONLY_MAP, stdFlags } from "../../tools/std_flags.ts";

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);
const slow = () => new Promise<never>(() => {});
const unasked = () => Promise.reject(new Error("it was asked"));

const NPM_ONLY = [`--import-map=${NPM_ONLY_MAP}`];

for (
  const [when, around, flags] of [
    ["JSR answers", { std: undefined, answers: yes, cached: no }, []],
    ["the packages are cached", { std: undefined, answers: no, cached: yes }, []],
    ["JSR is slow and the packages are cached", { std: "", answers: slow, cached: yes }, []],
    ["there is neither", { std: undefined, answers: no, cached: no }, NPM_ONLY],
    ["STD is jsr", { std: "jsr", answers: unasked, cached: unasked }, []],
    ["STD is npm", { std: "npm", answers: unasked, cached: unasked }, NPM_ONLY],
  ] as const
) {
  Deno.test(`stdFlags() gives ${flags.length === 0 ? "none" : "the map"} when ${when}`, async () => {
    assertEquals(await stdFlags(around), flags);
  });
}

Deno.test("stdFlags() rejects with a TypeError when STD is something else", async () => {
  await assertRejects(
    () => stdFlags({ std: "JSR", answers: yes, cached: yes }),
    TypeError,
    'Cannot choose the packages by STD="JSR": it is "jsr" or "npm"',
  );
});

Deno.test("jsrAnswers() says yes when a registry has the packages", async () => {
  const registry = await serveRegistry(["tools/npm_only/assert"]);
  assertEquals(await jsrAnswers(registry.url), true);
  assertEquals(await jsrAnswers(registry.url.replace(/\/$/, "")), true);
  await registry.close();
});

Deno.test("jsrAnswers() says no when a server has none of them", async () => {
  const registry = await serveRegistry([]);
  assertEquals(await jsrAnswers(registry.url), false);
  await registry.close();
});

Deno.test("jsrAnswers() says no when nobody listens", async () => {
  const registry = await serveRegistry([]);
  await registry.close();
  assertEquals(await jsrAnswers(registry.url), false);
});

Deno.test("jsrAnswers() says no when no answer comes in time", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  assertEquals(await jsrAnswers(`http://127.0.0.1:${listener.addr.port}/`, 50), false);
  (await accepted).close();
});

async function run(env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", "tools/std_flags.ts"],
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("std_flags.ts prints the map and a line about it when JSR is out of reach", async () => {
  const cache = await Deno.makeTempDir();
  const registry = await serveRegistry([]);
  const output = await run({ STD: "", JSR_URL: registry.url, DENO_DIR: cache });
  assertEquals([output.code, output.stdout], [0, `--import-map=${NPM_ONLY_MAP}\n`]);
  assertMatch(output.stderr, /^std: [^\n]+ stands in [^\n]+\n$/);
  await registry.close();
  await Deno.remove(cache, { recursive: true });
});

Deno.test("std_flags.ts prints nothing when JSR is there", async () => {
  const registry = await serveRegistry(["tools/npm_only/assert"]);
  assertEquals(await run({ STD: "", JSR_URL: registry.url }), { code: 0, stdout: "", stderr: "" });
  await registry.close();
});

Deno.test("std_flags.ts stops the command around it when STD is something else", async () => {
  const { code, stdout, stderr } = await run({ STD: "deno" });
  assertEquals(code, 1);
  assertEquals(stderr, 'error: Cannot choose the packages by STD="deno": it is "jsr" or "npm"\n');
  const outer = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...stdout.trim().split(" "), "tools/std_flags.ts"],
  }).output();
  assertEquals(outer.success, false);
});
