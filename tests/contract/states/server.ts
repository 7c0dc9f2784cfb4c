import { assertEquals, assertRejects } from "@std/assert";
import { WebSocketServer } from "../../../mod.ts";
import { inTime } from "../check.ts";
import { refuses, type Table } from "./fixture.ts";

/** The states of a server, as the columns of its table. */
export type ServerState =
  | "none"
  | "none after a failed open"
  | "opening"
  | "open"
  | "closing"
  | "closed";

/** What is done with a server, as the rows of its table. */
export type ServerAct = "open()" | "close()" | "dispose";

type AnyServer = WebSocketServer<unknown, object | null, object | null>;

/** A server, and how it gets into the state that a cell is about. */
export interface ServerSubject {
  readonly server: AnyServer;
  /** The last step into the state: gives the `open()` or `close()` that is under way. */
  enter(): Promise<void>;
}

const NUMBERS: { readonly [S in ServerState]: number } = {
  "none": -1,
  "none after a failed open": -1,
  "opening": 0,
  "open": 1,
  "closing": 2,
  "closed": 3,
};

function openOn(server: AnyServer, port = 0): Promise<void> {
  return server.open({ port, hostname: "127.0.0.1" }, (acceptor) => acceptor.accept(null));
}

async function failToOpen(server: AnyServer): Promise<void> {
  const taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  try {
    await assertRejects(() => openOn(server, (taken.addr as Deno.NetAddr).port), Error);
  } finally {
    taken.close();
  }
}

/** Brings a server to the last step before a state. */
export async function serverBefore(state: ServerState): Promise<ServerSubject> {
  const server: AnyServer = new WebSocketServer();
  if (state === "none after a failed open") await failToOpen(server);
  if (state === "open" || state === "closing" || state === "closed") await openOn(server);
  if (state === "closed") await server.close();
  const enter = (): Promise<void> => {
    let underWay = Promise.resolve();
    if (state === "opening") underWay = openOn(server);
    if (state === "closing") underWay = server.close();
    assertEquals(server.state, NUMBERS[state]);
    return underWay;
  };
  return { server, enter };
}

/** Ends whatever a cell has left. */
export async function endOf({ server }: ServerSubject): Promise<void> {
  if (server.state === 1) await server.close();
}

type Cell = (subject: ServerSubject) => Promise<void>;

const opens: Cell = async ({ server, enter }) => {
  await enter();
  const opening = openOn(server);
  assertEquals(server.state, 0);
  await inTime(opening, "the open");
  assertEquals(server.state, 1);
  assertEquals(server.address?.hostname, "127.0.0.1");
};

const closesNothing: Cell = async ({ server, enter }) => {
  await enter();
  const before = server.state;
  assertEquals(await inTime(server.close(), "the close"), undefined);
  assertEquals([server.state, server.address], [before, undefined]);
};

const refusesTo = (act: "open" | "close", state: string): Cell => async ({ server, enter }) => {
  const underWay = enter();
  const before = server.state;
  const refused = act === "open" ? openOn(server) : server.close();
  assertEquals(server.state, before);
  await refuses(refused, `Cannot ${act}: the server is ${state}`);
  await inTime(underWay, "what was under way");
};

const closes = (act: (server: AnyServer) => Promise<void>): Cell => async ({ server, enter }) => {
  await enter();
  const closing = act(server);
  await inTime(closing, "the close");
  assertEquals([server.state, server.address], [3, undefined]);
};

const shares = (act: (server: AnyServer) => Promise<void>): Cell => async ({ server, enter }) => {
  const order: string[] = [];
  const both = [
    enter().then(() => order.push("first")),
    act(server).then(() => order.push("second")),
  ];
  assertEquals(server.state, 2);
  await inTime(Promise.all(both), "the closes");
  assertEquals([order, server.state], [["first", "second"], 3]);
};

const close = (server: AnyServer): Promise<void> => server.close();
const dispose = (server: AnyServer): Promise<void> => server[Symbol.asyncDispose]();

const doesNothing = (state: number): Cell => async ({ server, enter }) => {
  await enter();
  assertEquals(await inTime(dispose(server), "the disposal"), undefined);
  assertEquals(server.state, state);
};

const waitsThenCloses: Cell = async ({ server, enter }) => {
  const opening = enter();
  const disposing = dispose(server);
  assertEquals(server.state, 0);
  await inTime(opening, "the open");
  await inTime(disposing, "the disposal");
  assertEquals(server.state, 3);
};

const OPENING = "still opening. Await open() first.";
const OPEN = "already open. Call close() first.";
const CLOSING = "closing. Await close() first.";

/** What each act comes to in each state. */
export const SERVER: Table<ServerAct, ServerState, ServerSubject> = {
  "open()": {
    "none": opens,
    "none after a failed open": opens,
    "opening": refusesTo("open", OPENING),
    "open": refusesTo("open", OPEN),
    "closing": refusesTo("open", CLOSING),
    "closed": opens,
  },
  "close()": {
    "none": closesNothing,
    "none after a failed open": closesNothing,
    "opening": refusesTo("close", OPENING),
    "open": closes(close),
    "closing": shares(close),
    "closed": closesNothing,
  },
  "dispose": {
    "none": doesNothing(-1),
    "none after a failed open": doesNothing(-1),
    "opening": waitsThenCloses,
    "open": closes(dispose),
    "closing": shares(dispose),
    "closed": doesNothing(3),
  },
};
