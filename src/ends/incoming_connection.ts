import { queueMicrotask } from "../global_scope.ts";
import { type ConnectionEvent, peerOf, reporterOf } from "../events.ts";
import { rejected } from "../handled.ts";
import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import { waitForEnd } from "../rpc/communicator.ts";
import type { ServedSocket } from "../runtimes/types.ts";
import { served } from "../runtimes/upgrade.ts";
import type { ClaimedSession, Settings } from "../session/feature.ts";
import {
  choose,
  isStalling,
  mayBeHeader,
  type Offer,
  readHeader,
  toldLimits,
  writeAnswer,
} from "../session/handshake.ts";
import { startHeartbeat } from "../session/heartbeat.ts";
import { type Ending, endingOf, Link, type LinkOwner } from "../session/link.ts";
import { isJson, isLongerThan } from "../session/parse_json.ts";
import { Session } from "../session/session.ts";
import { Timers } from "../session/timers.ts";
import type { Wire } from "../session/wire.ts";
import { pathOfIssue } from "../schema.ts";
import type { UpgradeRequest } from "../types/request.ts";
import type { SocketLike } from "../types/socket.ts";
import type { StandardSchema } from "../types/standard_schema.ts";
import type { ConnectionRegistry } from "./connection_registry.ts";
import { holdEarlyCalls } from "./early_call_gate.ts";
import { type ByPhase, Endpoint } from "./endpoint.ts";
import { ServerPacer } from "./server_pacer.ts";
import { SharedTimers } from "./shared_timers.ts";
import { wireOf } from "./wire_of.ts";

export interface Origin {
  readonly socket: SocketLike;
  readonly request: UpgradeRequest;
  readonly ip: string;
  /** Gets the acceptor, and accepts or rejects it. */
  readonly handler: ((acceptor: never) => unknown) | undefined;
  /** Validates the header. */
  readonly schema: StandardSchema | undefined;
  /** Checks the header of a client that resumes a session. */
  readonly resumed: ((acceptor: never, header: never) => unknown) | undefined;
  readonly settings: Settings;
  readonly onEvent: ((event: ConnectionEvent) => void) | undefined;
  /** The server's, if there is one. */
  readonly registry: ConnectionRegistry | undefined;
}

const LATE = {
  headerTimeout: "No header arrived in time",
  decisionTimeout: "The server didn't accept or reject in time",
};

/** The maximum time for a socket to open, in ms, even if `headerTimeout` is longer. */
const OPENING_AT_MOST = DEFAULT_LIMITS.headerTimeout;

const HANDLED = Promise.resolve();
/** The reason if a handler throws, without the error's message, which may be secret. */
const FAILED = "Internal server error";

/** For error messages: each phase in words, and what to do. */
const PHASES: ByPhase<string> = {
  greeting: "the client hasn't been accepted",
  undecided: "the client hasn't been accepted. Call accept() first.",
  rejecting: "the client is being rejected",
  open: "the client has already been accepted",
  away: "the client is reconnecting",
  closing: "the connection is closing",
  closed: "the connection is closed",
};

/**
 * The private part of an acceptor: it reads the header, and is accepted or rejected. One object for
 * all phases saves memory, because a server has one for each connection.
 */
export class IncomingConnection extends Endpoint implements LinkOwner {
  readonly origin: Origin;
  header: unknown;
  /** Resolves when the handler has returned or failed, or won't be called. */
  handled: Promise<unknown> = HANDLED;
  /** The connection that wants to resume the session, while its header is checked. */
  comeback: Pick<IncomingConnection, "reject"> | undefined;
  link!: Link;
  #socket!: ServedSocket;
  #offer: Offer | undefined;
  #cancelDeadline: (() => void) | undefined;
  #cancelPing: (() => void) | undefined;
  #pingEvery: number | undefined;
  #isDecided = false;

  constructor(origin: Origin, phases: ByPhase<string> = PHASES) {
    super("greeting", phases);
    this.origin = origin;
    this.report = reporterOf(origin.onEvent, () => peerOf(origin.request, origin.ip));
  }

  /** Listens to the socket. Called when the acceptor exists. */
  listen(): void {
    const { socket, settings, registry } = this.origin;
    this.#socket = served(socket);
    const { report } = this;
    const timers = this.#socket.ownTimers === true ? new Timers() : new SharedTimers();
    const { limits } = settings;
    const lingers = registry?.lingers;
    this.link = new Link(this.#socket, this, { limits, report, timers, lingers });
    registry?.began(this);
    // set before the socket opens, because it may never open and never emit an event
    this.#setDeadline("headerTimeout", Math.min(limits.headerTimeout, OPENING_AT_MOST));
    this.link.start();
  }

  accept(): void {
    this.decide();
    const offer = this.#offer;
    this.#offer = undefined; // saves memory, because there may be many connections
    const { link, origin: { settings } } = this;
    const agreement = choose(offer, settings.use);
    const wire = wireOf(agreement);
    const fields = offer?.fields ?? {};
    const session = new Session(this.rpc, this, { wire, agreement, settings, fields });
    const answered = session.hooks.map((hook) => hook.answer?.());
    link.say(writeAnswer(agreement, Object.assign(toldLimits(settings.limits), ...answered)));
    this.session = session;
    this.speak(link, wire, isStalling(agreement.features));
    session.attach(link);
    if (offer === undefined) holdEarlyCalls(session, link);
    this.report({ type: "open" });
  }

  /** The handshake is over: starts what needs the wire format. */
  speak(link: Link, wire: Wire, isStalling: boolean): void {
    this.#socket.speaks?.(wire.keepAlive);
    if (isStalling) link.pacer = new ServerPacer(link, wire.keepAlive);
    startHeartbeat(link, wire, this.origin.settings.heartbeat);
  }

  reject(status: number, reason: string): Promise<void> {
    this.decide();
    const { link } = this;
    this.ownPhase = "rejecting";
    let failed: Promise<never> | undefined;
    try {
      link.close(status, reason);
    } catch (error) {
      link.close(1008, reason);
      failed = rejected(error);
    }
    const closed = this.join(undefined) as Promise<void>;
    queueMicrotask(() => link.finish()); // doesn't wait for the client's answer
    return failed ?? closed;
  }

  override join(limit: number | Date | undefined): Promise<void | boolean> | undefined {
    const isRejecting = this.phase === "rejecting";
    return isRejecting ? waitForEnd(this.communicator, limit) : super.join(limit);
  }

  override close(code?: number, reason?: string): Promise<void> {
    const isUndecided = this.phase === "undecided";
    return isUndecided ? rejected(this.stateError("close")) : super.close(code, reason);
  }

  /** The connection was accepted or rejected, or ended before that. */
  decide(): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#clearDeadline();
    this.origin.registry?.decided();
  }

  ping(ms: number): void {
    this.#pingEvery = ms;
    this.#cancelPing?.();
    const { session } = this;
    const link = session?.link;
    if (link === undefined) return;
    this.#cancelPing = link.timers.later(ms, () => {
      this.ping(ms); // before the frame, whose effects may cancel it
      link.say(session!.wire.keepAlive);
    });
  }

  /** The session goes on over another link, whose timers don't ping yet. */
  resumed(): void {
    if (this.#pingEvery !== undefined) this.ping(this.#pingEvery);
  }

  opened(): void {
    const { headerTimeout } = this.origin.settings.limits;
    if (headerTimeout <= OPENING_AT_MOST) return;
    this.#clearDeadline();
    this.#setDeadline("headerTimeout", headerTimeout);
  }

  text(text: string): void {
    const { link, ownPhase } = this;
    const { limits } = this.origin.settings;
    if (link.isClosing) return;
    if (ownPhase === "greeting") {
      if (mayBeHeader(text, limits, this)) this.#greeted(text);
      return;
    }
    if (ownPhase !== "undecided") return;
    // frames before acceptance are dropped, as in TGrid, except those that no honest peer sends
    if (isLongerThan(text, limits.frameBytes)) {
      return this.broke("frameBytes", 1009, "The frame is too long");
    }
    // parsing a long one would take too much time
    if (!isLongerThan(text, limits.headerBytes) && !isJson(text)) {
      this.fail(1002, "The frame can't be read");
    }
  }

  binary(): void {
    if (this.ownPhase === "greeting") this.#greeted(""); // a header is never binary
  }

  /** The link ended without a session. */
  closed(ending: Ending): void {
    this.ended(ending, undefined);
  }

  override ended(ending: Ending, error: Error | undefined): void {
    this.decide();
    super.ended(ending, error);
    this.origin.registry?.ended(this, this.handled);
  }

  broke(limit: keyof Limits, code: number, reason: string): void {
    if (this.link.isClosing) return;
    this.report({ type: "limit", limit });
    this.fail(code, reason);
  }

  override fail(code: number, reason: string): void {
    if (this.phase === "away") {
      return this.session!.end(endingOf(1006, "The server closed while the client was away"));
    }
    if (this.session !== undefined) return this.session.fail(code, reason);
    this.link.fail(code, reason);
    if (this.ownPhase !== "closed" && this.link.isClosing) this.ownPhase = "closing";
  }

  #greeted(frame: string): void {
    this.#clearDeadline();
    const greeting = readHeader(frame);
    if (greeting === undefined) return this.fail(1002, "The first frame isn't a header");
    this.header = greeting.header;
    const { offer } = greeting;
    this.#offer = offer;
    this.ownPhase = "undecided";
    const { decisionTimeout } = this.origin.settings.limits;
    this.#setDeadline("decisionTimeout", decisionTimeout);
    const claimed = offer && this.#claimed(offer);
    const { schema, resumed } = this.origin;
    if (claimed === undefined) this.#start(schema);
    else if (schema === undefined && resumed === undefined) this.#takeOver(claimed);
    else void this.#check(claimed);
  }

  /** Starts a session of its own. `schema` is undefined if the header has been validated. */
  #start(schema: StandardSchema | undefined): void {
    const { registry, settings } = this.origin;
    if (registry !== undefined && registry.size > settings.limits.connections) {
      return this.broke("connections", 1013, "This server is full");
    }
    this.handled = this.#handle(schema);
  }

  /** Returns the session that the client wants to resume, if it is of the same server. */
  #claimed({ fields }: Offer): ClaimedSession | undefined {
    const { settings, registry } = this.origin;
    return settings.use.map((one) => one.claim?.(fields)).find((claimed) =>
      claimed !== undefined &&
      (claimed.session.owner as IncomingConnection).origin.registry === registry
    );
  }

  /** The header may have a token that was revoked. */
  async #check(claimed: ClaimedSession): Promise<void> {
    const { schema, resumed } = this.origin;
    const owner = claimed.session.owner as IncomingConnection;
    const comeback = {
      reject: (code: number, reason: string): Promise<void> => {
        claimed.reject(code, reason);
        return this.reject(code, reason);
      },
    };
    try {
      const fits = schema === undefined || await this.#fits(schema);
      if (fits === false) claimed.reject(1008, "The header is invalid");
      if (fits !== true) return;
      owner.comeback = comeback;
      await resumed?.(owner.communicator as never, this.header as never);
    } catch (error) {
      this.report({ type: "error", error });
      claimed.reject(1011, FAILED);
      this.fail(1011, FAILED);
    } finally {
      if (owner.comeback === comeback) owner.comeback = undefined;
    }
    if (this.phase === "undecided") this.#takeOver(claimed);
  }

  #takeOver(claimed: ClaimedSession): void {
    const { link } = this;
    const { features } = this.#offer!;
    const { agreement } = claimed.session;
    const isResumed = claimed.resume(link, (fields) => {
      this.decide();
      this.origin.registry?.ended(this, HANDLED); // the link belongs to another acceptor now
      link.say(writeAnswer(agreement, fields));
      this.speak(link, wireOf(agreement), isStalling(features));
    });
    if (!isResumed) this.#start(undefined);
  }

  #setDeadline(limit: keyof typeof LATE, ms: number): void {
    this.#cancelDeadline = this.link.timers.later(ms, () => this.broke(limit, 1008, LATE[limit]));
  }

  #clearDeadline(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined; // frees its memory, because a connection may live long
  }

  /**
   * Returns `undefined` if the client has left by then, or the schema was too slow. The reason only
   * says where the header is invalid. What was expected may be secret.
   */
  async #fits(schema: StandardSchema): Promise<boolean | undefined> {
    const result = await schema["~standard"].validate(this.header);
    if (this.phase !== "undecided") return undefined;
    if (result.issues === undefined) {
      this.header = result.value;
      return true;
    }
    const [first] = result.issues;
    const at = first === undefined ? [] : pathOfIssue(first);
    this.fail(1008, `The header is invalid${at.length === 0 ? "" : ` at "${at.join(".")}"`}`);
    return false;
  }

  async #handle(schema: StandardSchema | undefined): Promise<void> {
    const { handler } = this.origin;
    try {
      if (schema !== undefined && !(await this.#fits(schema))) return;
      await handler?.(this.communicator as never);
    } catch (error) {
      this.report({ type: "error", error });
      this.fail(1011, FAILED);
    }
  }
}
