import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ConnectionEvent, RemoteError, WebSocketError } from "../../mod.ts";
import { connectedTo, opened } from "../helpers/servers.ts";
import { printed } from "../helpers/printed.ts";
import { until } from "../helpers/waiting.ts";

class Broken extends Error {
  override name = "Broken";
}

/** Functions that fail, each in a way of its own, and two that don't. */
const provider = {
  throws() {
    throw new Broken("thrown");
  },
  rejects: () => Promise.reject(new Broken("rejected")),
  text: () => Promise.reject("a text"),
  works: () => 1,
  nested: { throws: () => provider.throws() },
};

function typesOf(events: readonly ConnectionEvent[]): string[] {
  return events.map(({ type }) => type);
}

Deno.test("onEvent hears what a function of the provider throws, with its stack", async () => {
  const events: ConnectionEvent[] = [];
  await using server = await opened((acceptor) => acceptor.accept(provider), {
    onEvent: (event) => events.push(event),
  });
  await using connector = await connectedTo(server);
  const remote = connector.getDriver();
  assertEquals(await remote.works!(), 1);
  for (const name of ["throws", "rejects"]) await assertRejects(() => remote[name]!(), RemoteError);
  assertEquals(await remote.text!().catch((error: unknown) => error), "a text");
  await assertRejects(() => remote.nested!.throws!(), RemoteError, "thrown");
  await assertRejects(() => remote.absent!(), RemoteError);
  const thrown = events.flatMap((event) => event.type === "thrown" ? [event] : []);
  assertEquals(thrown.map(({ method }) => method), ["throws", "rejects", "text", "nested.throws"]);
  const { error, peer } = thrown[0]!;
  assert(error instanceof Broken);
  assertStringIncludes(error.stack!, "watching_test.ts");
  assertEquals(peer, { ip: "127.0.0.1", path: "/" });
  assertEquals(thrown[2]!.error, "a text");
  assertEquals(typesOf(events).filter((type) => type !== "thrown"), ["open", "refused"]);
});

Deno.test("onEvent of a connector hears what its own provider throws", async () => {
  const events: ConnectionEvent[] = [];
  let caught: unknown;
  await using server = await opened(async (acceptor) => {
    await acceptor.accept({});
    caught = await acceptor.getDriver().throws!().catch((error: unknown) => error);
  });
  const onEvent = (event: ConnectionEvent) => events.push(event);
  await using _connector = await connectedTo(server, { onEvent }, provider);
  await until(() => caught !== undefined, "the answer");
  assertEquals(typesOf(events), ["open", "thrown"]);
});

Deno.test("onEvent hears of a connection's open and close when it was accepted, of its close alone otherwise", async () => {
  const events: ConnectionEvent[] = [];
  const onEvent = (event: ConnectionEvent) => events.push(event);
  let accepts = true;
  await using server = await opened(
    (acceptor) => accepts ? acceptor.accept({}) : acceptor.reject(3001, "no"),
    { onEvent },
  );
  await (await connectedTo(server)).close();
  await until(() => events.length === 2, "the events");
  accepts = false;
  await assertRejects(() => connectedTo(server), WebSocketError, "no");
  await until(() => events.length === 3, "the events");
  assertEquals(typesOf(events), ["open", "close", "close"]);
  assertEquals(events[0], { type: "open", peer: { ip: "127.0.0.1", path: "/" } });
});

Deno.test("console.error prints what the handler throws when there is no onEvent", async () => {
  const lines = await printed(async () => {
    await using server = await opened(() => {
      throw new Broken("the handler's fault");
    });
    await assertRejects(() => connectedTo(server), WebSocketError, "Internal server error");
  });
  assertEquals(lines, [
    'sheetbend: Broken: the handler\'s fault (handle errors with the option "onEvent")',
  ]);
});

Deno.test("console.error prints nothing when there is an onEvent, or a function throws", async () => {
  const events: ConnectionEvent[] = [];
  const lines = await printed(async () => {
    await using server = await opened(() => {
      throw new Broken("the handler's fault");
    }, { onEvent: (event) => events.push(event) });
    await assertRejects(() => connectedTo(server), WebSocketError, "Internal server error");
    await using other = await opened((acceptor) => acceptor.accept(provider));
    await using connector = await connectedTo(other);
    await assertRejects(() => connector.getDriver().throws!(), RemoteError, "thrown");
  });
  assertEquals(lines, []);
  assertEquals(typesOf(events).slice(0, 1), ["error"]);
});

Deno.test("console.error prints that a result can't be encoded when there is no onEvent", async () => {
  const lines = await printed(async () => {
    await using server = await opened((acceptor) => acceptor.accept({ big: () => 1n }));
    await using connector = await connectedTo(server);
    await assertRejects(() => connector.getDriver().big!(), RemoteError);
  });
  assertEquals(lines.length, 1);
  assertStringIncludes(lines[0]!, "sheetbend: EncodeError: ");
});
