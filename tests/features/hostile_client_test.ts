/** A server that is hostile, and a client that passes functions and streams. */
import { assert, assertEquals } from "@std/assert";
import { callbacks, reconnection, streams, structured, WebSocketConnector } from "../../mod.ts";
import { References } from "../../src/features/callbacks/references.ts";
import { Streaming } from "../../src/features/streams/streaming.ts";
import { type FeatureSession, stateOf } from "../../src/session/feature.ts";
import type { Anything } from "../helpers/ends.ts";
import { connectedTo, opened } from "../helpers/servers.ts";
import { gate, until } from "../helpers/waiting.ts";
import { watched } from "./feature_pair.ts";
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

const use = [structured, callbacks, streams, reconnection({ retry: () => false })];

/** What the client made of it. */
interface Outcome {
  /** The close code; `undefined` if it went on. */
  readonly code: number | undefined;
  /** Its messages, in order. */
  readonly messages: readonly unknown[][];
  /** How the call ended that it had made before. */
  readonly got: unknown;
}

/** Lets a client connect and call `get`, and sends these frames by hand. */
async function attacked(frames: readonly string[]): Promise<Outcome> {
  const got: unknown[] = [];
  const over = gate<number | undefined>();
  const closed = gate();
  const link = { version: 1, features: FEATURES, values: "structured", session: "x".repeat(24) };
  const answer = JSON.stringify({ accept: 1, link });
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => {
      if (got.push(JSON.parse(data)) === 1) return socket.send(answer);
      if (got.length === 2) { // the client's own call
        for (const frame of [...frames, call(PROBE, "echo", "[1]")]) socket.send(frame);
      }
      if (messagesIn(got).some(([kind, uid]) => kind === 1 && uid === PROBE)) over.open(undefined);
    };
    socket.onclose = ({ code }) => {
      over.open(code);
      closed.open();
    };
    return response;
  });
  const sessions: FeatureSession[] = [];
  const client = new WebSocketConnector<null, object, Anything>(null, hostProvider());
  await client.connect(`ws://127.0.0.1:${server.addr.port}`, {
    use: [...use, watched(sessions)],
    onEvent: () => {},
  });
  const own = client.getDriver().get!().then((value) => value, (error) => error);
  const code = await over.promise;
  if (code === undefined) await client.close();
  await closed.promise;
  await until(() => sizeOf(sessions[0]!) === 0, "the client holds nothing");
  return { code, messages: messagesIn(got), got: await own };
}

function sizeOf(session: FeatureSession): number {
  const { lent, borrowed } = stateOf(session, References);
  const { producers, consumers } = stateOf(session, Streaming);
  return lent.size + borrowed.size + producers.size + consumers.size;
}

/** A return of the client's own call, with this mark. */
function returned(mark: string): string {
  return `[1,1,null,[0,[[],${mark}]]]`;
}

const RETURNS: typeof CLOSED = [
  ["an item without credit of a stream that it got", 1002, [returned('"a",1'), "[8,1,1,1]"]],
  ["more references in a return than there may be", 1008, [
    `[1,1,${JSON.stringify(Array(100_000).fill(null))},[0,${
      Array.from({ length: 100_000 }, (_, i) => `[[${i}],"c",${i + 1}]`)
    }]]`,
  ]],
];

for (const [what, code, frames] of [...CLOSED, ...RETURNS]) {
  Deno.test(`a client closes with ${code + 2_000} when it gets ${what}, and others go on`, async () => {
    await using server = await opened((acceptor) => acceptor.accept(hostProvider()), { use });
    await using good = await connectedTo(server, { use });
    const { f } = await good.getDriver().object!();
    assertEquals((await attacked(frames)).code, code + 2_000);
    assertEquals([await good.getDriver().echo!(5), await f()], [5, 1]);
  });
}

Deno.test("a client goes on when it gets credit for, or a cancel of, an unknown stream", async () => {
  const { code } = await attacked(["[10,77,1,1]", "[11,77]", "[10,77,0,0]"]);
  assertEquals(code, undefined);
});

Deno.test("a client refuses streams whose ids are in use, and marks of references that are not valid", async () => {
  const marks = ['"a",5', '"a",5', '"a",0', '"k",4', '"c",0', '"c"', '"x",1'];
  const { code, messages } = await attacked(
    marks.map((mark, at) => marked(at + 1, "keep", mark)),
  );
  assertEquals(code, undefined);
  assertEquals(refusals(messages), [undefined, ...Array(6).fill("RefusedError")]);
});

Deno.test("a client refuses what is no member of a reference's own", async () => {
  const paths = [".1.f", ".1.constructor", ".1.__proto__.f", ".1", ".99", ".", ".1.", ".1e0"];
  const { code, messages } = await attacked([
    call(1, "object"),
    ...paths.map((path, at) => call(at + 2, path)),
  ]);
  assertEquals(code, undefined);
  assertEquals(refusals(messages), [undefined, undefined, ...Array(7).fill("RefusedError")]);
});

Deno.test("a client can't be made to call members of a stream", async () => {
  const { code, messages } = await attacked([call(1, "rows"), call(2, ".1"), call(3, ".1.next")]);
  assertEquals([code, refusals(messages)], [undefined, [
    undefined,
    "RefusedError",
    "RefusedError",
  ]]);
});

Deno.test("a client rejects a call whose return can't be read, and gives back what it brought", async () => {
  for (const mark of ['"k",4', '"c",0', '"a",-1', '"a","x"', '"y"']) {
    const frame = `[1,1,[null,null,null],[0,[[0],"c",1],[[1],"a",1],[[2],${mark}]]]`;
    const { code, messages, got } = await attacked([frame]);
    assertEquals(code, undefined);
    assert(got instanceof Error);
    assertEquals(messages.filter(([kind]) => kind === 7 || kind === 11), [[11, 1], [7, 1, 1]]);
  }
});

Deno.test("a client gives back what a return brings that nobody waits for", async () => {
  const { code, messages } = await attacked([
    '[1,77,[null,null],[0,[[0],"c",1],[[1],"a",1]]]',
  ]);
  assertEquals(code, undefined);
  assertEquals(messages.filter(([kind]) => kind === 7 || kind === 11), [[11, 1], [7, 1, 1]]);
});
