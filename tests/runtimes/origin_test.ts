import { assertEquals } from "@std/assert";
import { type Origins, refusedOrigin } from "../../src/runtimes/origin.ts";

const PAGE = "https://example.com";

for (
  const [what, origins, origin, isIn] of [
    ["no list", undefined, "https://evil.example", true],
    ["the same text", PAGE, PAGE, true],
    ["another text", PAGE, "https://example.com.evil", false],
    ["another scheme", PAGE, "http://example.com", false],
    ["an opaque page", PAGE, "null", false],
    ["a list that holds it", ["https://a.example", PAGE], PAGE, true],
    ["a list that does not", ["https://a.example", /b/], PAGE, false],
    ["an empty list", [], PAGE, false],
    [
      "a pattern that matches the whole",
      /https:\/\/(.+\.)?example\.com/,
      "https://a.example.com",
      true,
    ],
    ["a pattern that matches a part", /example\.com/, "https://example.com.evil", false],
    ["a pattern with a choice", /a|https:\/\/b/, "https://a", false],
    ["a pattern that ignores case", /HTTPS:\/\/EXAMPLE\.COM/i, PAGE, true],
    ["a pattern over several lines", /https:\/\/example\.com/m, `${PAGE}\nhttps://evil`, false],
    ["a function that says yes", (origin: string) => origin === PAGE, PAGE, true],
    ["a function that says no", () => false, PAGE, false],
    ["a function that says something", () => 1 as never, PAGE, false],
    ["a function that promises", () => Promise.resolve(true) as never, PAGE, false],
    [
      "a function that throws",
      () => {
        throw new Error("no");
      },
      PAGE,
      false,
    ],
  ] as [string, Origins | undefined, string, boolean][]
) {
  Deno.test(`refusedOrigin() lets ${isIn ? "in" : "nobody in"} when there is ${what}`, () => {
    const refused = refusedOrigin({ headers: { origin } }, origins);
    assertEquals(refused?.status, isIn ? undefined : 403);
  });
}

Deno.test("refusedOrigin() gives the same answer each time when the pattern has a memory", () => {
  for (const origins of [/https:\/\/example\.com/g, /https:\/\/example\.com/y]) {
    const answers = [1, 2, 3].map(() => refusedOrigin({ headers: { origin: PAGE } }, origins));
    assertEquals(answers, [undefined, undefined, undefined]);
  }
});

Deno.test("refusedOrigin() lets in who sends no origin, as only browsers do", () => {
  assertEquals(refusedOrigin({ headers: {} }, []), undefined);
  assertEquals(refusedOrigin(new Request("http://localhost/"), () => false), undefined);
});

Deno.test("refusedOrigin() lets nobody in by two origins in one request", () => {
  const refused = refusedOrigin({ headers: { origin: [PAGE, "https://evil.example"] } }, PAGE);
  assertEquals(refused?.status, 403);
});
