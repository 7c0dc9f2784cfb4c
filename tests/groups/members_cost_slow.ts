import { assertLess } from "@std/assert";
import { NPM_ONLY_MAP } from "../../tools/std_flags.ts";

const ROOT = new URL("../../", import.meta.url);

/** A member costs at most so many times as much as an entry in a set of one's own. */
const MOST = 3;

type Costs = Record<"bytes" | "time", Record<"own" | "group", number>>;

Deno.test("a member takes no more than 3 times what a set of acceptors takes", async () => {
  const isNpmOnly = import.meta.resolve("@std/assert").startsWith(ROOT.href);
  const map = isNpmOnly ? [`--import-map=${NPM_ONLY_MAP}`] : [];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--v8-flags=--expose-gc",
      "--no-check",
      ...map,
      "tests/groups/members_cost.ts",
    ],
    cwd: ROOT,
  }).output();
  const output = new TextDecoder().decode(stdout);
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  console.log(output);
  const { bytes, time }: Costs = JSON.parse(output);
  assertLess(bytes.group / bytes.own, MOST);
  assertLess(time.group / time.own, MOST);
});
