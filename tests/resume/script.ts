import { assertEquals } from "@std/assert";
import type { FakeTime } from "@std/testing/time";
import {
  type ConnectionEvent,
  reconnection,
  type ReconnectionOptions,
  WebSocketAcceptor,
  WebSocketConnector,
} from "../../mod.ts";
import {
  type Acceptor,
  type Anything,
  closeAll,
  type Connector,
  scripted,
} from "../helpers/ends.ts";
import { FEATURES } from "../helpers/handshake.ts";
import type { ScriptedSocket } from "../helpers/scripted_socket.ts";
import { microtasks } from "../helpers/waiting.ts";

/** Ends that the running test has made. */
const made = new Set<Acceptor | Connector>();

/** Ends what a test has left, also the sessions that are away. */
export async function endAll(): Promise<void> {
  for (const end of made) if (end.state === 0 || end.state === 1) void end.close();
  made.clear();
  closeAll();
  await microtasks();
}

/** The features that both ends name. */
export const NAMES: readonly string[] = [...FEATURES, "resume"];
/** The id that the scripted server gives. */
export const ID = "the-secret-of-the-client";

/** What a scripted client or server says in the handshake beside its features. */
export interface Said {
  readonly session?: unknown;
  readonly header?: unknown;
  readonly features?: readonly string[];
  readonly values?: string;
}

/** A client's first frame. */
export function offer({ session, header = null, features = NAMES, values = "json" }: Said): string {
  const link = { version: 1, features, values: [values], session };
  return JSON.stringify({ header, link });
}

/** A server's answer. */
export function answer({ session, features = NAMES, values = "json" }: Said): string {
  return JSON.stringify({ accept: 1, link: { version: 1, features, values, session } });
}

/** What is written into an event, without what differs from run to run. */
export function brief(event: ConnectionEvent): string {
  switch (event.type) {
    case "disconnect":
    case "close":
      return `${event.type} ${event.code} ${event.reason}`.trimEnd();
    case "reconnecting":
      return `reconnecting ${event.attempt}`;
    case "reconnect":
      return `reconnect ${event.isResumed ? "resumed" : "anew"} ${event.attempts}`;
    case "limit":
      return `limit ${event.limit}`;
    case "error":
      return `error ${event.error}`;
    default:
      return event.type;
  }
}

/** A connector whose server the test plays, over one scripted socket after another. */
export class Client {
  readonly connector: Connector;
  readonly sockets: ScriptedSocket[] = [];
  readonly events: ConnectionEvent[] = [];
  /** Called for each event, after it was noted. */
  heard: (event: ConnectionEvent) => void = () => {};
  /** Called instead of making a socket. */
  dials: (() => ScriptedSocket) | undefined;

  constructor(provider: object | null = null, header: unknown = "of the constructor") {
    this.connector = new WebSocketConnector<unknown, object | null, Anything>(header, provider);
    made.add(this.connector);
  }

  connect(
    options: ReconnectionOptions = {},
    { use = [], ...more }: WebSocketConnector.ConnectOptions = {},
  ): Promise<void> {
    return this.connector.connect("ws://host/path", {
      socket: () => {
        const socket = this.dials?.() ?? scripted({});
        this.sockets.push(socket);
        return socket;
      },
      use: [...use, reconnection(options)],
      heartbeat: Infinity,
      onEvent: (event) => {
        this.events.push(event);
        this.heard(event);
      },
      ...more,
    });
  }

  /** The socket that was dialed last. */
  get socket(): ScriptedSocket {
    return this.sockets.at(-1)!;
  }

  get told(): string[] {
    return this.events.map(brief);
  }

  /** The server accepts the last dial; what the client said is given back. */
  accept(said: Said = {}): Record<string, unknown> {
    const { socket } = this;
    socket.opens();
    const frame = JSON.parse(socket.sent[0]!);
    socket.sent.length = socket.frames.length = 0;
    socket.receives(answer(said));
    return frame;
  }

  /** The server resumes, having received so many messages. */
  resume(received: unknown, said: Said = {}): Record<string, unknown> {
    return this.accept({ session: [ID, received], ...said });
  }
}

/**
 * A client that is connected, and whose session the server keeps. Without a `delay`, each first
 * attempt counts as the first, however short the connection was.
 */
export async function clientOf(
  options: ReconnectionOptions = {},
  { provider, ...more }: WebSocketConnector.ConnectOptions & { provider?: object } = {},
  said: Said = { session: ID },
): Promise<Client> {
  const client = new Client(provider);
  const connecting = client.connect({ delay: 0, ...options }, more);
  await microtasks();
  client.accept(said);
  await connecting;
  client.events.length = 0;
  return client;
}

/** Acceptors of one `reconnection()`, whose clients the test plays. */
export class Serving {
  readonly acceptors: Acceptor[] = [];
  readonly events: ConnectionEvent[] = [];
  heard: (event: ConnectionEvent) => void = () => {};
  readonly #options: WebSocketAcceptor.UpgradeOptions;
  readonly #provider: object | null;

  constructor(
    options: ReconnectionOptions = {},
    { provider = null, use = [], ...more }: WebSocketAcceptor.UpgradeOptions & {
      provider?: object | null;
    } = {},
  ) {
    this.#provider = provider;
    this.#options = {
      use: [...use, reconnection(options)],
      heartbeat: Infinity,
      onEvent: (event) => {
        this.events.push(event);
        this.heard(event);
      },
      ...more,
    };
  }

  get told(): string[] {
    return this.events.map(brief);
  }

  /** A client opens a socket and says this. */
  dial(said: Said = {}): ScriptedSocket {
    const socket = scripted({ readyState: 1, isServer: true });
    const handler = (acceptor: Acceptor): Promise<void> => {
      this.acceptors.push(acceptor);
      made.add(acceptor);
      return acceptor.accept(this.#provider);
    };
    const request = { url: `/path${this.acceptors.length}`, headers: {} };
    WebSocketAcceptor.upgrade(request, socket, handler as never, this.#options);
    socket.receives(offer(said));
    return socket;
  }

  /** A client that was accepted. */
  async begin(said: Said = {}): Promise<Held> {
    const before = this.acceptors.length;
    const socket = this.dial(said);
    await microtasks();
    assertEquals(this.acceptors.length, before + 1);
    const id = answerIn(socket).session as string;
    socket.sent.length = socket.frames.length = 0;
    return { socket, id, acceptor: this.acceptors.at(-1)! };
  }
}

/** A session of an acceptor. */
export interface Held {
  readonly socket: ScriptedSocket;
  readonly id: string;
  readonly acceptor: Acceptor;
}

/** The fields of an acceptor's answer, which is its first frame. */
export function answerIn(socket: ScriptedSocket): Record<string, unknown> {
  return (JSON.parse(socket.sent[0]!) as { link: Record<string, unknown> }).link;
}

/** So many ms pass, and everything runs that waits for nothing else. */
export async function pass(time: FakeTime, ms: number): Promise<void> {
  await time.tickAsync(ms);
  await microtasks(50);
}

/** The wait before a first attempt to connect again, at most, in ms. */
export const FIRST = 100;

/** Cuts the connection, and lets the client dial again. */
export async function away(client: Client, time: FakeTime, code = 1006): Promise<void> {
  const dials = client.sockets.length;
  await cut(client.socket, code);
  await pass(time, FIRST);
  assertEquals(client.sockets.length, dials + 1);
}

/** The socket is gone, and nobody was told why. */
export async function cut(socket: ScriptedSocket, code = 1006, reason = ""): Promise<void> {
  socket.closed(code, reason);
  await microtasks();
}
