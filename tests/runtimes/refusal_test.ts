import { assertEquals } from "@std/assert";
import { refusal, refusalOf, refusedForm, responseOf } from "../../src/runtimes/refusal.ts";

const GOOD = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

for (
  const [what, method, headers, status] of [
    ["nothing", "GET", GOOD, undefined],
    ["nothing, though the protocol is written in capitals", "GET", {
      ...GOOD,
      upgrade: "WebSocket",
    }, undefined],
    ["no upgrade", "GET", {}, 426],
    ["an upgrade to something else", "GET", { ...GOOD, upgrade: "h2c" }, 426],
    ["a POST without upgrade", "POST", {}, 426],
    ["a POST", "POST", GOOD, 405],
    ["no method", undefined, GOOD, 405],
    ["no version", "GET", { ...GOOD, "sec-websocket-version": undefined }, 426],
    ["an old version", "GET", { ...GOOD, "sec-websocket-version": "8" }, 426],
    ["no key", "GET", { ...GOOD, "sec-websocket-key": undefined }, 400],
  ] as [string, string | undefined, Record<string, string | undefined>, number | undefined][]
) {
  Deno.test(`refusalOf() gives ${status} when there is ${what}`, () => {
    assertEquals(refusalOf({ method, headers })?.status, status);
  });
}

Deno.test("refusalOf() reads a Request's headers as those of node:http", () => {
  assertEquals(refusalOf(new Request("http://localhost/", { headers: GOOD })), undefined);
  assertEquals(refusalOf(new Request("http://localhost/"))?.status, 426);
});

Deno.test("refusalOf() tells what to send when it asks for an upgrade, a method or a version", () => {
  const plain = refusalOf({ method: "GET", headers: {} });
  assertEquals(plain?.headers, {
    "content-type": "text/plain",
    upgrade: "websocket",
    connection: "Upgrade",
  });
  assertEquals(refusalOf({ method: "PUT", headers: GOOD })?.headers.allow, "GET");
  const old = refusalOf({ method: "GET", headers: { ...GOOD, "sec-websocket-version": "8" } });
  assertEquals(old?.headers["sec-websocket-version"], "13");
});

for (
  const [what, headers, status] of [
    ["is one", {}, undefined],
    ["names more than the upgrade", { connection: "keep-alive, upgrade" }, undefined],
    ["has an empty body", { "content-length": "0" }, undefined],
    ["has no connection header", { connection: undefined }, 400],
    ["keeps the connection alive alone", { connection: "keep-alive" }, 400],
    ["names something that only begins so", { connection: "upgrade-insecure" }, 400],
    ["has a body", { "content-length": "5" }, 400],
    ["has a body in chunks", { "transfer-encoding": "chunked" }, 400],
  ] as [string, Record<string, string | undefined>, number | undefined][]
) {
  Deno.test(`refusedForm() gives ${status} when the upgrade ${what}`, () => {
    assertEquals(refusedForm({ headers: { ...GOOD, ...headers } })?.status, status);
  });
}

Deno.test("responseOf() has status, headers and a line of text", async () => {
  const response = responseOf(refusal(503, "This server is closing", { "retry-after": "5" }));
  assertEquals(response.status, 503);
  assertEquals(response.headers.get("content-type"), "text/plain");
  assertEquals(response.headers.get("retry-after"), "5");
  assertEquals(await response.text(), "This server is closing\n");
});
