import { assertEquals, assertThrows } from "@std/assert";
import { checkPath, refusedPath } from "../../src/runtimes/path.ts";

const ROOM = new URLPattern({ pathname: "/rooms/:id" });
const OF_HOST = new URLPattern("https://example.com:8443/rpc");
const WITH_QUERY = new URLPattern({ pathname: "/rpc", search: "v=:v" });

for (
  const [url, path, leads, host = "localhost"] of [
    ["/rpc", undefined, true],
    ["/rpc", "/rpc", true],
    ["/rpc?a=/b", "/rpc", true],
    ["http://localhost/rpc?a=b", "/rpc", true],
    ["/rpc/", "/rpc", false],
    ["/RPC", "/rpc", false],
    ["/rp%63", "/rpc", false],
    ["//x/rpc", "/rpc", false],
    ["/", "/rpc", false],
    ["/?/rpc", "/rpc", false],
    ["/rooms/7", ROOM, true],
    ["/rooms/7?x=y", ROOM, true],
    ["http://localhost/rooms/7", ROOM, true],
    ["/rooms/7/8", ROOM, false],
    ["//x/rooms/7", ROOM, false],
    ["/secret", ROOM, false, "x/rooms/7?"],
    ["/rooms/7", ROOM, false, "[not"],
    ["/rpc", OF_HOST, true, "example.com:8443"],
    ["https://example.com:8443/rpc", OF_HOST, true],
    ["/rpc", OF_HOST, false, "example.com"],
    ["/rpc?v=1", WITH_QUERY, true],
    ["/rpc", WITH_QUERY, false],
  ] as const
) {
  const shown = typeof path === "object" ? `${path.hostname}${path.pathname}` : path;
  Deno.test(`refusedPath() ${leads ? "lets in" : "is 404"} when ${shown} is asked for by ${url} at ${host}`, () => {
    const refused = refusedPath({ url, headers: { host } }, path, "https");
    assertEquals(refused?.status, leads ? undefined : 404);
  });
}

Deno.test("checkPath() throws when it is neither a pathname nor a pattern of URLs", () => {
  for (const one of ["", "rpc", "/a?b", "/a#b", "http://x/a", 7, null, /^\/rpc/, {}, ["/a"]]) {
    assertThrows(() => checkPath(one), TypeError, 'Cannot use "path"');
  }
  for (const one of [undefined, "/", "/rpc", ROOM]) checkPath(one);
});
