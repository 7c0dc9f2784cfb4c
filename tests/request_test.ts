import { assertEquals } from "@std/assert";
import { headerOf } from "../mod.ts";
import { pathOf, plainAddress } from "../src/types/request.ts";

Deno.test("headerOf() reads a Request's header when it is named in any case", () => {
  const request = new Request("http://localhost/", { headers: { "X-Tag": "a" } });
  assertEquals(headerOf(request, "x-tag"), "a");
  assertEquals(headerOf(request, "X-TAG"), "a");
  assertEquals(headerOf(request, "cookie"), undefined);
});

Deno.test("headerOf() reads a header of node:http when it is named in any case", () => {
  const request = { headers: { "x-tag": "a", "set-cookie": ["a=1", "b=2"], none: undefined } };
  assertEquals(headerOf(request, "X-Tag"), "a");
  assertEquals(headerOf(request, "Set-Cookie"), "a=1, b=2");
  assertEquals(headerOf(request, "none"), undefined);
  assertEquals(headerOf(request, "cookie"), undefined);
});

Deno.test("headerOf() joins several headers of one name when a Request has them", () => {
  const headers = new Headers([["x-tag", "a"], ["x-tag", "b"]]);
  assertEquals(headerOf({ headers }, "x-tag"), "a, b");
});

Deno.test("headerOf() gives the empty text when the header is there and empty", () => {
  assertEquals(headerOf({ headers: { "x-tag": "" } }, "x-tag"), "");
  assertEquals(headerOf({ headers: new Headers({ "x-tag": "" }) }, "x-tag"), "");
});

Deno.test("headerOf() takes a header named get when a client of node:http sends it", () => {
  assertEquals(headerOf({ headers: { get: "a" } }, "get"), "a");
});

for (const name of ["constructor", "__proto__"]) {
  Deno.test(`headerOf() finds nothing when the name is "${name}" and no such header came`, () => {
    assertEquals(headerOf({ headers: {} }, name), undefined);
  });
}

for (
  const [url, path] of [
    [undefined, "/"],
    ["/", "/"],
    ["/a/b?c=d&e=what?", "/a/b?c=d&e=what?"],
    ["//a//b", "//a//b"],
    ["/a%2Fb%20c?d=%3F", "/a%2Fb%20c?d=%3F"],
    ["http://localhost", "/"],
    ["http://localhost:80/", "/"],
    ["http://localhost:80/a/b?c=http://d/e", "/a/b?c=http://d/e"],
    ["https://[::1]:80/a", "/a"],
    ["http://localhost//a", "//a"],
  ] as const
) {
  Deno.test(`pathOf() is "${path}" when the address is "${url}"`, () => {
    assertEquals(pathOf({ url, headers: {} }), path);
  });
}

for (
  const [address, plain] of [
    [undefined, ""],
    ["", ""],
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["::FFFF:10.0.0.1", "10.0.0.1"],
    ["::1", "::1"],
    ["::ffff:7f00:1", "::ffff:7f00:1"],
    ["fe80::1%eth0", "fe80::1%eth0"],
  ] as const
) {
  Deno.test(`plainAddress() is "${plain}" when the address is "${address}"`, () => {
    assertEquals(plainAddress(address), plain);
  });
}
