import { pause, show } from "./check.ts";
import type { Acceptor, Library, Remote } from "./library.ts";
import { RESULTS, THROWN, UNTELLABLE } from "./outcomes.ts";
import { reachable } from "./reachable.ts";

/** What a provider of the scenarios knows of its connection. */
export interface Visit {
  readonly lib: Library;
  readonly acceptor: Acceptor;
  note(event: string, value?: unknown): void;
}

/** What an error is, as it can be told over the wire. */
export interface Told {
  readonly name: unknown;
  readonly message: unknown;
  readonly status: unknown;
  readonly isError: boolean;
  readonly isWebSocketError: boolean;
  readonly isClosed: boolean;
  readonly isNotSent: boolean;
}

/** Tells of an error at the end where it was caught. */
export function tell(lib: Library, error: unknown): Told {
  const { name, message, status } = error as Record<string, unknown>;
  const isA = (one: Library["NotSentError"]): boolean => one !== undefined && error instanceof one;
  return {
    name,
    message,
    status,
    isError: error instanceof Error,
    isWebSocketError: error instanceof lib.WebSocketError,
    isClosed: isA(lib.ConnectionClosedError),
    isNotSent: isA(lib.NotSentError),
  };
}

/** What must not be reached, and says so in the journal when it is. */
function unreachable({ note }: Visit): object {
  const reached = (name: string) => (): string => {
    note("reached", name);
    return "reached";
  };
  return {
    _hidden: reached("_hidden"),
    hidden_: reached("hidden_"),
    edge: { _inner: reached("_inner"), inner_: { f: reached("inner_") } },
    atom: 7,
    text: "text",
    nothing: null,
    map: new Map([["a", 1]]),
    date: new Date(0),
    array: [1, 2, 3],
  };
}

/** Names that programs give to functions, and that a driver might take for its own. */
function everyday(): object {
  const names = [
    "call",
    "apply",
    "bind",
    "on",
    "off",
    "close",
    "join",
    "name",
    "length",
    "connect",
  ];
  return Object.fromEntries(
    names.map((name) => [name, (x: unknown): string => `remote ${name} of ${show(x)}`]),
  );
}

/** The function of a driver that a dotted path leads to. */
function at(driver: Remote, path: string): Remote {
  return path.split(".").reduce((object, name) => object[name], driver);
}

/** Functions that reach back to the client, or end the connection. */
function reaching(visit: Visit): object {
  const { lib, acceptor, note } = visit;
  const driver = acceptor.getDriver();
  return {
    state: () => acceptor.state,
    async callBack(path: string, ...args: unknown[]): Promise<unknown> {
      try {
        return { value: await at(driver, path)(...args) };
      } catch (error) {
        return { error: tell(lib, error) };
      }
    },
    callBackMany: (path: string, count: number) =>
      Promise.all(Array.from({ length: count }, (_, i) => at(driver, path)(i))),
    countDown: async (n: number): Promise<number> => n <= 0 ? 0 : 1 + await driver.countDown(n - 1),
    hang(): void {
      driver.never().catch((error: unknown) => note("hung", tell(lib, error)));
    },
    closeMe(code?: number, reason?: string): Promise<void> {
      const closed = acceptor.close(code, reason);
      note("state after close()", acceptor.state);
      return closed.then(() => note("closed", acceptor.state));
    },
    async tryTo(
      member: "accept" | "reject" | "close" | "ping",
      ...args: never[]
    ): Promise<unknown> {
      try {
        await (acceptor[member] as (...args: never[]) => unknown)(...args);
        return undefined;
      } catch (error) {
        return tell(lib, error);
      }
    },
    joins: (ms: number) => acceptor.join(ms),
  };
}

/** Functions that take their time, or remember. */
function lasting({ lib, note }: Visit): object {
  const pushed: number[] = [];
  let release = (): void => {};
  return {
    push: (n: number) => pushed.push(n),
    pushed: () => pushed,
    async later(ms: number, value: unknown): Promise<unknown> {
      note("begun", value);
      await pause(ms);
      note("finished", value);
      return value;
    },
    held: () => new Promise<string>((resolve) => release = () => resolve("released")),
    release: () => release(),
    /** Notes when the signal of the call aborts: only a library of ours has one. */
    watch(): Promise<never> {
      const { signal } = lib.currentCall!();
      note("begun", "watch");
      signal.addEventListener("abort", () => note("aborted"));
      return new Promise(() => {});
    },
    never: () => new Promise(() => {}),
  };
}

/** All that the scenarios offer. */
export function everything(visit: Visit): object {
  return {
    ...reachable(),
    ...unreachable(visit),
    ...everyday(),
    ...reaching(visit),
    ...lasting(visit),
    plus: (x: number, y: number) => x + y,
    same: (value: unknown) => value,
    shown: (...args: unknown[]) => show(args),
    give: (name: string) => RESULTS[name]!(),
    untellable: (name: string) => UNTELLABLE[name]!(visit.acceptor),
    raise(name: string): never {
      throw THROWN[name]!();
    },
    async raiseLater(name: string): Promise<never> {
      await pause(1);
      throw THROWN[name]!();
    },
    size: (text: string) => text.length,
    filled: (size: number) => "x".repeat(size),
  };
}
