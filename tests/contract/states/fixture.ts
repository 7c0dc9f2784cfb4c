import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import {
  NotSentError,
  reconnection,
  StateError,
  type WebSocketAcceptor,
  WebSocketConnector,
  WebSocketServer,
} from "../../../mod.ts";
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
  /** The next acceptor, in the order in which they came. */
  acceptor(): Promise<AnyAcceptor>;
  /** Resolves when a client with `reconnection` is lost, and its acceptor waits for it. */
  readonly lost: Promise<void>;
}

/** Opens it. */
export async function openFixture(): Promise<Fixture> {
  const acceptors: AnyAcceptor[] = [];
  let arrived = (): void => {};
  const lost = Promise.withResolvers<void>();
  const server = new WebSocketServer<unknown, object | null, Remote>();
  await server.open({
    port: 0,
    hostname: "127.0.0.1",
    use: [reconnection()],
    onEvent: ({ type }) => void (type === "disconnect" && lost.resolve()),
  }, async (acceptor) => {
    acceptors.push(acceptor);
    arrived();
    if (acceptor.path === "/reject") await acceptor.reject(3001, "no");
    else if (acceptor.path !== "/never") await acceptor.accept(PROVIDER);
  });
  return {
    url: `ws://127.0.0.1:${server.address!.port}`,
    async acceptor() {
      if (acceptors.length === 0) {
        await inTime(new Promise<void>((resolve) => arrived = resolve), "the acceptor");
      }
      return acceptors.shift()!;
    },
    lost: lost.promise,
    [Symbol.asyncDispose]: () => server.close(),
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

/** Holds when a call waits until `finish`, which ends the connection before it is sent. */
export async function keepsCalls(end: AnyEnd, finish: () => Promise<unknown>): Promise<void> {
  const call: Promise<unknown> = end.getDriver().deep.echo(1);
  assertEquals(await isSettled(call), false, "it waits");
  const rejected = assertRejects(() => inTime(call, "the refusal"), NotSentError);
  await finish();
  assertStringIncludes((await rejected).message, "the connection closed before the call was sent");
}

/** Holds when it is closed at once, because there is no connection. */
export async function endsAtOnce(end: AnyEnd, act: () => Promise<unknown>): Promise<void> {
  const ending = act();
  assertEquals(end.state, 3);
  await inTime(ending, "the end");
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
