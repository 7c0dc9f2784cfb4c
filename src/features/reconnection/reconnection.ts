import type { ConnectorEndpoint } from "../../ends/connector_endpoint.ts";
import { type MessageKind, type PluggedFeature, stateOf } from "../../session/feature.ts";
import type { Feature } from "../../types/feature.ts";
import { KeptSessions } from "./acceptor_side.ts";
import { ACKNOWLEDGEMENT } from "./acknowledgements.ts";
import { ConnectorSide } from "./connector_side.ts";
import { checked, type ReconnectionOptions } from "./options.ts";
import { ResumableSide } from "./resumable_side.ts";
import { Retries } from "./retries.ts";

export type { ReconnectionOptions };

/** How soon a lost peer is noticed, in ms: within three times this. */
const HEARTBEAT = 10_000;

const KINDS: Record<number, MessageKind> = {
  [ACKNOWLEDGEMENT]: {
    take: (message, session) => stateOf(session, ResumableSide).acknowledged(message[1]),
  },
};

/**
 * A feature that reconnects when the connection is lost. List it in the option `use` on both sides.
 * The session then goes on: calls that were pending return, each call runs once and in order, and
 * calls that are made in the meantime wait. The acceptor stays open, with its provider and drivers.
 *
 * If only the connector uses it, or the session can't be resumed, because the server restarted for
 * example, a new session starts. Calls that were sent before reject, except those of drivers with
 * the option `retry`. Calls that weren't sent go on.
 *
 * Create it once per server and once per connector, not for each connection.
 *
 * @throws {TypeError} If an option doesn't exist or has the wrong type.
 * @throws {RangeError} If a number is negative.
 *
 * @example Survive a lost connection
 * ```ts
 * import { reconnection, WebSocketConnector, WebSocketServer } from "@sheetbend/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const provider = { greet: (name: string) => `hello ${name}` };
 * await using server = new WebSocketServer<null, typeof provider, null>();
 * await server.open(
 *   { port: 0, hostname: "127.0.0.1", use: [reconnection({ window: 30_000 })] },
 *   (acceptor) => acceptor.accept(provider),
 * );
 * await using connector = new WebSocketConnector<null, null, typeof provider>(null, null);
 * await connector.connect(`ws://127.0.0.1:${server.address!.port}`, {
 *   use: [reconnection()],
 *   onEvent: ({ type }) => console.log(type), // "disconnect", "reconnecting", "reconnect"
 * });
 * assertEquals(await connector.getDriver().greet("you"), "hello you");
 * ```
 */
export function reconnection<Header = unknown>(
  options: ReconnectionOptions<Header> = {},
): Feature {
  const settings = checked(options as ReconnectionOptions<never>);
  let kept: KeptSessions | undefined; // a connector needs none
  const feature: PluggedFeature = {
    name: "resume",
    heartbeat: HEARTBEAT,
    kinds: KINDS,
    async connect(dial, owner) {
      const retries = new Retries(owner as ConnectorEndpoint, settings);
      try {
        await retries.once(dial);
      } catch (error) {
        if (!settings.first || !retries.mayRetry(error)) throw error;
        await retries.run(dial, error);
      }
    },
    begin(session, isAgreed, fields) {
      if ("dialed" in session.owner) {
        const id = isAgreed && typeof fields.session === "string" ? fields.session : undefined;
        return new ConnectorSide(session, settings, id);
      }
      return isAgreed && "comeback" in session.owner
        ? (kept ??= new KeptSessions(settings)).begin(session)
        : undefined;
    },
    claim: (fields) => kept?.claimed(fields),
  };
  return feature;
}
