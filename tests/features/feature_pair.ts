import type { WebSocketAcceptor, WebSocketConnector } from "../../mod.ts";
import type { FeatureSession, PluggedFeature } from "../../src/session/feature.ts";
import type { Feature } from "../../src/types/feature.ts";
import type { Acceptor, Connector } from "../helpers/ends.ts";
import { connectedTo, opened, type Server } from "../helpers/servers.ts";
import { gate } from "../helpers/waiting.ts";

/** A feature that does nothing, beside others, and notes the sessions that begin. */
export function watched(sessions: FeatureSession[]): PluggedFeature {
  return {
    name: "watched",
    begin(session) {
      sessions.push(session);
      return undefined;
    },
  };
}

/** A server and a client of it, over a real socket, that use the same features. */
export interface FeaturePair extends AsyncDisposable {
  readonly server: Server;
  readonly client: Connector;
  readonly acceptor: Acceptor;
  /** The sessions of the client, and of the server. */
  readonly here: readonly FeatureSession[];
  readonly there: readonly FeatureSession[];
}

/** What the two ends are made of. */
export interface FeaturePairOptions {
  /** Used by both ends, where `connect` and `accept` say nothing else. */
  readonly use: readonly Feature[];
  /** What the client offers. */
  readonly here?: object | null;
  /** What the server offers. */
  readonly there?: object | null;
  readonly connect?: WebSocketConnector.ConnectOptions;
  readonly accept?: WebSocketAcceptor.UpgradeOptions;
}

/** Connects two ends. */
export async function featurePair(options: FeaturePairOptions): Promise<FeaturePair> {
  const { use, here: ours = null, there: theirs = null, connect = {}, accept = {} } = options;
  const here: FeatureSession[] = [];
  const there: FeatureSession[] = [];
  const accepted = gate<Acceptor>();
  const server = await opened(async (acceptor) => {
    await acceptor.accept(theirs);
    accepted.open(acceptor);
  }, { ...accept, use: [...accept.use ?? use, watched(there)] });
  const chosen = { ...connect, use: [...connect.use ?? use, watched(here)] };
  const client = await connectedTo(server, chosen, ours);
  return {
    server,
    client,
    acceptor: await accepted.promise,
    here,
    there,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
