import { ConnectionClosedError } from "../errors.ts";
import { checkName, checkNames } from "../nearest.ts";
import { abortReason, checkSignal, type ConnectionOptions } from "../options.ts";
import type { Agreement, Fields } from "../session/agreement.ts";
import type { Settings } from "../session/feature.ts";
import { toldLimits } from "../session/handshake.ts";
import type { Link } from "../session/link.ts";
import { Session } from "../session/session.ts";
import { settingsOf } from "../session/settings.ts";
import { ConnectAttempt, type Dial } from "./connect_attempt.ts";
import { type ByPhase, Endpoint } from "./endpoint.ts";
import { wireOf } from "./wire_of.ts";

/** For error messages: each phase in words, and what to do. */
const PHASES: ByPhase<string> = {
  none: "the connector isn't connected. Call connect() first.",
  connecting: "the connector is still connecting. Await connect() first.",
  open: "the connector is already connected. Call close() first.",
  away: "the connector is reconnecting. Call close() first.",
  closing: "the connection is closing. Await close(), then call connect() again.",
  closed: "the connection is closed. Call connect() again.",
};

const WIRES = { linked: 1, plain: 1 };

type ConnectOptions = ConnectionOptions & Dial["options"];

const STATES: ByPhase<0 | 1 | 2 | 3> = { connecting: 0, away: 0, open: 1, closing: 2, closed: 3 };

/** Remembers what it dialed, so that a feature can dial again. */
export class ConnectorEndpoint extends Endpoint {
  attempt: ConnectAttempt | undefined;
  #dial: Dial | undefined;

  constructor() {
    super("none", PHASES);
  }

  get state(): -1 | 0 | 1 | 2 | 3 {
    return STATES[this.phase] ?? -1;
  }

  /** Throws if it can't connect in its phase, or an option is invalid. `heartbeat` is the default. */
  ready(
    act: string,
    options: ConnectOptions,
    names: Readonly<Record<string, 1>>,
    heartbeat: number,
  ): Settings {
    const { phase } = this;
    if (phase !== "none" && phase !== "closed") throw this.stateError(act);
    const settings = settingsOf(options, heartbeat);
    checkNames(options, names, "connect");
    const { wire = "linked", signal } = options;
    checkName(wire, WIRES, "connect: there is no wire");
    checkSignal(signal, "connect");
    return settings;
  }

  async dial(dial: Omit<Dial, "accepted" | "failed" | "fields">): Promise<void> {
    const { signal } = dial.options;
    const abort = (): void => this.attempt?.fail(abortReason(signal!.reason));
    this.begin("connecting");
    const dialed = this.#begin({
      ...dial,
      fields: Object.assign(
        toldLimits(dial.settings.limits),
        ...dial.settings.use.map((one) => one.offer?.()),
      ),
      accepted: (link, agreement, fields) => this.open(link, agreement, fields),
      failed: () => this.ownPhase = "none",
    });
    try {
      signal?.addEventListener("abort", abort);
      await dialed;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Dials again, for a feature that resumes or replaces a session. */
  redial(fields: object, header: unknown, accepted: Dial["accepted"]): Promise<void> {
    const dial = this.#dial!;
    return this.#begin({
      ...dial,
      options: { ...dial.options, signal: undefined }, // it was for connect() only
      header: header ?? dial.header,
      fields,
      accepted,
      failed() {},
    });
  }

  open(link: Link, agreement: Agreement, fields: Fields): void {
    const { settings } = this.#dial!;
    const wire = wireOf(agreement);
    this.session = new Session(this.rpc, this, { wire, agreement, settings, fields });
    this.session.attach(link);
    this.report({ type: "open" });
  }

  override close(code?: number, reason?: string): Promise<void> {
    if (this.phase !== "connecting") return super.close(code, reason);
    this.attempt!.fail(new ConnectionClosedError("Cannot connect: close() was called"));
    return Promise.resolve();
  }

  #begin(dial: Dial): Promise<void> {
    this.#dial = dial;
    const attempt = this.attempt = new ConnectAttempt(dial);
    try {
      attempt.begin();
    } catch (error) {
      attempt.fail(error);
    }
    const over = (): void => {
      if (this.attempt === attempt) this.attempt = undefined;
    };
    attempt.promise.then(over, over);
    return attempt.promise;
  }
}
