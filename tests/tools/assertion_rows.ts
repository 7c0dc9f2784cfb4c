import { AssertionError } from "@std/assert";

/** An assertion that passes, or one that fails with this as a part of its text. */
export type AssertionRow = readonly [title: string, run: () => unknown, fails?: string];

/** Makes a test of a row. */
export function testAssertion([title, run, fails]: AssertionRow): void {
  Deno.test(title, async () => {
    const text = await failure(run);
    if (fails === undefined) return expect(text === undefined, `${text}`);
    expect(text !== undefined, "it did not fail");
    // deno-lint-ignore no-control-regex
    expect(`${text}`.replace(/\x1b\[\d+m/g, "").includes(fails), `${text}`);
  });
}

/** The text of the failed assertion; `undefined` where it did not fail. */
export async function failure(run: () => unknown): Promise<string | undefined> {
  try {
    await run();
  } catch (error) {
    if (error instanceof AssertionError && error.name === "AssertionError") return error.message;
    throw error;
  }
}

/** Without the functions under test: a broken one must not hide itself. */
export function expect(condition: boolean, text: string): void {
  if (!condition) throw new Error(text);
}
