import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  EncodeError,
  Group,
  type GroupEvent,
  type GroupOptions,
  PortCommunicator,
  StateError,
  structured,
} from "../../mod.ts";
import { joinersOf } from "../../src/rpc/communicator.ts";
import { accepted, type Acceptor, closeAll, type Upgraded, upgraded } from "../helpers/ends.ts";
import { FEATURES, offerOf } from "../helpers/handshake.ts";
import { LocalEnd } from "../helpers/local_end.ts";
import { microtasks, turn, until } from "../helpers/waiting.ts";

Deno.test.afterEach(closeAll);

interface Guest {
  hear(value: unknown): void;
  add(x: number, y: number): number;
}
type Event = GroupEvent<unknown>;

const LINKED = offerOf({ features: [...FEATURES] });
const STRUCTURED = offerOf({ features: [...FEATURES], values: ["structured", "json"] });
const HEARD = '[0,0,"hear",["x"],[],null,1]';
const PLAIN = '{"uid":0,"listener":"hear","parameters":[{"type":"string","value":"x"}]}';

/** An open group on this process, and its events. */
async function open(
  options: GroupOptions<unknown> = {},
): Promise<Group<Guest, unknown> & { events: Event[] }> {
  const events: Event[] = [];
  const group = new Group<Guest, unknown>("room", {
    onEvent: (event) => void events.push(event),
    ...options,
  });
  await group.open();
  return Object.assign(group, { events });
}

function linked(options: Parameters<typeof accepted>[0] = {}): Promise<Upgraded> {
  return accepted({ heartbeat: Infinity, ...options }, { header: LINKED });
}

Deno.test("a broadcast is a quiet call of the uid 0, for linked and plain members", async () => {
  await using group = await open();
  const ends = [await linked(), await accepted({ heartbeat: Infinity })];
  for (const { acceptor } of ends) group.add(acceptor);
  await group.getDriver().hear("x");
  await until(() => ends.every(({ socket }) => socket.sent.length > 0), "it was sent");
  assertEquals(ends.map(({ socket }) => socket.sent), [[HEARD], [PLAIN]]);
  // what members return is ignored
  ends[1]!.socket.receives({ uid: 0, success: true, value: 1 });
  ends[1]!.socket.receives({ uid: 0, success: false, value: { name: "Error", message: "" } });
  await turn();
  assertEquals(group.size, 2);
  assertEquals(group.events.filter(({ type }) => type !== "join"), []);
});

Deno.test("a broadcast is encoded once for each agreement, and not once for each member", async () => {
  await using group = await open();
  const ends: Upgraded[] = [];
  for (let i = 0; i < 20; i++) {
    ends.push(await linked(), await accepted({ heartbeat: Infinity }));
    ends.push(await accepted({ heartbeat: Infinity, use: [structured] }, { header: STRUCTURED }));
  }
  for (const { acceptor } of ends) group.add(acceptor);
  let encoded = 0;
  const value = {
    toJSON() {
      encoded++;
      return { text: "x" };
    },
  };
  await group.getDriver().hear(value);
  await until(() => ends.every(({ socket }) => socket.sent.length > 0), "it was sent");
  assertEquals(encoded, 3); // for JSON over linked messages, for plain ones, and for structured
  assertEquals(new Set(ends.map(({ socket }) => socket.sent.join())).size, 2);
});

Deno.test("a broadcast that is checked isn't encoded again for members that get JSON", async () => {
  await using group = await open();
  const ends: Upgraded[] = [];
  for (let i = 0; i < 100; i++) ends.push(await linked());
  for (const { acceptor } of ends) group.add(acceptor);
  const { stringify } = JSON;
  const encoded: string[] = [];
  JSON.stringify = ((...args: Parameters<typeof stringify>) => {
    const text = stringify(...args);
    if (text?.includes("a message") === true) encoded.push(text);
    return text;
  }) as typeof stringify;
  try {
    await group.getDriver().hear({ text: "a message" });
    await turn();
  } finally {
    JSON.stringify = stringify;
  }
  const parameters = '[{"text":"a message"}]';
  assertEquals(encoded, [parameters]);
  const frame = `[0,0,"hear",${parameters},[],null,1]`;
  for (const { socket } of ends) assertEquals(socket.sent, [frame]);
});

Deno.test("parameters that JSON alone can't tell are encoded for each kind of connection", async () => {
  await using group = await open();
  const json = await linked();
  const rich = await accepted({ heartbeat: Infinity, use: [structured] }, { header: STRUCTURED });
  for (const { acceptor } of [json, rich]) group.add(acceptor);
  await group.getDriver<"structured">().hear(undefined);
  await group.getDriver<"structured">().hear(new Date(0));
  await turn();
  assertEquals(json.socket.sent, [
    '[[0,0,"hear",[null],[0],null,1],[0,0,"hear",["1970-01-01T00:00:00.000Z"],[],null,1]]',
  ]);
  assertEquals(rich.socket.sent, [
    '[[0,0,"hear",[null],[0,[[0],"u"]],null,1],[0,0,"hear",[0],[0,[[0],"d"]],null,1]]',
  ]);
});

Deno.test("bytes of a broadcast follow it, for members with structured", async () => {
  await using group = await open();
  const { socket, acceptor } = await accepted({ heartbeat: Infinity, use: [structured] }, {
    header: STRUCTURED,
  });
  group.add(acceptor);
  await group.getDriver<"structured">().hear(new Uint8Array([1, 2]));
  await turn();
  assertEquals(socket.frames.slice(-2), [
    '[0,0,"hear",[null],[1,[[0],"b","Uint8Array",0]],null,1]',
    new Uint8Array([1, 2]),
  ]);
});

Deno.test("listeners of send are told of broadcasts, and can change them for one member", async () => {
  await using group = await open();
  const [one, other] = [await linked(), await linked()];
  const told: unknown[] = [];
  one.acceptor.on("send", ({ function: call }) => {
    told.push([call.uid, call.listener, call.parameters[0]?.value]);
    call.parameters[0]!.value = "y";
  });
  for (const { acceptor } of [one, other]) group.add(acceptor);
  await group.getDriver().hear("x");
  await turn();
  assertEquals(told, [[0, "hear", "x"]]);
  assertEquals([one.socket.sent, other.socket.sent], [[HEARD.replace("x", "y")], [HEARD]]);
});

Deno.test("a broadcast reaches custom communicators and ports", async () => {
  await using group = await open();
  const custom = new LocalEnd<null, Guest>(null);
  group.add(custom);
  const { port1, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  await using _client = new PortCommunicator<Guest, null>(port1, {
    hear: (x) => void heard.push(x),
    add: (x, y) => x + y,
  });
  await using server = new PortCommunicator<null, Guest>(port2, null);
  group.add(server);
  const date = new Date(0);
  await group.getDriver<"structured">().hear(date);
  await group.getDriver().hear("x");
  await until(() => heard.length === 2, "the port has heard");
  assertEquals(heard, [date, "x"]);
  assertEquals(
    custom.sent.map((call) => "listener" in call && [call.uid, call.parameters[0]?.value]),
    [[0, date.toJSON()], [0, "x"]],
  );
  assertEquals(await server.getDriver().add(1, 2), 3);
  await custom.ends();
  await microtasks();
  assertEquals(group.size, 1);
});

Deno.test("functions and streams in a broadcast are an EncodeError, and nobody gets it", async () => {
  await using group = await open();
  const { socket, acceptor } = await linked();
  group.add(acceptor);
  const bad = [() => {}, { deep: [() => {}] }, new ReadableStream(), (async function* () {})()];
  for (const value of bad) {
    const error = await assertRejects(() => group.getDriver().hear(value), EncodeError);
    assertEquals(error.method, "hear");
    await assertRejects(async () => {
      for await (const _ of group.ask().hear(value));
    }, EncodeError);
  }
  await turn();
  assertEquals(socket.sent, []);
});

Deno.test("a member whose connection can't carry a value is told to onEvent, and others get it", async () => {
  await using group = await open();
  const json = await linked();
  const careful = await linked({ use: [structured] }); // refuses what JSON would lose
  const shallow = await accepted({ heartbeat: Infinity }, {
    header: JSON.stringify({ header: null, link: { ...JSON.parse(LINKED).link, depth: 6 } }),
  });
  const rich = await accepted({ heartbeat: Infinity, use: [structured] }, { header: STRUCTURED });
  const members = [json, careful, shallow, rich].map(({ acceptor }) => group.add(acceptor));
  await group.getDriver<"structured">().hear(10n);
  await group.getDriver().hear([[[[[[1]]]]]]);
  await turn();
  const errors = group.events.flatMap((event) => event.type === "error" ? [event] : []);
  assertEquals(errors.map(({ member, method }) => [members.indexOf(member!), method]), [
    [0, "hear"],
    [1, "hear"],
    [2, "hear"],
    [2, "hear"],
  ]);
  for (const { error } of errors) assertInstanceOf(error, EncodeError);
  assertEquals([json, careful, shallow, rich].map(({ socket }) => socket.sent.length), [
    1,
    1,
    0,
    1,
  ]);
  assertEquals(shallow.socket.closes, []);
});

/** Makes a socket look as if its peer didn't read. */
async function stuffed(): Promise<Upgraded> {
  const end = await linked({ limits: { sendBytes: 1_000, stallTimeout: 60_000 } });
  end.socket.bufferedAmount = 2_000;
  return end;
}

Deno.test("slow members get broadcasts later, and hold nobody up, when they are waited for", async () => {
  await using group = await open();
  const [slow, quick] = [await stuffed(), await linked()];
  for (const { acceptor } of [slow, quick]) group.add(acceptor);
  for (let i = 0; i < 3; i++) await group.getDriver().hear("x");
  await turn();
  assertEquals(quick.socket.sent.join(), `[${HEARD},${HEARD},${HEARD}]`);
  assertEquals(slow.socket.sent, []);
  slow.socket.bufferedAmount = 0;
  await until(() => slow.socket.sent.length > 0, "it has room");
  assertEquals(slow.socket.sent.join().split('"hear"').length - 1, 3);
  assertEquals([group.dropped, group.size], [0, 2]);
});

Deno.test("slow members miss broadcasts, which are counted, when these are dropped", async () => {
  await using group = await open({ slow: "drop" });
  const [slow, quick] = [await stuffed(), await linked()];
  const [member] = [slow, quick].map(({ acceptor }) => group.add(acceptor));
  for (let i = 0; i < 3; i++) await group.getDriver().hear("x");
  assertEquals(group.dropped, 3);
  const drops = group.events.filter(({ type }) => type === "drop");
  assertEquals(drops, Array(3).fill({ type: "drop", member, method: "hear" }));
  slow.socket.bufferedAmount = 0;
  await until(() => {
    void group.getDriver().hear("x");
    return slow.socket.sent.length > 0;
  }, "it has room");
  assertEquals([slow.socket.sent[0], group.size], [HEARD, 2]);
});

Deno.test("slow members are closed with 1013, when the group says so", async () => {
  await using group = await open({ slow: "close" });
  const [slow, quick] = [await stuffed(), await linked()];
  for (const { acceptor } of [slow, quick]) group.add(acceptor);
  await group.getDriver().hear("x");
  await turn();
  assertEquals(slow.socket.closes, [[1013, "The receiver is too slow"]]);
  assertEquals([quick.socket.sent, quick.socket.closes, group.dropped], [[HEARD], [], 1]);
  slow.socket.closed(1013, "");
  await turn();
  assertEquals(group.size, 1);
});

Deno.test("a member is closed with 1013 when a broadcast has waited for longer than stallTimeout", async () => {
  await using group = await open();
  const { socket, acceptor } = await linked({ limits: { sendBytes: 1_000, stallTimeout: 50 } });
  group.add(acceptor);
  let length = 1_000_000;
  Object.defineProperty(socket, "bufferedAmount", { get: () => length-- }); // reads a byte at a time
  await until(() => {
    void group.getDriver().hear("x");
    return socket.closes.length > 0;
  }, "it is closed");
  assertEquals(socket.closes, [[1013, "The receiver stopped reading"]]);
});

Deno.test("everything rejects with a StateError before open() and after close(), but size and local", async () => {
  const group = new Group<Guest>("room");
  const { acceptor, socket } = await linked();
  const check = async (what: string) => {
    assertThrows(() => group.add(acceptor), StateError, what);
    assertThrows(() => group.remove(acceptor), StateError, what);
    await assertRejects(() => group.getDriver().hear("x"), StateError, what);
    await assertRejects(() => group.member("id").getDriver().add(1, 2), StateError, what);
    await assertRejects(() => group.members(), StateError, what);
    await assertRejects(
      async () => {
        for await (const _ of group.ask().add(1, 2));
      },
      StateError,
      what,
    );
    assertEquals([group.size, [...group.local]], [0, []]);
  };
  await check("the group isn't open. Call open() first.");
  await group.open();
  await assertRejects(
    () => group.open(),
    StateError,
    "Cannot open the group: the group is already open",
  );
  group.add(acceptor);
  const answers = group.ask().add(1, 2);
  await group.close();
  await group.close();
  await check("the group isn't open. Call open() first.");
  await assertRejects(async () => {
    for await (const _ of answers);
  }, StateError);
  assertEquals(socket.closes, []);
  await group.open();
  assertEquals(group.add(acceptor).info, undefined);
  await group.close();
});

Deno.test("add() takes open connections and JSON alone", async () => {
  await using group = await open();
  const { acceptor } = await upgraded({ heartbeat: Infinity });
  const early = assertThrows(() => group.add(acceptor), StateError, "the connection isn't open");
  assertEquals((early.cause as Error).name, "NotSentError");
  for (const value of [null, undefined, {}, "acceptor"]) {
    assertThrows(() => group.add(value as never), TypeError, "expected a connector or an acceptor");
  }
  const { acceptor: good } = await linked();
  const circular: { self?: unknown } = {};
  circular.self = circular;
  for (const info of [circular, 10n, () => {}, "x".repeat(10_000_000)]) {
    assertThrows(() => group.add(good, info), EncodeError, 'Cannot encode "info');
  }
  assertEquals(group.size, 0);
  const info = { at: new Date(0) };
  assertEquals(group.add(good, info).info, { at: "1970-01-01T00:00:00.000Z" });
});

Deno.test("members have ids that can't be guessed, and leave when their connection is over", async () => {
  await using group = await open();
  const ends: Upgraded[] = [];
  for (let i = 0; i < 300; i++) ends.push(await linked());
  const ids = new Set(ends.map(({ acceptor }) => group.add(acceptor).id));
  assertEquals(ids.size, 300);
  for (const id of ids) assert(/^[0-9a-f-]{36}$/.test(id), id);
  assertEquals([...group.local], ends.map(({ acceptor }) => acceptor as Acceptor));
  ends[0]!.socket.closed(1006, "");
  await microtasks();
  assertEquals([group.size, (await group.members()).length], [299, 299]);
  assertEquals(group.events.at(-1)?.type, "leave");
});

Deno.test("a connection can be in many groups, and joins and leaves them often", async () => {
  const groups = await Promise.all(Array.from({ length: 5 }, () => open()));
  const { acceptor, socket } = await linked();
  for (let i = 0; i < 100; i++) {
    for (const group of groups) group.add(acceptor);
    for (const group of groups.slice(i % 5)) assertEquals(group.remove(acceptor), true);
    assertEquals(groups.map(({ size }) => size), groups.map((_, at) => at < i % 5 ? 1 : 0));
  }
  for (const group of groups) group.add(acceptor);
  const last = groups.pop()!;
  await last.close();
  socket.closed(1000, "");
  await microtasks();
  assertEquals(groups.map(({ size }) => size), [0, 0, 0, 0]);
  for (const group of groups) await group.close();
});

Deno.test("a connection keeps nothing of the groups that it has left", async () => {
  await using one = await open();
  const other = await open();
  const { acceptor } = await linked();
  for (let i = 0; i < 1_000; i++) {
    one.add(acceptor);
    other.add(acceptor);
    one.remove(acceptor);
    other.remove(acceptor);
  }
  other.add(acceptor);
  assertEquals(joinersOf(acceptor).size, 1);
  await other.close();
  assertEquals(joinersOf(acceptor).size, 0);
});

Deno.test("a member that is removed while its connection ends leaves once", async () => {
  await using group = await open();
  const { acceptor, socket } = await linked();
  group.add(acceptor);
  socket.closed(1000, "");
  assertEquals(group.remove(acceptor), true);
  await turn();
  assertEquals(group.events.map(({ type }) => type), ["join", "leave"]);
  assertEquals(group.size, 0);
});

Deno.test("Group names the option when it doesn't exist or is invalid", async () => {
  const make = (options: unknown, name: unknown = "room") => () =>
    new Group(name as string, options as GroupOptions);
  assertThrows(make({}, 7), TypeError, "Cannot create the group: the name must be a string");
  assertThrows(make(null), TypeError, "the options must be an object");
  assertThrows(make({ slo: "drop" }), TypeError, 'there is no option "slo". Did you mean "slow"?');
  assertThrows(make({ slow: "dorp" }), TypeError, 'there is no "dorp". Did you mean "drop"?');
  assertThrows(make({ timeout: 0 }), RangeError, '"timeout" must be a number of ms above 0');
  assertThrows(make({ onEvent: 1 }), TypeError, '"onEvent" must be a function');
  assertThrows(make({ bus: {} }), TypeError, '"bus" must have the functions');
  const bus = { publish() {}, subscribe() {}, maxBytes: 10 };
  assertThrows(make({ bus }), TypeError, '"maxBytes" of the bus must be 1,024 or more');
  await using group = await open();
  const of = group as unknown as Record<string, (options: unknown) => unknown>;
  assertThrows(() => of.getDriver!({ exept: [] }), TypeError, 'Did you mean "except"?');
  assertThrows(
    () => of.getDriver!({ except: ["id"] }),
    TypeError,
    '"except" must be a list of members',
  );
  assertThrows(() => of.getDriver!({ only: "id" }), TypeError, '"only" must be a list of ids');
  assertThrows(() => of.getDriver!({ local: 1 }), TypeError, '"local" must be true or false');
  assertThrows(() => of.ask!({ timeout: -1 }), RangeError, '"timeout" must be');
  assertThrows(() => of.ask!({ signal: {} }), TypeError, '"signal" must be an AbortSignal');
  assertThrows(
    () => group.member("id").getDriver({ timeuot: 1 } as never),
    TypeError,
    '"timeout"?',
  );
});

Deno.test("ask() stops with the reason of its signal", async () => {
  await using group = await open();
  const { acceptor, socket } = await linked();
  group.add(acceptor);
  const control = new AbortController();
  const answers = group.ask({ signal: control.signal }).add(1, 2);
  const reason = new Error("enough");
  const loop = assertRejects(async () => {
    for await (const _ of answers);
  });
  await turn();
  control.abort(reason);
  assertStrictEquals(await loop, reason);
  await turn();
  assertEquals(socket.sent.at(-1), "[3,1]");
  const late = group.ask({ signal: control.signal }).add(1, 2);
  assertStrictEquals(
    await assertRejects(async () => {
      for await (const _ of late);
    }),
    reason,
  );
});

Deno.test("onEvent may throw or reject without effect", async () => {
  const group = new Group<Guest>("room", {
    onEvent({ type }) {
      if (type === "join") throw new Error("join");
      return Promise.reject(new Error("leave")) as never;
    },
  });
  await group.open();
  const { acceptor } = await linked();
  group.add(acceptor);
  group.remove(acceptor);
  await turn();
  await group.close();
});
