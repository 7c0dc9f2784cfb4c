import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import {
  NotSentError,
  reconnection,
  StateError,
  type WebSocketAcceptor,
  WebSocketConnector,
  WebSocketServer,
} from "../../../mod.ts";
import { type Fault, Proxy } from "../../network/proxy.ts";
import { inTime, isSettled } from "../check.ts";
import type { Remote } from "../library.ts";

/** A connector of no particular types. */
export type AnyConnector = WebSocketConnector<unknown, object | null, Remote>;
/** An acceptor of no particular types. */
export type AnyAcceptor = WebSocketAcceptor<unknown, object | null, Remote>;
/** Either end. */
export type AnyEnd = AnyConnector | AnyAcceptor;

/** What a test of a cell is run with. */
export type Cell<Subject> = (subject: Subject) => Promise<void>;

/** A table of states: a row for each act, a column for each state. */
export type Table<Row extends string, Column extends string, Subject> = {
  readonly [R in Row]: { readonly [C in Column]: Cell<Subject> };
};

const PROVIDER = { echo: (value: unknown) => value, never: () => new Promise(() => {}) };

/** A real server whose acceptors a test gets hold of. */
export interface Fixture extends AsyncDisposable {
  /** Of a server that accepts; with `/never` behind it, that leaves all undecided. */
  readonly url: string;
  /** The same server, behind a network that can be cut. */
  readonly network: Network;
  /** The next acceptor, in the order in which they came. */
  acceptor(): Promise<AnyAcceptor>;
}

/** A network between a connector and the server. Both sides reconnect. */
export interface Network {
  readonly url: string;
  /** The connection is lost, and none comes about until `mend`. */
  cut(): void;
  mend(): void;
}

/** For a connector that is to survive a cut. */
export const RECONNECTING = { use: [reconnection({ delay: 5, maxDelay: 20 })] };

/** Opens it. */
export async function openFixture(): Promise<Fixture> {
  const acceptors: AnyAcceptor[] = [];
  let arrived = (): void => {};
  const server = new WebSocketServer<unknown, object | null, Remote>();
  const use = [reconnection()];
  await server.open({ port: 0, hostname: "127.0.0.1", use }, async (acceptor) => {
    acceptors.push(acceptor);
    arrived();
    if (acceptor.path === "/reject") await acceptor.reject(3001, "no");
    else if (acceptor.path !== "/never") await acceptor.accept(PROVIDER);
  });
  let fault: Fault = { kind: "none", way: "up", at: 0 };
  const proxy = await Proxy.open(server.address!.port, () => fault);
  return {
    url: `ws://127.0.0.1:${server.address!.port}`,
    network: {
      url: proxy.url,
      cut() {
        fault = { kind: "reset", way: "up", at: 0 };
        proxy.cut();
      },
      mend() {
        fault = { kind: "none", way: "up", at: 0 };
      },
    },
    async acceptor() {
      if (acceptors.length === 0) {
        await inTime(new Promise<void>((resolve) => arrived = resolve), "the acceptor");
      }
      return acceptors.shift()!;
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

/** A connector with a provider of one function. */
export function newConnector(): AnyConnector {
  return new WebSocketConnector<unknown, object | null, Remote>(null, PROVIDER);
}

/** Holds when it is rejected with a `StateError` whose text has these parts. */
export async function refuses(act: Promise<unknown>, ...parts: string[]): Promise<void> {
  const { message } = await assertRejects(() => inTime(act, "the refusal"), StateError);
  for (const part of parts) assertStringIncludes(message, part);
}

/** Holds when a call is rejected with a `NotSentError` that names it and the state. */
export async function sendsNothing(end: AnyEnd, state: string): Promise<void> {
  const call: Promise<unknown> = end.getDriver().deep.echo(1);
  const { message } = await assertRejects(() => inTime(call, "the refusal"), NotSentError);
  assertStringIncludes(message, 'Cannot call "deep.echo": ');
  assertStringIncludes(message, state);
}

/** Holds when a call goes there and back. */
export async function calls(end: AnyEnd): Promise<void> {
  assertEquals(await inTime(end.getDriver().echo(7), "the return"), 7);
}

/** Holds when all three forms of `join` wait, and resolve when `finish` ends the connection. */
export async function waitsFor(end: AnyEnd, finish: () => Promise<unknown>): Promise<void> {
  const joins = [end.join(), end.join(60_000), end.join(new Date(Date.now() + 60_000))];
  for (const join of joins) assertEquals(await isSettled(join), false, "it waits");
  await finish();
  assertEquals(await inTime(Promise.all(joins), "the joins"), [undefined, true, true]);
  assertEquals(end.state, 3);
}

/** Holds when a call waits, and goes there and back when there is a connection again. */
export async function waitsToCall(end: AnyEnd, { mend }: Network): Promise<void> {
  const call: Promise<unknown> = end.getDriver().echo(7);
  assertEquals(await isSettled(call), false, "it waits");
  mend();
  assertEquals(await inTime(call, "the return"), 7);
}

/** Holds when `join` resolves at once. */
export async function joinsAtOnce(end: AnyEnd): Promise<void> {
  assertEquals(await inTime(end.join(), "the join"), undefined);
  assertEquals([await end.join(0), await end.join(5)], [true, true]);
  assertEquals(await end.join(new Date(0)), true);
}

/** Holds when what `close()` gives is a promise, not a throw, and gives its error. */
export async function errorOf(act: () => Promise<unknown>): Promise<Error> {
  const promise = act();
  const error = await inTime(promise.then(() => undefined, (error) => error), "the rejection");
  assertInstanceOf(error, Error);
  return error;
}
