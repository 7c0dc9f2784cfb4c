/**
 * The end that dials, attacked: in a process of its own, driven by the calls of an honest server,
 * whose address it is given.
 */
import { type ConnectionEvent, type Limits, WebSocketConnector } from "../../../mod.ts";
import { PATIENCE } from "../patience.ts";
import { textOf } from "./journal.ts";
import { provider } from "./provider.ts";

/** How the attacked connector is to connect. */
export interface Attack {
  readonly url: string;
  readonly limits: Partial<Limits>;
  readonly heartbeat: number | null;
  readonly timeout: number;
  readonly makesCalls: boolean;
}

/** What became of it. */
export interface Report {
  /** The error of `connect`. */
  readonly refused?: { readonly name: string; readonly status: unknown; readonly message: string };
  /** What became of the calls `first` and `second`. */
  readonly calls: readonly unknown[];
  /** What an operator was told. */
  readonly events: readonly string[];
  /** The state once it was over. */
  readonly state: number;
  /** What the same connector gets from an honest server afterwards. */
  readonly again: string;
}

// deno-lint-ignore no-explicit-any -- the peer is hostile: nothing is known of it
type Attacked = WebSocketConnector<any, any, any>;

const [home] = Deno.args as [string];

class Case {
  readonly #connector: Attacked = new WebSocketConnector({ token: "hunter2" }, provider);
  readonly #events: string[] = [];
  readonly #calls: unknown[] = ["waits", "waits"];
  #refused: Report["refused"];

  async connect({ url, limits, heartbeat, timeout, makesCalls }: Attack): Promise<boolean> {
    const onEvent = (event: ConnectionEvent): void => this.#tell(event);
    const beat = heartbeat === null ? {} : { heartbeat };
    try {
      await this.#connector.connect(url, { limits, timeout, onEvent, ...beat });
    } catch (error) {
      const { name, status, message } = error as Error & { status?: unknown };
      this.#refused = { name, status, message };
      return false;
    }
    if (makesCalls) ["first", "second"].forEach((name, at) => this.#call(name, at));
    return true;
  }

  /** Does the connection go on? */
  async probe(): Promise<unknown> {
    return await this.#connector.getDriver().probe("probe");
  }

  async finish(goesOn: boolean): Promise<Report> {
    const before = structuredClone(this.#calls);
    if (goesOn) await this.#connector.close();
    else if (this.#refused === undefined && !await this.#connector.join(PATIENCE)) {
      throw new Error("Cannot tell how it ended: it goes on");
    }
    const { state } = this.#connector;
    await null; // what is rejected at the end is told a few microtasks later
    return {
      ...this.#refused && { refused: this.#refused },
      calls: goesOn ? before : structuredClone(this.#calls),
      events: [...this.#events],
      state,
      again: await this.#again(),
    };
  }

  #call(name: string, at: number): void {
    this.#connector.getDriver()[name]().then(
      (value: unknown) => this.#calls[at] = { value },
      (error: unknown) => this.#calls[at] = { error: textOf(error) },
    );
  }

  async #again(): Promise<string> {
    try {
      await this.#connector.connect(home);
      const answer = await this.#connector.getDriver().echo("again");
      await this.#connector.close();
      return answer;
    } catch (error) {
      return textOf(error);
    }
  }

  #tell(event: ConnectionEvent): void {
    if (event.peer.path.startsWith(home)) return;
    const { type, limit, code } = event as { type: string; limit?: string; code?: number };
    this.#events.push([type, limit ?? code].filter((one) => one !== undefined).join(" "));
    const { error } = event as { error?: unknown };
    this.#events.push(`text ${JSON.stringify(event)} ${error}`);
  }
}

const cases = new Map<number, Case>();

/** What the honest server calls. */
export const attacked = {
  connect(id: number, attack: Attack): Promise<boolean> {
    const made = new Case();
    cases.set(id, made);
    return made.connect(attack);
  },
  probe: (id: number): Promise<unknown> => cases.get(id)!.probe(),
  async finish(id: number, goesOn: boolean): Promise<Report> {
    const report = await cases.get(id)!.finish(goesOn);
    cases.delete(id);
    return report;
  },
};

const connector = new WebSocketConnector<null, typeof attacked, null>(null, attacked);
await connector.connect(home);
await connector.join();
