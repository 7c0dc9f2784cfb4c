import { assertEquals } from "@std/assert";
import { endedBy } from "../src/ended_by.ts";
import { endedBy as endedByInBrowsers } from "../src/ended_by_browser.ts";
import { stateOf } from "./helpers/waiting.ts";

const NEVER = new Promise<never>(() => {});

for (
  const [where, end] of [["anywhere", endedBy], ["in browsers", endedByInBrowsers]] as const
) {
  Deno.test(`endedBy() settles as the promise does, ${where}`, async () => {
    assertEquals(await stateOf(end(Promise.resolve(7), () => {})), { value: 7 });
    assertEquals(await stateOf(end(Promise.reject("failed"), () => {})), { error: "failed" });
    assertEquals(await stateOf(end(NEVER, () => {})), "waits");
  });

  Deno.test(`endedBy() is rejected with the reason of an end that comes first, ${where}`, async () => {
    let stop!: (reason: unknown) => void;
    const ended = end(NEVER, (given) => stop = given);
    assertEquals(await stateOf(ended), "waits");
    stop("late");
    assertEquals(await stateOf(ended), { error: "late" });
  });
}
