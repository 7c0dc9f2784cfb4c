import { assertEquals } from "@std/assert";
import { WebSocketAcceptor, WebSocketConnector } from "../../mod.ts";
import { offerOf } from "./handshake.ts";
import { ScriptedSocket, type SocketScript } from "./scripted_socket.ts";
import { turn } from "./waiting.ts";

/** Whatever the other end offers. */
export interface Anything {
  readonly [name: string]: Anything;
  // deno-lint-ignore no-explicit-any -- whatever it gives
  (...args: unknown[]): any;
}

/** A connector of no particular types. */
export type Connector = WebSocketConnector<unknown, object | null, Anything>;
/** An acceptor of no particular types. */
export type Acceptor = WebSocketAcceptor<unknown, object | null, Anything>;

/** Sockets that the running test has made. */
const made = new Set<ScriptedSocket>();

/** A scripted socket that is closed at the end of the test. */
export function scripted(script: SocketScript): ScriptedSocket {
  const socket = new ScriptedSocket(script);
  made.add(socket);
  return socket;
}

/** Ends what a test has left behind, so that a test which fails takes no other with it. */
export function closeAll(): void {
  for (const socket of made) if (socket.readyState !== 3) socket.closed(1006, "");
  made.clear();
}

/** A connector that dials a scripted socket. */
export interface Dialled {
  readonly socket: ScriptedSocket;
  readonly connector: Connector;
  readonly connecting: Promise<void>;
}

/** Begins to connect over a scripted socket; the test plays the server. */
export function dialled(
  options: WebSocketConnector.ConnectOptions = {},
  { provider = null, script = {} }: { provider?: object | null; script?: SocketScript } = {},
): Dialled {
  const socket = scripted(script);
  const connector: Connector = new WebSocketConnector(null, provider);
  const connecting = connector.connect("ws://host/path", { socket: () => socket, ...options });
  connecting.catch(() => {}); // a test that wants the error awaits it itself
  return { socket, connector, connecting };
}

/** Connects over a scripted socket to a server that speaks plain, or what its answer says. */
export async function connected(
  options: WebSocketConnector.ConnectOptions = {},
  more: { provider?: object | null; script?: SocketScript } = {},
  answer = "1",
): Promise<Dialled> {
  const ends = dialled(options, more);
  ends.socket.opens();
  ends.socket.receives(answer);
  await ends.connecting;
  ends.socket.sent.length = 0;
  return ends;
}

/** An acceptor over a scripted socket. */
export interface Upgraded {
  readonly socket: ScriptedSocket;
  readonly acceptor: Acceptor;
}

/** The first frame of a connector of this library that offers plain messages alone. */
export const HEADER: string = offerOf({ features: [] });

/** An acceptor over a scripted socket, whose header has come in; the test plays the client. */
export async function upgraded(
  options: WebSocketAcceptor.UpgradeOptions = {},
  { header = HEADER, script = {} }: { header?: string; script?: SocketScript } = {},
): Promise<Upgraded> {
  const socket = scripted({ readyState: 1, isServer: true, ...script });
  const acceptors: Acceptor[] = [];
  const keep = (acceptor: Acceptor) => void acceptors.push(acceptor);
  WebSocketAcceptor.upgrade({ url: "/path", headers: {} }, socket, keep, options);
  socket.receives(header);
  await Promise.resolve();
  return { socket, acceptor: acceptors[0]! };
}

/** The same, after `accept`. */
export async function accepted(
  options: WebSocketAcceptor.UpgradeOptions = {},
  more: { provider?: object | null; header?: string; script?: SocketScript } = {},
): Promise<Upgraded> {
  const ends = await upgraded(options, more);
  await ends.acceptor.accept(more.provider ?? null);
  ends.socket.sent.length = 0;
  return ends;
}

/** The other end closes, or answers our close. */
export async function closedBy(socket: ScriptedSocket, code = 1000, reason = ""): Promise<void> {
  socket.closed(code, reason);
  await turn();
}

/** The connector is as it was before it ever connected, and connects at the next try. */
export async function assertUsable(connector: Connector): Promise<void> {
  assertEquals(connector.state, WebSocketConnector.State.NONE);
  const socket = scripted({});
  const connecting = connector.connect("ws://again", { socket: () => socket });
  socket.opens();
  socket.receives("1");
  await connecting;
  assertEquals([connector.state, connector.url], [WebSocketConnector.State.OPEN, "ws://again"]);
  await closedBy(socket);
  assertEquals(socket.listenerCount, 0);
}
