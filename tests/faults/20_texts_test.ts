import { importMap } from "../hostile/child.ts";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  DeadlineError,
  structured,
  WebSocketAcceptor,
  WebSocketConnector,
  WebSocketServer,
  withOptions,
} from "../../mod.ts";
import { scripted } from "../helpers/ends.ts";
import { HERE } from "../helpers/servers.ts";

/** What is thrown, or what the promise is rejected with. */
async function failureOf(act: () => unknown): Promise<unknown> {
  try {
    await act();
  } catch (error) {
    return [(error as Error).constructor, (error as Error).message];
  }
}

const connector = new WebSocketConnector<null, null, { f(): void }>(null, null);
const connect = (options: object) => () => connector.connect("ws://host", options);
const open = (options: object) => () =>
  new WebSocketServer().open({ ...HERE, ...options }, () => {});
const upgrade = (options: object) => () =>
  WebSocketAcceptor.upgrade({ url: "/", headers: {} }, scripted({}), () => {}, options);
const drive = (options: object) => () => connector.getDriver(options);

for (
  const [act, text] of [
    [connect({ timeOut: 5 }), 'connect: there is no option "timeOut". Did you mean "timeout"?'],
    [
      connect({ exposeError: true }),
      'connect: there is no option "exposeError". Did you mean "exposeErrors"?',
    ],
    [connect({ onevent() {} }), 'connect: there is no option "onevent". Did you mean "onEvent"?'],
    [connect({ origins: [] }), 'connect: there is no option "origins". Did you mean "limits"?'],
    [connect({ wire: "Plain" }), 'connect: there is no wire "Plain". Did you mean "plain"?'],
    [connect({ wire: true }), 'connect: there is no wire "true". Did you mean "linked"?'],
    [
      connect({ limits: { frameByte: 1 } }),
      'set the limits: there is no limit "frameByte". Did you mean "frameBytes"?',
    ],
    [open({ host: "::" }), 'open the server: there is no option "host". Did you mean "port"?'],
    [
      open({ hostName: "::" }),
      'open the server: there is no option "hostName". Did you mean "hostname"?',
    ],
    [
      open({ origin: "x" }),
      'open the server: there is no option "origin". Did you mean "origins"?',
    ],
    [upgrade({ IP: "x" }), 'upgrade: there is no option "IP". Did you mean "ip"?'],
    [
      upgrade({ heartBeat: 1 }),
      'upgrade: there is no option "heartBeat". Did you mean "heartbeat"?',
    ],
    [drive({ timout: 1 }), 'create a driver: there is no option "timout". Did you mean "timeout"?'],
    [
      drive({ replay: false }),
      'create a driver: there is no option "replay". Did you mean "reply"?',
    ],
    [
      () => withOptions(connector.getDriver(), { dedline: 1 } as object),
      'create a driver: there is no option "dedline". Did you mean "deadline"?',
    ],
    [
      () => structured({ type: {} } as object),
      'create the feature "structured": there is no option "type". Did you mean "types"?',
    ],
    [connect({ [`x${"y".repeat(10_000)}`]: 1 }), undefined],
  ] as [() => unknown, string | undefined][]
) {
  Deno.test(`an option that there is not is a TypeError that tells the nearest: ${text}`, async () => {
    const failure = await failureOf(act) as [unknown, string];
    assertEquals(failure[0], TypeError);
    if (text !== undefined) assertEquals(failure[1], `Cannot ${text}`);
    assertEquals(connector.state, WebSocketConnector.State.NONE);
  });
}

Deno.test("close() of a server rejects with a TypeError, and stays open, when an option is unknown", async () => {
  await using server = new WebSocketServer<null, null, null>();
  await server.open(HERE, (acceptor) => acceptor.accept(null));
  const text = 'Cannot close the server: there is no option "Grace". Did you mean "grace"?';
  await assertRejects(() => server.close({ Grace: 5 } as object), TypeError, text);
  assertEquals(server.state, WebSocketServer.State.OPEN);
});

Deno.test("options that are undefined are none, and all known ones are taken", async () => {
  await using server = new WebSocketServer<null, null, null>();
  const all = { limits: {}, heartbeat: 1_000, exposeErrors: true, use: [], onEvent: undefined };
  const { signal } = new AbortController();
  const more = { key: undefined, cert: undefined, origins: undefined, signal };
  await server.open({ ...HERE, ...all, ...more }, (acceptor) => acceptor.accept(null));
  await using client = new WebSocketConnector<null, null, null>(null, null);
  const url = `ws://127.0.0.1:${server.address!.port}`;
  await client.connect(url, { ...all, timeout: 5_000, wire: "linked", signal, socket: undefined });
  client.getDriver({ signal, timeout: 1, deadline: 1, reply: true, trace: true });
});

Deno.test("a DeadlineError says how long the call had", async () => {
  await using server = new WebSocketServer<null, { hang(): Promise<void> }, null>();
  await server.open(HERE, (acceptor) => acceptor.accept({ hang: () => new Promise(() => {}) }));
  await using client = new WebSocketConnector<null, null, { hang(): Promise<void> }>(null, null);
  await client.connect(`ws://127.0.0.1:${server.address!.port}`);
  const { message } = await assertRejects(
    () => client.getDriver({ timeout: 20 }).hang(),
    DeadlineError,
  );
  assertEquals(message, 'Cannot wait any longer for "hang": its timeout of 20 ms has passed');
  const past = client.getDriver({ deadline: new Date(0) });
  const { message: late } = await assertRejects(() => past.hang(), DeadlineError);
  assertEquals(late, 'Cannot call "hang": its deadline, 1970-01-01T00:00:00.000Z, has passed');
});

Deno.test("connect() says which permission is missing in Deno", async () => {
  const entry = new URL("../../mod.ts", import.meta.url).href;
  const code = `
    import { WebSocketConnector } from "${entry}";
    const connector = new WebSocketConnector(null, null);
    await connector.connect("ws://127.0.0.1:9").catch((error) => console.log(error.message));`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, code);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", "--no-check", ...importMap(), file],
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertEquals(text.includes("--allow-net"), true, text);
    assertEquals(
      text.startsWith('Cannot connect to "ws://127.0.0.1:9": Requires net access'),
      true,
      text,
    );
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("connect() still says when an address is none", async () => {
  const { message } = await assertRejects(() => connector.connect("nonsense"), TypeError);
  assertEquals(message, 'Cannot connect to "nonsense": it isn\'t a WebSocket URL');
  assertThrows(() => connector.getDriver({ timeout: NaN }), TypeError);
});
