import { assertEquals, assertThrows } from "@std/assert";
import { checkProtocol, type Protocol, protocolFor } from "../../src/runtimes/protocol.ts";

const raise = (): never => {
  throw new Error("no");
};

for (
  const [what, offered, protocol, agreed] of [
    ["nothing is chosen", "a, b", undefined, undefined],
    ["the client offers the name", "a,  b", "b", "b"],
    ["the client offers others", "a, b", "c", undefined],
    ["the client offers the name in other letters", "B", "b", undefined],
    ["the client offers none", undefined, "b", undefined],
    ["a function picks one", "a, token.x, b", (names) => names[2], "b"],
    ["a function picks none", "a, b", () => undefined, undefined],
    ["a function picks what was not offered", "a", () => "b", undefined],
    ["a function throws", "a", raise, undefined],
    ["a client offers what are no names", "a b, ,é,c", (names) => names.join(), "c"],
  ] as readonly [string, string | undefined, Protocol | undefined, string | undefined][]
) {
  Deno.test(`protocolFor() is ${agreed} when ${what}`, () => {
    const headers = { "sec-websocket-protocol": offered };
    assertEquals(protocolFor({ headers }, protocol), agreed);
  });
}

Deno.test("checkProtocol() throws when it is neither a name nor a function", () => {
  for (const one of ["", "a b", "a,b", 7, null, ["a"], {}]) {
    assertThrows(() => checkProtocol(one), TypeError, 'Cannot use "protocol"');
  }
  for (const one of [undefined, "a", "graphql-ws", () => "a"]) checkProtocol(one);
});
