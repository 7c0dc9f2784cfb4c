import { reporterOf } from "../events.ts";
import { checkNames } from "../nearest.ts";
import { CONNECTION_OPTIONS, type ConnectionOptions } from "../options.ts";
import type { CallOptions } from "../rpc/call_options.ts";
import type { Settings } from "../session/feature.ts";
import { startHeartbeat } from "../session/heartbeat.ts";
import { Link } from "../session/link.ts";
import { settingsOf } from "../session/settings.ts";
import { Timers } from "../session/timers.ts";
import type { Driver } from "../types/driver.ts";
import type { Feature } from "../types/feature.ts";
import type { PortLike } from "../types/port_like.ts";
import { type ByPhase, Endpoint } from "./endpoint.ts";
import { watchOtherSide } from "./port_lock.ts";
import { portSession } from "./port_session.ts";
import { PortSocket } from "./port_socket.ts";
import { WebSocketCommunicator } from "./websocket_communicator.ts";

/** For error messages: each phase in words. */
const PHASES: ByPhase<string> = {
  none: "the port isn't open",
  closing: "the port is closing",
  closed: "the port is closed",
};

/** The options of a {@linkcode PortCommunicator}. */
export interface PortOptions extends Omit<ConnectionOptions, "heartbeat" | "use"> {
  /**
   * Detects that the other side is gone, if the platform doesn't report it: see
   * {@linkcode ConnectionOptions.heartbeat}. Default: off.
   */
  readonly heartbeat?: number | undefined;
  /**
   * Features. Both sides must list the same ones, because a port has no handshake. With `structured`,
   * values are serialized as over a WebSocket instead of cloned. Default: none.
   */
  readonly use?: readonly Feature[] | undefined;
}

/**
 * Calls in both directions over a `MessagePort`: between a page and an iframe, a program and a
 * worker, or two parts of a program. Both sides create one, in any order, and can call at once.
 *
 * Values are cloned by the platform instead of serialized as JSON, so that dates, maps and bytes
 * arrive as such. {@linkcode transfer} moves buffers instead of copying them.
 *
 * @typeParam Provider What this side offers.
 * @typeParam Remote What the other side offers.
 *
 * @example Connect the two ports of a channel
 * ```ts
 * import { PortCommunicator } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const provider = { next: (day: Date) => new Date(day.getTime() + 86_400_000) };
 * const { port1, port2 } = new MessageChannel();
 * await using _server = new PortCommunicator<typeof provider, null>(port1, provider);
 * await using client = new PortCommunicator<null, typeof provider>(port2, null);
 * assertEquals(await client.getDriver().next(new Date(0)), new Date(86_400_000));
 * ```
 */
export class PortCommunicator<
  Provider extends object | null,
  Remote extends object | null,
> extends WebSocketCommunicator<Provider, Remote> {
  /**
   * Starts to listen to the port. Calls can be made at once: the port keeps them until the other
   * side listens.
   *
   * @param port A `MessagePort` that has no other reader, or a `Worker`, or in a worker its
   * global scope.
   * @param provider What this side offers. `null` offers nothing.
   * @throws {TypeError} If the port has no `postMessage`, or an option doesn't exist.
   * @throws {RangeError} If a limit or the heartbeat is out of range.
   */
  constructor(port: PortLike, provider: Provider, options: PortOptions = {}) {
    const settings = settingsOf(options, Infinity);
    checkNames(options, CONNECTION_OPTIONS, "create the communicator");
    if (typeof port?.postMessage !== "function") {
      throw new TypeError("Cannot create the communicator: expected a MessagePort");
    }
    const end = new Endpoint("none", PHASES);
    super(provider, end);
    end.report = reporterOf(options.onEvent, () => ({ ip: "", path: "" }));
    begin(end, settings, port);
  }

  /**
   * Returns a driver, as {@linkcode Communicator.getDriver} does. Its types are those of values that
   * are cloned, unless you choose others.
   *
   * @typeParam Controller The provider's type, if it isn't `Remote`.
   * @typeParam UseParametric `true` also accepts the JSON form of each argument.
   * @typeParam Values The types of values. Default: `"structured"`.
   * @throws {TypeError} For an unknown option, or one with an invalid value.
   */
  override getDriver<
    Controller extends object = NonNullable<Remote>,
    UseParametric extends boolean = false,
    Values extends "json" | "structured" = "structured",
  >(options?: CallOptions): Driver<Controller, UseParametric, Values> {
    return super.getDriver<Controller, UseParametric, Values>(options);
  }

  /**
   * Closes the port on both sides. Rejects pending calls on both sides. Does nothing if it is
   * closed. A `Worker` isn't terminated.
   */
  override close(): Promise<void> {
    return super.close();
  }
}

function begin(end: Endpoint, settings: Settings, port: PortLike): void {
  const { limits } = settings;
  const socket = new PortSocket(port);
  const session = portSession(end.rpc, end, { settings, socket });
  end.session = session;
  const link = new Link(socket, session, { limits, report: end.report, timers: new Timers() });
  session.attach(link);
  startHeartbeat(link, session.wire, settings.heartbeat);
  link.start();
  watchOtherSide(socket);
  socket.start();
  end.report({ type: "open" });
}
