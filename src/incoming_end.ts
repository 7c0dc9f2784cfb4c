import { Connection } from "./connection.ts";
import type { ConnectionEnd, Ending } from "./connection_end.ts";
import { End, type EndKind } from "./end.ts";
import { peerOf, type Reporter, reporterOf } from "./events.ts";
import type { Greeted, Greeter } from "./greeted.ts";
import { hold } from "./link/hold.ts";
import { newTrail } from "./link/trail.ts";
import type { ConnectionOptions, Settings } from "./options.ts";
import type { ServedSocket } from "./serve/types.ts";
import { served } from "./serve/upgrade.ts";
import type { UpgradeRequest } from "./types/request.ts";
import type { SocketLike } from "./types/socket.ts";
import { isJson } from "./wire/json_only.ts";
import { isLongerThan } from "./wire/length.ts";
import { chooseCodec, isStalling, type Offer, readHeader } from "./wire/handshake.ts";

const KIND: EndKind = {
  first: "greeting",
  moves: {
    greeting: ["undecided", "closing", "closed"],
    undecided: ["open", "rejecting", "closing", "closed"],
    rejecting: ["closed"],
    open: ["closing", "closed"],
    closing: ["closed"],
  },
  advice: { undecided: "call accept() first" },
};

/** What an incoming connection comes from. */
export interface Origin {
  readonly socket: SocketLike;
  readonly request: UpgradeRequest;
  readonly ip: string;
  /** Decides about the connection: it is given the acceptor. */
  readonly handler: ((acceptor: never) => unknown) | undefined;
  readonly settings: Settings;
  readonly onEvent: ConnectionOptions["onEvent"];
  readonly greeter: Greeter | undefined;
}

/**
 * The inside of an acceptor: from the upgrade over the header to the decision. All in one object,
 * because a server holds one for each connection.
 */
export class IncomingEnd extends End implements ConnectionEnd, Greeted {
  /** What it comes from. */
  readonly origin: Origin;
  /** Tells an operator. */
  readonly report: Reporter;
  /** What the client told before the decision. */
  header: unknown;
  /** Resolves when the handler has returned, failed, or can't be called any more. */
  handled: Promise<unknown> = HANDLED;
  #acceptor: unknown;
  #socket!: ServedSocket;
  #offer: Offer | undefined;
  #cancelDeadline: (() => void) | undefined;
  #cancelKeepAlive: (() => void) | undefined;
  /** A frame that means nothing. */
  #keepAlive = "";
  #isDecided = false;

  constructor(origin: Origin) {
    super(KIND);
    this.origin = origin;
    this.report = reporterOf(origin.onEvent, () => peerOf(origin.request, origin.ip));
  }

  /** The acceptor is made: from now on the socket is heard. */
  begin(acceptor: unknown): void {
    const { socket, settings, greeter } = this.origin;
    this.#acceptor = acceptor;
    this.#socket = served(socket);
    const connection = new Connection(this.#socket, this, settings);
    this.attach(connection, this.report);
    greeter?.began(this);
    connection.start();
  }

  /** Tells the client that it is accepted, and speaks what both can. */
  accept(): void {
    this.decide();
    const offer = this.#offer;
    this.#offer = undefined; // it was needed once, and there may be many connections
    const { answer, ...agreed } = chooseCodec(offer, this.origin.settings.values);
    const { connection } = this;
    connection.frame(answer);
    this.#keepAlive = agreed.codec.keepAlive;
    this.#socket.speaks?.(this.#keepAlive);
    connection.speak(agreed, isStalling(agreed.features) ? newTrail : "nowhere");
    this.lifecycle.to("open");
    if (offer === undefined) connection.hold(hold);
  }

  /** The decision has been made, or there is nothing more to decide. */
  decide(): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#meetDeadline();
    this.origin.greeter?.decided();
  }

  /** Sends a frame that means nothing every so many ms, in place of the last such order. */
  keepAlive(ms: number): void {
    this.#cancelKeepAlive?.();
    this.#cancelKeepAlive = this.connection.later(ms, () => {
      this.keepAlive(ms); // first, so that what the frame brings about can cancel it
      this.connection.say(this.#keepAlive);
    });
  }

  /** The socket is open: the header is due. Sooner, a timer would hold up the answer to the upgrade. */
  opened(): void {
    this.#setDeadline("headerTimeout", "No header came in time");
  }

  /** The header came in. */
  greeted(frame: string): void {
    const { connection } = this;
    this.#meetDeadline();
    const greeting = readHeader(frame);
    if (greeting.kind === "foreign") return connection.fail(1002, "The first frame is no header");
    this.header = greeting.header;
    this.#offer = greeting.offer;
    this.lifecycle.to("undecided");
    this.#setDeadline("decisionTimeout", "The connection was not decided about in time");
    this.handled = this.#handle();
  }

  /** What comes before the decision is dropped, as TGrid does, but for what no peer sends. */
  early(text: string): void {
    const { connection } = this;
    const { frameBytes, headerBytes } = this.origin.settings.limits;
    if (isLongerThan(text, frameBytes)) {
      return connection.broke("frameBytes", 1009, "The frame is too long");
    }
    // a long one is not worth the work: it is dropped either way
    const isShort = !isLongerThan(text, headerBytes);
    if (isShort && !isJson(text)) connection.fail(1002, "The frame can't be read");
  }

  /** A message came in. */
  deliver(message: unknown): void {
    this.friend.reply(message);
  }

  /** The connection is over. */
  ended(ending: Ending): void {
    this.decide();
    this.lifecycle.to("closed");
    this.over(ending);
    this.origin.greeter?.ended(this);
  }

  get served(): Greeted["served"] {
    return this.friend.router;
  }

  get isWaiting(): boolean {
    return this.connection.isWaiting;
  }

  fail(code: number, reason: string): void {
    this.connection.fail(code, reason);
  }

  #setDeadline(limit: "headerTimeout" | "decisionTimeout", late: string): void {
    const { connection, origin } = this;
    const broke = (): void => connection.broke(limit, 1008, late);
    this.#cancelDeadline = connection.later(origin.settings.limits[limit], broke);
  }

  #meetDeadline(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined; // a connection may be idle for long
  }

  async #handle(): Promise<void> {
    try {
      await this.origin.handler?.(this.#acceptor as never);
    } catch (error) {
      this.report({ type: "error", error });
      this.connection.fail(1011, "The server failed"); // its text is nobody's business
    }
  }
}

/** No handler was called. */
const HANDLED = Promise.resolve();
