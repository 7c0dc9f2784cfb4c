import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  EncodeError,
  type Feature,
  RemoteError,
  structured,
  WebSocketConnector,
} from "../../mod.ts";
import { connectedTo, opened } from "../helpers/servers.ts";

/** An object with as many objects in it. */
function nested(levels: number): object {
  let value: object = {};
  for (let i = 1; i < levels; i++) value = { in: value };
  return value;
}

/** As many levels as a text has. */
function levelsOf(value: unknown): number {
  return JSON.stringify(value).split("{").length - 1;
}

const provider = {
  levels: levelsOf,
  nested,
  thrown(levels: number): never {
    throw Object.assign(new Error("failed"), { more: nested(levels) });
  },
};

const WIRES: readonly [string, "linked" | "plain", readonly Feature[]][] = [
  ["linked", "linked", []],
  ["plain", "plain", []],
  ["structured", "linked", [structured]],
];

for (const [name, wire, use] of WIRES) {
  Deno.test(`a parameter nested too deeply fails at its own call, ${name}`, async () => {
    await using server = await opened((acceptor) => acceptor.accept(provider), { use });
    await using connector = await connectedTo(server, { wire, use });
    const driver = connector.getDriver();
    const others = [driver.levels!(nested(900)), driver.levels!(nested(990))];
    for (const levels of [1_000, 1_500, 5_000]) {
      const error = await driver.levels!(7, nested(levels)).catch((error: unknown) => error);
      assertInstanceOf(error, EncodeError);
      assert(
        error.message.startsWith('Cannot call "levels": cannot encode "parameters[1].in.in.in'),
        error.message,
      );
      assert(error.message.includes("too deep"), error.message);
    }
    assertEquals(await Promise.all(others), [900, 990]);
    assertEquals(await driver.levels!(nested(3)), 3);
  });

  Deno.test(`a result nested too deeply fails at its own call, ${name}`, async () => {
    const errors: unknown[] = [];
    const onEvent = (event: { readonly type: string }): void => void errors.push(event);
    await using server = await opened((acceptor) => acceptor.accept(provider), { use, onEvent });
    await using connector = await connectedTo(server, { wire, use });
    const driver = connector.getDriver();
    const other = driver.nested!(900);
    for (const levels of [1_000, 5_000]) {
      const error = await driver.nested!(levels).catch((error: unknown) => error);
      assertInstanceOf(error, RemoteError);
      assertEquals(error.name, "EncodeError");
      assert(error.message.startsWith('Cannot encode "result.in.in.in'), error.message);
    }
    assertEquals(levelsOf(await other), 900);
    const error = await driver.thrown!(1_000).catch((error: unknown) => error);
    assertInstanceOf(error, Error);
    assertEquals([error.name, error.message], ["Error", "failed"]);
    assertEquals(levelsOf(await driver.nested!(3)), 3);
  });
}

Deno.test("a value is as deep as the other end takes, whatever its own limit is", async () => {
  const deep = { limits: { depth: 3_000 } }, shallow = { limits: { depth: 20 } };
  for (const [there, here, levels] of [[deep, shallow, 2_900], [shallow, deep, 16]] as const) {
    await using server = await opened((acceptor) => acceptor.accept(provider), there);
    await using connector = await connectedTo(server, here);
    const driver = connector.getDriver();
    assertEquals(await driver.levels!(nested(levels)), levels);
    const tooDeep = await driver.levels!(nested(levels + 500)).catch((error: unknown) => error);
    assertInstanceOf(tooDeep, EncodeError);
    assertEquals(await driver.levels!(nested(levels)), levels);
  }
});

Deno.test("the path names what is too deep when a toJSON() made it, or it is shared", async () => {
  const options = { limits: { depth: 30 } };
  await using server = await opened((acceptor) => acceptor.accept(provider), options);
  await using connector = await connectedTo(server);
  const driver = connector.getDriver();
  const shared = nested(20);
  for (
    const [value, path] of [
      [{ a: { toJSON: () => nested(60) } }, "parameters[0].a"],
      [{ a: shared, b: { b: { b: { b: { b: { b: { b: { b: { b: shared } } } } } } } } }, "b.in"],
    ] as const
  ) {
    const error = await driver.levels!(value).catch((error: unknown) => error);
    assertInstanceOf(error, EncodeError);
    assert(error.message.includes(path), error.message);
  }
});

Deno.test("connect() fails when its header is nested too deeply, and dials nobody", async () => {
  const connector = new WebSocketConnector(nested(1_000), null);
  let dialled = 0;
  const socket = (): never => {
    dialled++;
    throw new Error("dialled");
  };
  const error = await connector.connect("ws://host/", { socket }).catch((error) => error);
  assertInstanceOf(error, EncodeError);
  assert(error.message.startsWith('Cannot encode "header.in.in'), error.message);
  assertEquals(dialled, 0);
});
