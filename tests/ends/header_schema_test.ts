import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type } from "npm:arktype@2.2.10";
import * as v from "npm:valibot@1.4.0";
import * as z from "npm:zod@4.6.7";
import {
  type ConnectionEvent,
  type StandardSchema,
  WebSocketAcceptor,
  WebSocketConnector,
  WebSocketError,
  WebSocketServer,
} from "../../mod.ts";
import { HERE, opened } from "../helpers/servers.ts";
import { gate, until } from "../helpers/waiting.ts";

interface Header {
  readonly token: string;
  readonly age?: number | undefined;
}

/** What a client with this header is rejected with. */
async function refusalOf(header: unknown, port: number): Promise<unknown[]> {
  const connector = new WebSocketConnector(header, null);
  const connect = () => connector.connect(`ws://127.0.0.1:${port}`);
  const { status, message } = await assertRejects(connect, WebSocketError);
  return [status, message];
}

for (
  const [library, header] of Object.entries({
    zod: z.object({ token: z.string(), age: z.number().default(7) }),
    valibot: v.object({ token: v.string(), age: v.optional(v.number(), 7) }),
    arktype: type({ token: "string", age: "number = 7" }),
  }) as [string, StandardSchema<unknown, { token: string; age: number }>][]
) {
  Deno.test(`open() checks the header, and hands on what it becomes, with ${library}`, async () => {
    const headers: unknown[] = [];
    const server = new WebSocketServer<unknown, null, null>();
    await server.open({ ...HERE, header }, async (acceptor) => {
      const age: number = acceptor.header.age;
      headers.push(acceptor.header, age);
      await acceptor.accept(null);
    });
    const { port } = server.address!;
    const connector = new WebSocketConnector({ token: "a" }, null);
    await connector.connect(`ws://127.0.0.1:${port}`);
    await connector.close();
    assertEquals(headers, [{ token: "a", age: 7 }, 7]);
    const invalid = [1008, 'The header is invalid at "token"'];
    for (const token of [7, null, undefined]) {
      assertEquals(await refusalOf({ token }, port), invalid);
    }
    for (const none of [null, 7, "text"]) {
      assertEquals(await refusalOf(none, port), [1008, "The header is invalid"]);
    }
    assertEquals(headers.length, 2);
    await server.close();
  });
}

Deno.test("open() infers the header when the server's is unknown or wider, and takes no other", async () => {
  const header = z.object({ token: z.string(), admin: z.boolean() });
  const any = new WebSocketServer<unknown, null, null>();
  const wider = new WebSocketServer<Header, null, null>();
  const other = new WebSocketServer<{ readonly name: string }, null, null>();
  for (const server of [any, wider]) {
    await server.open({ ...HERE, header }, ({ header }) => {
      const { token, admin }: { token: string; admin: boolean } = header;
      return [token, admin];
    });
    await server.close();
  }
  // @ts-expect-error: what the schema gives is no header of this server
  await other.open({ ...HERE, header }, () => {});
  await other.close();
  const options: WebSocketServer.OpenOptions = HERE;
  await wider.open(options, ({ header }) => {
    const { token }: { token: string } = header;
    return token;
  });
  await wider.close();
  // @ts-expect-error: without a schema, it is the server's own
  await any.open(HERE, ({ header }) => header.token);
  await any.close();
});

Deno.test("open() keeps what a schema wants out of the reason, and the reason short", async () => {
  const header = z.record(z.string(), z.literal("hunter2"));
  const events: ConnectionEvent[] = [];
  const onEvent = (event: ConnectionEvent) => events.push(event);
  await using server = await opened(() => {}, { header: header as never, onEvent });
  const { port } = server.address!;
  const [status, reason] = await refusalOf({ ["ä".repeat(100)]: "a guess" }, port);
  assertEquals(status, 1008);
  assert(typeof reason === "string" && reason.startsWith('The header is invalid at "ää'));
  assert(new TextEncoder().encode(reason).length <= 123);
  await until(() => events.length > 0, "the close");
  const [told] = events;
  assert(told?.type === "close" && told.code === 1008 && told.reason.startsWith("The header is"));
  assertEquals([events.length, JSON.stringify(events).includes("hunter2")], [1, false]);
});

/** A schema that answers as the test says. */
function schema<Output>(
  validate: (
    value: unknown,
  ) => StandardSchema.Result<Output> | Promise<StandardSchema.Result<Output>>,
): StandardSchema<unknown, Output> {
  return { "~standard": { validate } };
}

Deno.test("open() waits for a schema that answers later, and calls no handler when the client has left", async () => {
  const wait = gate();
  let asked = 0;
  const header = schema(async (value) => {
    asked++;
    await wait.promise;
    return { value: [value] };
  });
  const headers: unknown[] = [];
  const events: ConnectionEvent[] = [];
  const onEvent = (event: ConnectionEvent) => void events.push(event);
  const server = new WebSocketServer<unknown, null, null>();
  await server.open({ ...HERE, header, onEvent }, (acceptor) => {
    headers.push(acceptor.header);
    return acceptor.accept(null);
  });
  const url = `ws://127.0.0.1:${server.address!.port}`;
  const leaver = new WebSocketConnector("leaver", null);
  const left = leaver.connect(url).catch(() => {});
  await until(() => asked === 1, "the first header");
  await leaver.close();
  await left;
  await until(() => events.length === 1, "the end of the first");
  const stayer = new WebSocketConnector("stayer", null);
  const connected = stayer.connect(url);
  await until(() => asked === 2, "the second header");
  assertEquals(headers, []);
  wait.open();
  await connected;
  assertEquals(headers, [["stayer"]]);
  await stayer.close();
  await server.close();
});

Deno.test("open() closes with 1008 when a schema takes longer than decisionTimeout", async () => {
  const wait = gate();
  const header = schema(() => wait.promise.then(() => ({ value: null })));
  let handled = 0;
  const server = new WebSocketServer<unknown, null, null>();
  await server.open({ ...HERE, header, limits: { decisionTimeout: 20 } }, () => handled++);
  const reason = "The server didn't accept or reject in time";
  assertEquals(await refusalOf(null, server.address!.port), [1008, reason]);
  wait.open();
  await server.close();
  assertEquals(handled, 0);
});

Deno.test("open() closes with 1011, and tells the operator, when a schema throws", async () => {
  const fault = new Error("the schema's fault");
  for (
    const validate of [() => Promise.reject(fault), () => {
      throw fault;
    }]
  ) {
    const events: ConnectionEvent[] = [];
    await using server = await opened(() => {}, {
      header: schema(validate) as never,
      onEvent: (event) => events.push(event),
    });
    assertEquals(await refusalOf(null, server.address!.port), [1011, "Internal server error"]);
    assertEquals([events[0]?.type, (events[0] as { error?: unknown }).error], ["error", fault]);
  }
});

Deno.test("upgrade() checks the header as open() does", async () => {
  const header = z.object({ token: z.string().transform((text) => text.length) });
  const lengths: number[] = [];
  const server = Deno.serve(
    { ...HERE, onListen() {} },
    (request) =>
      WebSocketAcceptor.upgrade(request, async (acceptor) => {
        lengths.push(acceptor.header.token);
        await acceptor.accept(null);
      }, { header }),
  );
  const { port } = server.addr;
  const connector = new WebSocketConnector({ token: "abc" }, null);
  await connector.connect(`ws://127.0.0.1:${port}`);
  await connector.close();
  assertEquals(await refusalOf({}, port), [1008, 'The header is invalid at "token"']);
  assertEquals(lengths, [3]);
  await server.shutdown();
});

Deno.test("open() and upgrade() throw a TypeError when the header's schema is none", async () => {
  for (const header of [{}, () => true, { parse: () => 1 }, null] as never[]) {
    await assertRejects(() => opened(() => {}, { header }), TypeError, 'Cannot use "header"');
    const request = new Request("http://localhost/");
    const upgrade = () => WebSocketAcceptor.upgrade(request, () => {}, { header });
    assertThrows(upgrade, TypeError, 'Cannot use "header"');
  }
});
