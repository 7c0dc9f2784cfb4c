import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { type ConnectionEvent, EncodeError, type Feature, structured } from "../../../mod.ts";
import type { EncodedValue, PluggedFeature } from "../../../src/session/feature.ts";
import { microtasks, turn, until } from "../../helpers/waiting.ts";
import { type Frame, messagesIn, paired } from "../../linked/pair.ts";
import { dialling, serving } from "../../linked/raw.ts";

const VALUES = { options: { use: [structured] }, values: "structured" } as const;

/** A call of `note` whose only parameter is bytes, in so many frames. */
function callWithBytes(uid: number, frames = 1): string {
  return `[0,${uid},"note",[null],[${frames},[[0],"b","Uint8Array",0]]]`;
}

function noting() {
  const seen: unknown[] = [];
  return { seen, provider: { note: (value: unknown) => void seen.push(value) } };
}

Deno.test("Connection sends bytes as frames behind their message, between its neighbours", async () => {
  await using ends = await dialling(VALUES);
  const { f } = ends.end.getDriver();
  const calls = Promise.allSettled([f!(1), f!(new Uint8Array([1, 2]), new ArrayBuffer(1)), f!(2)]);
  await microtasks();
  const frames: Frame[] = [
    '[0,1,"f",[1]]',
    '[0,2,"f",[null,null],[2,[[0],"b","Uint8Array",0],[[1],"b","ArrayBuffer",1]]]',
    new Uint8Array([1, 2]),
    new Uint8Array([0]),
    '[0,3,"f",[2]]',
  ];
  assertEquals(ends.socket.sent, frames);
  ends.socket.gets("[[1,1],[1,2],[1,3]]");
  await calls;
});

Deno.test("Connection gives back bytes when they went both ways, in order with other calls", async () => {
  const order: unknown[] = [];
  const there = {
    same: (value: unknown) => {
      order.push(value instanceof Uint8Array ? value.length : value);
      return value;
    },
  };
  await using pair = await paired({ there, use: [structured] });
  const { same } = pair.client.getDriver();
  const large = crypto.getRandomValues(new Uint8Array(65_536));
  const got = await Promise.all([
    same!(1),
    same!(large),
    same!(2),
    same!(new Uint8Array(0)),
    same!(3),
  ]);
  assertEquals(order, [1, 65_536, 2, 0, 3]);
  assertInstanceOf(got[1], Uint8Array);
  assertEquals(got[1], large);
  assertEquals(got[3], new Uint8Array(0));
});

Deno.test("Connection sends a value as it was when its bytes are changed after the call", async () => {
  for (const buffered of [0, 100]) {
    const ends = await dialling({
      ...VALUES,
      options: { use: [structured], limits: { sendBytes: 10 } },
    });
    ends.socket.bufferedAmount = buffered; // at 100 the call waits
    const bytes = new Uint8Array([1, 2, 3]);
    const call = ends.end.getDriver().f!(bytes).catch(() => {});
    bytes.fill(9);
    ends.socket.bufferedAmount = 0;
    await until(() => ends.socket.sent.length === 2, "the call has left");
    assertEquals(ends.socket.sent[1], new Uint8Array([1, 2, 3]), `${buffered} were buffered`);
    await ends[Symbol.asyncDispose]();
    await call;
  }
});

Deno.test("Connection lets no message come between a message and its bytes when it must wait", async () => {
  const { provider } = noting();
  const ends = await serving({
    ...VALUES,
    provider,
    features: ["frames", "batch", "cancel", "deadline", "quiet", "trail"],
    options: { use: [structured], limits: { sendBytes: 10 } },
  });
  const { socket } = ends;
  socket.afterSend = () => socket.bufferedAmount = 100; // full after each frame
  const call = ends.end.getDriver().f!(new Uint8Array(2_000), new Uint8Array(3)).catch(() => {});
  await turn();
  socket.gets('[0,1,"note",[1]]', "[64]", "[64]");
  for (let i = 0; i < 40 && socket.sent.length < 5; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    socket.bufferedAmount = 0;
  }
  const kinds = socket.sent.filter((frame) => frame !== "[65]")
    .map((frame) => typeof frame === "string" ? "text" : frame.length);
  assertEquals(kinds.slice(0, 3), ["text", 2_000, 3]);
  await ends[Symbol.asyncDispose]();
  await call;
});

Deno.test("Connection drops bytes when nobody asked for them, and goes on", async () => {
  const { seen, provider } = noting();
  await using ends = await serving({ ...VALUES, provider });
  ends.socket.gets(new Uint8Array(5), callWithBytes(1), new Uint8Array([7]), new Uint8Array(9));
  ends.socket.gets('[0,2,"note",[null],[0]]', new Uint8Array(1), '[0,3,"note",["after"]]');
  await microtasks();
  assertEquals(seen, [new Uint8Array([7]), null, "after"]);
  assertEquals(ends.socket.closes, []);
});

Deno.test("Connection drops bytes when its end chose no structured values", async () => {
  const { seen, provider } = noting();
  for (const features of [undefined, []]) { // linked, and plain
    await using ends = await serving({ provider, ...features && { features } });
    ends.socket.gets(new Uint8Array(5));
    ends.socket.gets(
      features === undefined
        ? '[0,1,"note",[1]]'
        : '{"uid":1,"listener":"note","parameters":[{"value":1}]}',
    );
    await microtasks();
    assertEquals(ends.socket.closes, []);
  }
  assertEquals(seen, [1, 1]);
});

for (const next of ['[0,2,"note",[1]]', "[[66,1],[3,1]]", "[1,1]", callWithBytes(2)]) {
  Deno.test(`Connection ends with 1002 when bytes are missing before ${next}`, async () => {
    const { seen, provider } = noting();
    await using ends = await serving({ ...VALUES, provider });
    ends.socket.gets(callWithBytes(1), next, new Uint8Array(1), new Uint8Array(1));
    assertEquals([seen, ends.socket.closes], [[], [1002]]);
  });
}

for (const next of ["[64]", "[65]", "[66,1]", "[200,1]", "[[65],[66,0]]"]) {
  Deno.test(`Connection takes bytes behind their message when ${next} is between`, async () => {
    const { seen, provider } = noting();
    await using ends = await serving({ ...VALUES, provider });
    ends.socket.gets(callWithBytes(1), next, new Uint8Array([7]));
    assertEquals([seen, ends.socket.closes], [[new Uint8Array([7])], []]);
  });
}

Deno.test("Connection heaps up no frames when empty ones are sent for a claim without end", async () => {
  const events: ConnectionEvent[] = [];
  const { provider } = noting();
  const options = {
    use: [structured],
    onEvent: (event: ConnectionEvent) => void events.push(event),
  };
  await using ends = await serving({ ...VALUES, provider, options });
  ends.socket.gets('[0,1,"note",[null],[1e400,[[0],"b","Uint8Array",0]]]');
  const empty = new Uint8Array(0);
  for (let i = 0; i < 200_000 && ends.socket.closes.length === 0; i++) ends.socket.gets(empty);
  await microtasks();
  const isBounded = ends.socket.closes.length === 1 || messagesIn(ends.socket.sent).length > 0;
  assert(isBounded, "200,000 frames are kept, and nothing was said");
});

Deno.test("Connection ends with 1009 when the bytes of a message are too many", async () => {
  const { seen, provider } = noting();
  const events: ConnectionEvent[] = [];
  await using ends = await serving({
    ...VALUES,
    provider,
    options: {
      use: [structured],
      limits: { frameBytes: 1_000 },
      onEvent: (event) => void events.push(event),
    },
  });
  ends.socket.gets(
    '[0,1,"note",[[null,null]],[2,[[0,0],"b","Uint8Array",0],[[0,1],"b","Uint8Array",1]]]',
  );
  ends.socket.gets(new Uint8Array(999));
  assertEquals(ends.socket.closes, []);
  ends.socket.gets(new Uint8Array(2));
  assertEquals([seen.length, ends.socket.closes], [0, [1009]]);
  assertEquals(events.filter(({ type }) => type === "limit").length, 1);
});

Deno.test("Connection counts the bytes of calls when they wait to be begun", async () => {
  const { provider } = noting();
  const ends = await serving({
    ...VALUES,
    provider,
    options: { use: [structured], limits: { sendBytes: 10, unservedBytes: 10_000 } },
  });
  ends.socket.bufferedAmount = 100; // its peer does not read
  for (let uid = 1; uid <= 20; uid++) ends.socket.gets(callWithBytes(uid), new Uint8Array(1_000));
  assertEquals(ends.socket.closes, [1013]);
  await ends[Symbol.asyncDispose]();
});

Deno.test("Connection sends no bytes of a message that could not be encoded", async () => {
  await using ends = await dialling(VALUES);
  const { f } = ends.end.getDriver();
  const bytes = new Uint8Array([1]);
  await assertRejects(() => f!([new Uint8Array([9]), Object(7)]), EncodeError);
  const call = f!(bytes).catch((error: Error) => error.name);
  assertEquals(ends.socket.sent, ['[0,2,"f",[null],[1,[[0],"b","Uint8Array",0]]]', bytes]);
  ends.socket.gets([1, 2]);
  assertEquals(await call, undefined);
});

/** An encoding that a test makes: values are JSON, with bytes and marks that it chooses. */
function encodingOf(encode: () => Pick<EncodedValue, "marks" | "bytes">): Feature {
  const feature: PluggedFeature = {
    name: "structured",
    isEncoding: true,
    begin: () => ({
      values: {
        encode: (value) => ({ text: JSON.stringify(value), ...encode() }),
        read: () => false,
        binary() {},
        reset() {},
      },
    }),
  };
  return feature;
}

Deno.test("Connection sends no bytes of a message whose marks could not become text", async () => {
  let isBad = true;
  const encoding = encodingOf(() => {
    const marks = [[[0], "b", isBad ? 7n : "ArrayBuffer", 0]] as unknown as EncodedValue["marks"];
    isBad = false;
    return { marks, bytes: [new Uint8Array([1])] };
  });
  await using ends = await dialling({ options: { use: [encoding] }, values: "structured" });
  const { f } = ends.end.getDriver();
  await assertRejects(() => f!(null), TypeError);
  const call = f!(null).catch((error: Error) => error.name);
  assertEquals(ends.socket.sent, [
    '[0,2,"f",[null],[1,[[0],"b","ArrayBuffer",0]]]',
    new Uint8Array([1]),
  ]);
  ends.socket.gets([1, 2]);
  assertEquals(await call, undefined);
});
