import type { ConnectionEvent } from "../../../mod.ts";

/** What the attacked end's own calls are called. */
export interface Called {
  first(): Promise<unknown>;
  second(): Promise<unknown>;
}

/** What became of a call. */
type Outcome = { readonly value: unknown } | { readonly error: string } | "waits";

/** What the attacked servers tell of each connection, by the path that it asked for. */
export class Journal {
  readonly #events = new Map<string, string[]>();
  readonly #outcomes = new Map<string, [Outcome, Outcome]>();

  /** Of a server: what an operator may want to log. */
  add(event: ConnectionEvent): void {
    const { path } = event.peer;
    const events = this.#events.get(path) ?? [];
    this.#events.set(path, events);
    events.push(`${event.type}${detailOf(event)}`);
    // whatever a logger would print of it
    const { error } = event as { readonly error?: unknown };
    events.push(`text ${JSON.stringify(event)} ${error instanceof Error ? error.stack : ""}`);
  }

  /** Makes the two calls of the attacked end's own. */
  follows(path: string, driver: Called): void {
    const outcomes: [Outcome, Outcome] = ["waits", "waits"];
    this.#outcomes.set(path.split("?")[0]!, outcomes);
    [driver.first(), driver.second()].forEach((call, index) => {
      call.then(
        (value) => outcomes[index] = { value },
        (error) => outcomes[index] = { error: textOf(error) },
      );
    });
  }

  /** What was told of a path. */
  events(path: string): string[] {
    return this.#events.get(path) ?? [];
  }

  /** What became of the two calls. */
  outcomes(path: string): [Outcome, Outcome] | undefined {
    return this.#outcomes.get(path);
  }

  /** Bytes of memory that this process holds. */
  memory(): number {
    return Deno.memoryUsage().rss;
  }
}

/** What was thrown, as text. */
export function textOf(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
  return `thrown ${JSON.stringify(thrown)}`;
}

function detailOf(event: ConnectionEvent): string {
  switch (event.type) {
    case "limit":
      return ` ${event.limit}`;
    case "refused":
      return event.status === undefined ? "" : ` ${event.status}`;
    case "close":
    case "disconnect":
      return ` ${event.code}`;
    case "error":
    case "thrown":
    case "open":
    case "reconnecting":
    case "reconnect":
      return "";
    default:
      return event satisfies never;
  }
}
