import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ReadRequest } from "../../src/runtimes/read_request.ts";

Deno.test("ReadRequest keeps method, address and headers of a request", () => {
  const headers = new Headers({ "X-Tag": "a", cookie: "b=c; d=e", empty: "" });
  headers.append("x-tag", "f");
  headers.append("set-cookie", "g=h");
  headers.append("set-cookie", "i=j");
  const request = new Request("http://localhost/k?l", { headers });
  const read = new ReadRequest(request);
  assertEquals([read.method, read.url], ["GET", "http://localhost/k?l"]);
  assertEquals([...read.headers], [...request.headers]);
  assertEquals(read.headers.get("X-TAG"), "a, f");
  assertEquals(read.headers.getSetCookie(), ["g=h", "i=j"]);
  assertStrictEquals(read.headers, read.headers);
});

Deno.test("ReadRequest has no headers when the request has none", () => {
  assertEquals([...new ReadRequest(new Request("http://localhost/")).headers], []);
});

Deno.test("ReadRequest throws when the URL of the request is invalid", () => {
  const request = { method: "GET", url: "*", headers: new Headers() } as Request;
  assertThrows(() => new ReadRequest(request), TypeError, "its URL is invalid");
});
