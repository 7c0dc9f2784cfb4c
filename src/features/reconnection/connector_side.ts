import { now } from "../../clock.ts";
import type { ConnectorEndpoint } from "../../ends/connector_endpoint.ts";
import { endError, WebSocketError } from "../../errors.ts";
import type { Agreement, Fields } from "../../session/agreement.ts";
import type { FeatureSession } from "../../session/feature.ts";
import { type Ending, endingOf, type Link } from "../../session/link.ts";
import type { ReconnectionSettings } from "./options.ts";
import { ResumableSide } from "./resumable_side.ts";
import type { Retries } from "./retries.ts";
import { replace } from "./transitions.ts";
import type { Session } from "../../session/session.ts";

/** The maximum time from dialing again to acceptance, in ms, if `connect` has no `timeout`. */
const REDIAL_TIMEOUT = 30_000;
const WRONG = "Cannot resume the session: the number is impossible";

/** The side of a connector. */
export class ConnectorSide extends ResumableSide {
  readonly #owner: ConnectorEndpoint;
  readonly #id: string | undefined;
  readonly #retries: Retries;

  /** `id` is `undefined` if the server doesn't keep the session. */
  constructor(session: FeatureSession, settings: ReconnectionSettings, id: string | undefined) {
    super(session, settings, id !== undefined);
    this.#id = id;
    this.#owner = session.owner as ConnectorEndpoint;
    this.#retries = this.#owner.attempt as Retries;
    this.#retries.connected();
  }

  cut(ending: Ending): boolean {
    const cause = endError(ending);
    if (ending.isOurs || !this.#retries.mayRetry(cause)) return false;
    (this.session as Session).outgoing.leaving = this; // counts the messages from now on
    this.wentAway(ending, () => void this.#reconnect(cause));
    return true;
  }

  override ended(ending: Ending): void {
    if (this.isOver) return;
    super.ended(ending);
    this.#owner.attempt?.fail(endError(ending)); // no one waits for it
  }

  async #reconnect(cause: Error): Promise<void> {
    const { session } = this;
    const { report } = session;
    const dialed = this.#owner.dialed!;
    const { timeout = REDIAL_TIMEOUT } = dialed.options;
    const since = now();
    let isResumed: boolean | undefined = false;
    const dial = async (header = dialed.header): Promise<void> => {
      await this.#owner.try({
        ...dialed,
        options: { ...dialed.options, timeout },
        header,
        fields: { ...dialed.fields, session: this.#id && [this.#id, session.received] },
        // a failed attempt is the cause of the next event
        report: (event) => event.type === "close" && session.phase === "away" || report(event),
        accepted: (...args) => void (isResumed = this.#accepted(...args)),
        failed: () => true,
      });
      if (isResumed === undefined) throw new WebSocketError(1002, WRONG);
    };
    try {
      const attempts = await this.#retries.run(dial, cause);
      report({ type: "reconnect", isResumed, attempts, ms: now() - since });
    } catch (error) {
      if (error instanceof WebSocketError) this.end(error.status, error.message);
      else this.end(1006, String(error));
    }
  }

  /**
   * Returns whether the session goes on. Otherwise another one replaces it. `undefined` if the
   * server's number is impossible.
   */
  #accepted(link: Link, agreement: Agreement, fields: Fields): boolean | undefined {
    const [id, received] = Array.isArray(fields.session) ? fields.session : [];
    if (this.#id === undefined || id !== this.#id) {
      const ending = endingOf(1006, "The server has started a new session");
      this.isAway = false; // the connector isn't closed
      super.ended(ending);
      replace(this.session, ending, () => this.#owner.open(link, agreement, fields));
      return false;
    }
    if (!this.sent.isPossible(received)) {
      link.abandon(3002, WRONG);
      return undefined;
    }
    this.goOn(link, received);
    this.#retries.connected();
    return true;
  }
}
