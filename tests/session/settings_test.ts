import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type ConnectionOptions,
  structured,
  WebSocketAcceptor,
  WebSocketConnector,
  WebSocketServer,
} from "../../mod.ts";
import { DEFAULT_LIMITS } from "../../src/limits.ts";
import { settingsOf } from "../../src/session/settings.ts";
import { scripted } from "../helpers/ends.ts";
import { HERE } from "../helpers/servers.ts";

Deno.test("settingsOf() gives the defaults of the end when nothing is chosen", () => {
  const defaults = { limits: DEFAULT_LIMITS, heartbeat: 25_000, exposeErrors: false, use: [] };
  assertEquals(settingsOf({}, 25_000), defaults);
  const none = { limits: undefined, heartbeat: undefined, exposeErrors: undefined, use: undefined };
  assertEquals(settingsOf(none, 25_000), defaults);
});

Deno.test("settingsOf() gives what was chosen", () => {
  const other = { name: "other", begin: () => undefined };
  const list = [structured, other];
  const options = { limits: { depth: 5 }, heartbeat: 50, exposeErrors: true, use: list };
  const { use, ...settings } = settingsOf(options, 25_000);
  assertEquals(use.length, 2);
  list.forEach((feature, at) => assertStrictEquals(use[at], feature));
  const limits = { ...DEFAULT_LIMITS, depth: 5 };
  assertEquals(settings, { limits, heartbeat: 50, exposeErrors: true });
  assertEquals(settingsOf({ heartbeat: Infinity }, 25_000).heartbeat, Infinity);
  assertEquals(settingsOf({ use: [] }, 25_000).use, []);
});

Deno.test("settingsOf() exposes errors when it is told to by true alone", () => {
  for (const exposeErrors of [false, 1, "yes", {}, null] as never[]) {
    assertEquals(settingsOf({ exposeErrors }, 1).exposeErrors, false);
  }
});

for (const heartbeat of [0, -1, NaN, "5", false]) {
  Deno.test(`settingsOf() throws when the heartbeat is ${heartbeat}`, () => {
    const options = { heartbeat } as { heartbeat: number };
    const error = assertThrows(() => settingsOf(options, 25_000), RangeError);
    assertEquals(error.message, "Cannot set the heartbeat: expected a number of ms above 0");
  });
}

Deno.test("settingsOf() throws when a limit is no number", () => {
  assertThrows(() => settingsOf({ limits: { depth: NaN } }, 25_000), RangeError);
});

for (const options of [null, undefined, 7, "structured", true]) {
  Deno.test(`settingsOf() throws a TypeError when the options are ${options}`, () => {
    const error = assertThrows(() => settingsOf(options as never, 25_000), TypeError);
    assertEquals(error.message, "Cannot use the options: expected an object");
  });
}

const NO_LIST = 'Cannot set "use": expected a list of features, as in { use: [structured] }';

for (
  const [what, use] of [
    ["a feature without a list", structured],
    ["null", null],
    ["a name", "structured"],
    ["a list of names", ["structured"]],
    ["a list with a null", [structured, null]],
    ["a list with a gap", [structured, undefined]],
    ["a list with an object that is no feature", [{ name: "structured" }]],
    ["a Set", new Set([structured])],
    ["something like a list", { 0: structured, length: 1 }],
  ] as [string, never][]
) {
  Deno.test(`settingsOf() throws a TypeError that names "use" when it is ${what}`, () => {
    const error = assertThrows(() => settingsOf({ use }, 25_000), TypeError);
    assertEquals(error.message, NO_LIST);
  });
}

const NO_VALUES = 'Cannot set "values": set "use", as in { use: [structured] }';

for (
  const [what, values] of [["a feature", structured], ["undefined", undefined], ["a name", "s"]]
) {
  Deno.test(`settingsOf() throws a TypeError that names "use" when "values" is ${what}`, () => {
    const options = { values, use: [structured] } as ConnectionOptions;
    const error = assertThrows(() => settingsOf(options, 25_000), TypeError);
    assertEquals(error.message, NO_VALUES);
  });
}

for (
  const [options, message] of [
    [{ values: structured }, NO_VALUES],
    [{ use: structured }, NO_LIST],
  ] as [object, string][]
) {
  const [name] = Object.keys(options);
  Deno.test(`connect(), open() and upgrade() take no "${name}" that settingsOf() refuses`, async () => {
    const failed = async (act: () => unknown): Promise<unknown> => {
      try {
        await act();
      } catch (error) {
        return [(error as Error).constructor, (error as Error).message];
      }
    };
    const connector = new WebSocketConnector(null, null);
    let dialled = 0;
    const socket = () => (dialled++, scripted({}));
    const server = new WebSocketServer();
    const upgrade = () =>
      WebSocketAcceptor.upgrade({ url: "/", headers: {} }, scripted({}), () => {}, options);
    const expected = [TypeError, message];
    assertEquals(
      await failed(() => connector.connect("ws://host", { ...options, socket })),
      expected,
    );
    assertEquals(await failed(() => server.open({ ...HERE, ...options }, () => {})), expected);
    assertEquals(await failed(upgrade), expected);
    const { NONE } = WebSocketConnector.State;
    assertEquals([dialled, connector.state, server.state], [0, NONE, NONE]);
  });
}
