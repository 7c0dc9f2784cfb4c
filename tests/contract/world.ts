import { inTime } from "./check.ts";
import type { ConnectOptions, Connector, Library, Make, Remote } from "./library.ts";

/** What speaks with what. */
export interface Pairing {
  readonly client: Make;
  readonly server: Make;
  /** How messages become text: `linked` takes two ends of ours, which agree on it by themselves. */
  readonly codec: "plain" | "linked";
}

/** One connection of a case: the client's end, and what the server saw of it. */
export interface Visit {
  readonly connector: Connector;
  readonly remote: Remote;
  readonly url: string;
  connect(options?: ConnectOptions): Promise<void>;
  /** What the server noted of an event, as soon as it does. */
  saw(event: string): Promise<unknown>;
  /** Did it note the event until now? */
  hasSeen(event: string): Promise<boolean>;
}

/** What a connection begins with. */
export interface Offer {
  readonly header?: unknown;
  readonly provider?: object | null;
  /** Of a server other than the one under test. */
  readonly port?: number;
}

/** What a case has to work with. */
export class World {
  readonly lib: Library;
  readonly pairing: Pairing;
  readonly control: Remote;
  readonly #base: string;
  readonly #connectors: Connector[] = [];
  static #lastId = 0;

  constructor(lib: Library, { pairing, base, control }: {
    readonly pairing: Pairing;
    readonly base: string;
    readonly control: Remote;
  }) {
    this.lib = lib;
    this.pairing = pairing;
    this.control = control;
    this.#base = base;
  }

  /** A connector of the client's make, which is closed at the end of the case. */
  connector(header: unknown, provider: object | null): Connector {
    const connector = new this.lib.WebSocketConnector(header, provider);
    this.#connectors.push(connector);
    return connector;
  }

  /** What `connect` is given, so that both ends speak as the pairing says. */
  options(given: ConnectOptions = {}): ConnectOptions {
    const { client, server, codec } = this.pairing;
    const isChoice = client === "ours" && server === "ours" && codec === "plain";
    return isChoice ? { wire: "plain", ...given } : given;
  }

  /** A visit to a scenario that has not connected yet. */
  prepare(path: string, offer: Offer = {}): Visit {
    const { provider = null, port } = offer;
    const id = String(++World.#lastId);
    const connector = this.connector("header" in offer ? offer.header : null, provider);
    const base = port === undefined ? this.#base : `ws://127.0.0.1:${port}`;
    const url = `${base}${path}${path.includes("?") ? "&" : "?"}id=${id}`;
    return {
      connector,
      remote: connector.getDriver(),
      url,
      connect: (options = {}) =>
        inTime(connector.connect(url, this.options(options)), "the connect"),
      saw: (event) => inTime(this.control.saw(id, event), `the server's note of "${event}"`),
      hasSeen: (event) => this.control.has(id, event),
    };
  }

  /** A visit to a scenario that accepts. */
  async visit(path = "/accept", offer: Offer = {}): Promise<Visit> {
    const visit = this.prepare(path, offer);
    await visit.connect();
    return visit;
  }

  /** Closes what the case left open. */
  async end(): Promise<void> {
    const OPEN = 1;
    const CLOSING = 2;
    for (const connector of this.#connectors) {
      if (connector.state === OPEN) await inTime(connector.close(), "the close at the end");
      else if (connector.state === CLOSING) await inTime(connector.join(), "the end");
    }
  }
}

/**
 * What a case can't do without. A case that needs nothing runs wherever there are two ends, also
 * between two of TGrid: so it tells what TGrid does as well.
 */
export type Need = "our client" | "our server" | "an end of ours" | "linked";

/** A case: what holds, and how it is shown. Its name is all that a report needs. */
export interface Case {
  readonly name: string;
  readonly needs?: readonly Need[];
  /** It only makes calls that return, on one `visit()`: others can use the same connection. */
  readonly onlyCalls?: true;
  run(world: World): Promise<void>;
}

/** Does the case run between these two? */
export function runsIn(one: Case, { client, server, codec }: Pairing): boolean {
  return (one.needs ?? []).every((need) => {
    switch (need) {
      case "our client":
        return client === "ours";
      case "our server":
        return server === "ours";
      case "an end of ours":
        return client === "ours" || server === "ours";
      case "linked":
        return codec === "linked";
      default:
        return need satisfies never;
    }
  });
}
