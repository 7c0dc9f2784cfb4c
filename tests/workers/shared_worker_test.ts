import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  ConnectionClosedError,
  type ConnectionEvent,
  currentCall,
  mayHaveRun,
  RemoteError,
  type SharedWorkerAcceptor,
  SharedWorkerConnector,
  SharedWorkerServer,
  StateError,
  structured,
  WorkerError,
} from "../../mod.ts";
import { SharedWorkerPlatform } from "../helpers/shared_worker.ts";
import { gate, soon, turn, until } from "../helpers/waiting.ts";

type Acceptor = SharedWorkerAcceptor<string, object, { hear(text: string): void }>;
type Server = SharedWorkerServer<string, object, { hear(text: string): void }>;

const aborted: string[] = [];

/** What the worker offers. */
class Room {
  readonly #acceptor: Acceptor;
  constructor(acceptor: Acceptor) {
    this.#acceptor = acceptor;
  }
  name(): string {
    return this.#acceptor.header;
  }
  state(): number {
    return this.#acceptor.state;
  }
  plus(x: number, y: number): number {
    return x + y;
  }
  async greet(): Promise<void> {
    await this.#acceptor.getDriver().hear(`Hello ${this.#acceptor.header}`);
  }
  fail(): never {
    throw Object.assign(new RangeError("too large"), { limit: 7 });
  }
  echo(value: unknown): unknown {
    return value;
  }
  async wait(): Promise<void> {
    const { signal } = currentCall();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    aborted.push((signal.reason as Error).name);
  }
}

/** A server that lets everyone in, but rejects some names. */
async function open(handler?: (acceptor: Acceptor) => unknown): Promise<Server> {
  const server: Server = new SharedWorkerServer();
  await server.open(
    handler ?? ((acceptor) => {
      if (acceptor.header === "Mallory") return acceptor.reject("Not you");
      if (acceptor.header === "Eve") return acceptor.reject();
      return acceptor.accept(new Room(acceptor));
    }),
    { use: [structured], onEvent() {} },
  );
  return server;
}

function page(name: string, heard: string[] = []) {
  const own = { hear: (text: string) => void heard.push(text) };
  return new SharedWorkerConnector<string, typeof own, Room>(name, own);
}

async function faultOf(promise: Promise<unknown>): Promise<Error> {
  const error = await soon(promise.then(() => undefined, (error) => error), "it has failed");
  assertInstanceOf(error, Error);
  return error;
}

Deno.test("SharedWorkerConnector and SharedWorkerServer call each other when pages connect", async () => {
  using _platform = new SharedWorkerPlatform();
  await using server = await open();
  const heard: string[] = [];
  const [ada, bob] = [page("Ada", heard), page("Bob")];
  assertEquals([ada.state, ada.header, server.state], [-1, "Ada", 1]);
  const connecting = ada.connect("room.js");
  assertEquals(ada.state, 0);
  await Promise.all([connecting, bob.connect("room.js")]);
  assertEquals([ada.state, await ada.getDriver().state()], [1, 1]);
  assertEquals([await ada.getDriver().name(), await bob.getDriver().name()], ["Ada", "Bob"]);
  await ada.getDriver().greet();
  assertEquals(heard, ["Hello Ada"]);
  const joined = bob.join();
  await ada.close();
  assertEquals([ada.state, bob.state], [3, 1]);
  await ada.connect("room.js"); // again
  assertEquals(await ada.getDriver().plus(1, 2), 3);
  await server.close();
  await joined;
  await ada.join();
  assertEquals([ada.state, bob.state, server.state], [3, 3, 3]);
});

Deno.test("SharedWorkerConnector posts TGrid's messages when the wire is plain", async () => {
  using platform = new SharedWorkerPlatform();
  await using _server = await open();
  const ada = page("Ada");
  await ada.connect("room.js", { wire: "plain" });
  assertEquals(await ada.getDriver().plus(2, 3), 5);
  await ada.close();
  const [{ byPage, byWorker }] = platform.posted as [typeof platform.posted[0]];
  assertEquals(JSON.parse(byPage[0] as string).header, "Ada");
  const parameters = [2, 3].map((value) => ({ type: "number", value }));
  assertEquals(JSON.parse(byPage[1] as string), { uid: 1, listener: "plus", parameters });
  assertEquals(byPage.slice(2), [2]);
  assertEquals(byWorker.slice(0, 2), [0, 1]);
  assertEquals(JSON.parse(byWorker[2] as string), { uid: 1, success: true, value: 5 });
  assertEquals(byWorker.slice(3), [2]);
});

Deno.test("linked messages are used when both ends are of this library", async () => {
  using platform = new SharedWorkerPlatform();
  await using _server = await open();
  await using ada = page("Ada");
  await ada.connect("room.js", { use: [structured] });
  const values = new Map([["bytes", new Uint8Array([1, 2])], ["big", 2n as never]]);
  assertEquals(await ada.getDriver<Room, false, "structured">().echo(values), values);
  const error = await faultOf(ada.getDriver().fail());
  assertInstanceOf(error, RemoteError);
  assertEquals([error.name, error.limit, mayHaveRun(error)], ["RangeError", 7, "yes"]);
  assert(!error.stack!.includes("shared_worker_test"));
  const canceled = new AbortController();
  const waiting = faultOf(ada.getDriver({ signal: canceled.signal }).wait());
  await ada.getDriver().plus(1, 2);
  canceled.abort();
  assertEquals((await waiting).name, "AbortError");
  await until(() => aborted.length === 1, "the function knows");
  assertEquals(aborted.splice(0), ["AbortError"]);
  assertEquals(platform.posted[0]!.byWorker[0], 0);
  assertEquals(JSON.parse(platform.posted[0]!.byWorker[1] as string).accept, 1);
});

for (const [name, message] of [["Mallory", "Not you"], ["Eve", "Rejected by server"]]) {
  Deno.test(`connect() rejects with "${message}" when the acceptor rejects ${name}`, async () => {
    using platform = new SharedWorkerPlatform();
    await using _server = await open();
    const connector = page(name!);
    const error = await faultOf(connector.connect("room.js"));
    assertInstanceOf(error, WorkerError);
    assertEquals([error.message, connector.state], [message, -1]);
    assertEquals(platform.posted[0]!.byWorker, [0, JSON.stringify({ name: "reject", message })]);
  });
}

Deno.test("reject() sends the whole reason when it is long", async () => {
  using _platform = new SharedWorkerPlatform();
  const reason = "why ".repeat(100);
  await using _server = await open((acceptor) => acceptor.reject(reason));
  assertEquals((await faultOf(page("Ada").connect("room.js"))).message, reason);
});

Deno.test("connect() rejects without the error's message when the handler throws", async () => {
  using _platform = new SharedWorkerPlatform();
  await using _server = await open(() => {
    throw new Error("secret");
  });
  const connector = page("Ada");
  assertEquals((await faultOf(connector.connect("room.js"))).message, "Internal server error");
  assertEquals(connector.state, -1);
});

Deno.test("an acceptor has TGrid's states and refuses what comes too late", async () => {
  using _platform = new SharedWorkerPlatform();
  const got = gate<Acceptor>();
  await using _server = await open((acceptor) => got.open(acceptor));
  const ada = page("Ada");
  const connecting = ada.connect("room.js");
  const acceptor = await soon(got.promise, "the handler has run");
  assertEquals([acceptor.state, acceptor.header], [-1, "Ada"]);
  await assertRejects(() => acceptor.join(), StateError);
  await assertRejects(() => acceptor.close(), StateError);
  await acceptor.accept({});
  assertEquals(acceptor.state, 1);
  await connecting;
  await assertRejects(() => acceptor.accept({}), StateError);
  await assertRejects(() => acceptor.reject(), StateError);
  const call = faultOf(ada.getDriver().wait());
  const joined = ada.join();
  await acceptor.close();
  assertEquals(acceptor.state, 3);
  await soon(joined, "the page knows");
  assert(!((await call) instanceof WorkerError));
  await acceptor.close(); // does nothing
});

Deno.test("calls reject with a ConnectionClosedError when the worker closes the connection", async () => {
  using _platform = new SharedWorkerPlatform();
  const got = gate<Acceptor>();
  await using _server = await open((acceptor) => {
    got.open(acceptor);
    return acceptor.accept(new Room(acceptor));
  });
  const ada = page("Ada");
  await ada.connect("room.js");
  const call = faultOf(ada.getDriver().wait());
  await ada.getDriver().plus(1, 2);
  await (await got.promise).close();
  assertInstanceOf(await call, ConnectionClosedError);
  await until(() => aborted.length === 1, "the function knows");
  assertEquals(aborted.splice(0), ["ConnectionClosedError"]);
});

Deno.test("pages wait when they connect before open(), and are rejected after close()", async () => {
  using _platform = new SharedWorkerPlatform();
  const server: Server = new SharedWorkerServer();
  const early = page("Ada");
  const connecting = early.connect("room.js");
  await turn();
  await turn();
  await server.open((acceptor) => acceptor.accept(new Room(acceptor)));
  await connecting;
  assertEquals(await early.getDriver().name(), "Ada");
  await server.close();
  await server.close();
  await early.join();
  const late = page("Bob");
  assertEquals((await faultOf(late.connect("room.js"))).message, "The server is closed");
});

Deno.test("connect() fails and can be repeated when it is canceled, late or not possible", async () => {
  using platform = new SharedWorkerPlatform();
  const ada = page("Ada");
  const canceled = new AbortController();
  const connecting = faultOf(ada.connect("room.js", { signal: canceled.signal }));
  await assertRejects(() => ada.connect("room.js"), StateError);
  canceled.abort(new Error("changed my mind"));
  assertEquals([(await connecting).message, ada.state], ["changed my mind", -1]);
  const late = await faultOf(ada.connect("room.js", { timeout: 5 }));
  assertInstanceOf(late, WorkerError);
  assertEquals(late.message, 'Cannot connect to "room.js": not accepted within 5 ms');
  const closed = faultOf(ada.connect("room.js"));
  await turn();
  await ada.close();
  assertInstanceOf(await closed, ConnectionClosedError);
  const refused = await faultOf(ada.connect("refused"));
  assertInstanceOf(refused, WorkerError);
  assertEquals(refused.message, 'Cannot connect to "refused": not of this origin');
  const failed = faultOf(ada.connect("room.js"));
  await until(() => platform.errors.length === 4, "the worker is starting");
  platform.errors.at(-1)!({});
  assertEquals(
    (await failed).message,
    'Cannot connect to "room.js": the worker failed: its file can\'t be loaded',
  );
  await assertRejects(() => ada.connect("room.js", { tiemout: 1 } as never), TypeError, "timeout");
  await assertRejects(() => ada.connect("room.js", { wire: "x" as never }), TypeError);
  assertEquals(ada.state, -1);
});

Deno.test("connect() fails when the worker isn't a server", async () => {
  using _platform = new SharedWorkerPlatform();
  addEventListener("connect", (event) => {
    (event as unknown as { ports: MessagePort[] }).ports[0]!.postMessage("hello");
  });
  const why = "the worker's first message isn't that of a SharedWorkerServer";
  const error = await faultOf(page("Ada").connect("room.js"));
  assertEquals(error.message, `Cannot connect to "room.js": ${why}`);
});

Deno.test("open() rejects when it's called twice, without a handler or outside of a shared worker", async () => {
  const outside = new SharedWorkerServer();
  await assertRejects(
    () => outside.open(() => {}),
    Error,
    "Cannot open the server: this program isn't a shared worker.",
  );
  assertEquals(outside.state, -1);
  await outside.close(); // does nothing
  using _platform = new SharedWorkerPlatform();
  await using server = await open();
  await assertRejects(() => server.open(() => {}), StateError);
  const other = new SharedWorkerServer();
  await assertRejects(() => other.open(undefined as never), TypeError, "isn't a function");
  await assertRejects(() => other.open(() => {}, { port: 1 } as never), TypeError, "no option");
});

Deno.test("connect() fails when the platform has no SharedWorker", async () => {
  const error = await faultOf(page("Ada").connect("room.js"));
  assertInstanceOf(error, WorkerError);
  assertEquals(error.message, 'Cannot connect to "room.js": this platform has no SharedWorker');
});

Deno.test("events tell of pages when the server has onEvent", async () => {
  using _platform = new SharedWorkerPlatform();
  const events: ConnectionEvent["type"][] = [];
  await using server: Server = new SharedWorkerServer();
  await server.open((acceptor) => acceptor.accept(new Room(acceptor)), {
    onEvent: ({ type }) => events.push(type),
  });
  const ada = page("Ada");
  await ada.connect("room.js", { onEvent: ({ type, peer }) => events.push(type) && peer });
  await faultOf(ada.getDriver().fail());
  await ada.close();
  await until(() => events.length === 5, "all events");
  assertEquals(events.sort(), ["close", "close", "open", "open", "thrown"]);
});

Deno.test("compile() makes a URL of a program, and remove() forgets it", async () => {
  const url = await SharedWorkerConnector.compile("export const x = 7;");
  assertEquals(await (await fetch(url)).text(), "export const x = 7;");
  await SharedWorkerConnector.remove(url);
  await assertRejects(() => fetch(url));
});
