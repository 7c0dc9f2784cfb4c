import { assert, assertEquals, assertMatch } from "@std/assert";
import { callbacks, reconnection, streams, structured } from "../../mod.ts";
import { connectedTo, opened, type Server, urlOf } from "../helpers/servers.ts";
import { gate } from "../helpers/waiting.ts";
import {
  call,
  CLOSED,
  FEATURES,
  hostProvider,
  marked,
  messagesIn,
  PROBE,
  refusals,
} from "./hostile_frames.ts";

function serving(): Promise<Server> {
  const use = [structured, callbacks, streams, reconnection({ window: 2_000 })];
  return opened((acceptor) => acceptor.accept(hostProvider()), { use });
}

/** What the server made of it. */
interface Outcome {
  /** The close code; `undefined` where it went on. */
  readonly code: number | undefined;
  readonly answer: { readonly link: { readonly session: unknown } };
  /** Its messages, in order. */
  readonly messages: readonly unknown[][];
}

/** Sends these frames by hand, and waits for the close or for the return of a call behind them. */
async function attack(
  server: Server,
  frames: readonly string[],
  fields: object = {},
): Promise<Outcome> {
  const socket = new WebSocket(urlOf(server));
  const got: unknown[] = [];
  const accepted = gate();
  const over = gate<number | undefined>();
  socket.onmessage = ({ data }) => {
    got.push(JSON.parse(data));
    accepted.open();
    if (messagesIn(got).some(([kind, uid]) => kind === 1 && uid === PROBE)) over.open(undefined);
  };
  const closed = gate();
  socket.onclose = ({ code }) => {
    accepted.open();
    over.open(code);
    closed.open();
  };
  const link = { version: 1, features: FEATURES, values: ["structured", "json"], ...fields };
  socket.onopen = () => socket.send(JSON.stringify({ header: null, link }));
  await accepted.promise;
  for (const frame of [...frames, call(PROBE, "echo", "[1]")]) socket.send(frame);
  const code = await over.promise;
  socket.close();
  await closed.promise;
  return { code, answer: got[0] as Outcome["answer"], messages: messagesIn(got) };
}

for (const [what, code, frames] of CLOSED) {
  Deno.test(`a server closes with ${code} when it gets ${what}, and others go on`, async () => {
    await using server = await serving();
    await using good = await connectedTo(server, {
      use: [structured, callbacks, streams, reconnection()],
    });
    const { f } = await good.getDriver().object!();
    assertEquals((await attack(server, frames)).code, code);
    assertEquals([await good.getDriver().echo!(5), await f()], [5, 1]);
  });
}

Deno.test("a server goes on when it gets credit for, or a cancel of, an unknown stream", async () => {
  await using server = await serving();
  const { code } = await attack(server, ["[10,77,1,1]", "[11,77]", "[10,77,0,0]"]);
  assertEquals(code, undefined);
});

Deno.test("a server refuses a call whose stream has an id that is in use, or none", async () => {
  await using server = await serving();
  const outcome = await attack(server, [
    marked(1, "keep", '"a",5'),
    marked(2, "keep", '"a",5'),
    marked(3, "keep", '"a",0'),
    marked(4, "keep", '"a",-1'),
    marked(5, "keep", '"w","x"'),
  ]);
  assertEquals(outcome.code, undefined);
  assertEquals(refusals(outcome.messages), [undefined, ...Array(4).fill("RefusedError")]);
  assertEquals(outcome.messages.filter(([kind]) => kind === 11), []);
});

Deno.test("a server refuses what is no member of a reference's own", async () => {
  await using server = await serving();
  const paths = [
    ".1.f",
    ".1.constructor",
    ".1.__proto__.f",
    ".1",
    ".99",
    ".",
    ".1.",
    "..1",
    ".1e0",
  ];
  const outcome = await attack(server, [
    call(1, "object"),
    ...paths.map((path, at) => call(at + 2, path)),
  ]);
  assertEquals(outcome.code, undefined);
  assertEquals(refusals(outcome.messages), [
    undefined,
    undefined,
    "RefusedError",
    "RefusedError",
    "RefusedError",
    ...Array(5).fill("RefusedError"),
  ]);
});

Deno.test("a server refuses a reference that is not valid", async () => {
  await using server = await serving();
  const marks = ['"k",4', '"k","x"', '"c",0', '"c",1.5', '"c"', '"c",null', '"x",1'];
  const frames = marks.map((mark, at) => marked(at + 1, "echo", mark));
  const outcome = await attack(server, frames);
  assertEquals(outcome.code, undefined);
  assertEquals(refusals(outcome.messages), Array(marks.length).fill("RefusedError"));
});

Deno.test("a server can't be made to call a function of another connection", async () => {
  await using server = await serving();
  await using good = await connectedTo(server, { use: [structured, callbacks] });
  const { f } = await good.getDriver().object!();
  const outcome = await attack(server, [call(1, ".1.f"), "[7,1,1]"]);
  assertEquals([outcome.code, refusals(outcome.messages)], [1002, ["RefusedError"]]);
  assertEquals(await f(), 1);
});

Deno.test("a server can't be made to call members of a stream", async () => {
  await using server = await serving();
  const outcome = await attack(server, [call(1, "rows"), call(2, ".1"), call(3, ".1.next")]);
  assertEquals(outcome.code, undefined);
  assertEquals(refusals(outcome.messages), [undefined, "RefusedError", "RefusedError"]);
});

Deno.test("a server ends a stream, and nothing else, when an item can't be made", async () => {
  await using server = await serving();
  const outcome = await attack(server, [
    marked(1, "sum", '"a",1'),
    `[64]`,
    `[[8,1,4,null,[0,[[],"k",77]]]]`,
  ]);
  assertEquals(outcome.code, undefined);
  assertEquals(outcome.messages.filter(([kind]) => kind === 11), [[11, 1]]);
});

Deno.test("a server begins a fresh session when the id of a comeback is stolen or broken", async () => {
  await using server = await serving();
  const ids = new Set<unknown>();
  for (const session of [["x", 0], ["1-2", 1e9], [{}, null], ["__proto__", 0], [], "x", 5, null]) {
    const { code, answer } = await attack(server, [], { session });
    assertEquals(code, undefined);
    assertMatch(String(answer.link.session), /^[\w-]{24}$/);
    ids.add(answer.link.session);
  }
  assertEquals(ids.size, 8);
});

Deno.test("a server begins a fresh session when the count of a comeback is forged", async () => {
  await using server = await serving();
  await using good = await connectedTo(server, { use: [structured, reconnection()] });
  assertEquals(await good.getDriver().echo!(1), 1);
  const { answer } = await attack(server, []);
  const id = answer.link.session;
  for (const received of [-1, 1e9, 0.5, "0", null, undefined]) {
    const again = await attack(server, [], { session: [id, received] });
    assert(typeof again.answer.link.session === "string" && again.answer.link.session !== id);
  }
  assertEquals(await good.getDriver().echo!(2), 2);
});
