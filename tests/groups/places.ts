import { currentCall, Group, type GroupEvent, type GroupOptions, type Member } from "../../mod.ts";
import type { WebSocketConnector } from "../../mod.ts";
import type { Bus } from "../../mod.ts";
import type { Acceptor, Connector } from "../helpers/ends.ts";
import { connectedTo, opened, type Server } from "../helpers/servers.ts";
import { until } from "../helpers/waiting.ts";

/** What each member of the tests has. */
export interface Guest {
  hear(text: unknown): void;
  add(x: number, y: number): number;
  echo(value: unknown): unknown;
  fail(code: number): void;
  wait(): Promise<string>;
}

/** What others see of each member. */
export interface Name {
  readonly name: string;
}

/** A member: the server's side of its connection, and the client's. */
export interface Seat {
  readonly member: Member<Name>;
  readonly acceptor: Acceptor;
  readonly connector: Connector;
  /** What it heard, in order. */
  readonly heard: unknown[];
  /** How many calls of `wait` run, and how many were canceled. */
  readonly waits: { begun: number; canceled: number };
}

/** A process of a test: a server, and a group on a bus. */
export interface Place extends AsyncDisposable {
  readonly group: Group<Guest, Name>;
  readonly events: GroupEvent<Name>[];
  /** Connects a client, and makes it a member. */
  join(name: string, options?: WebSocketConnector.ConnectOptions): Promise<Seat>;
  /** The names of members that joined and left, as `+Ada` and `-Ada`, in order. */
  readonly log: string[];
}

/** The provider of a client. */
export function guest(): { provider: Guest; heard: unknown[]; waits: Seat["waits"] } {
  const heard: unknown[] = [];
  const waits = { begun: 0, canceled: 0 };
  const provider: Guest = {
    hear: (text) => void heard.push(text),
    add: (x, y) => x + y,
    echo: (value) => value,
    fail(code) {
      throw Object.assign(new RangeError("out of range"), { code });
    },
    wait() {
      waits.begun++;
      const { signal } = currentCall();
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          waits.canceled++;
          reject(signal.reason);
        });
      });
    },
  };
  return { provider, heard, waits };
}

/** Opens a group of a name on a bus, with a server of its own. */
export async function placed(
  name: string,
  bus: Bus | undefined,
  options: Omit<GroupOptions<Name>, "bus" | "onEvent"> & {
    readonly server?: Parameters<typeof opened>[1];
  } = {},
): Promise<Place> {
  const { server: serverOptions, ...groupOptions } = options;
  const events: GroupEvent<Name>[] = [];
  const log: string[] = [];
  const onEvent = (event: GroupEvent<Name>): void => {
    events.push(event);
    if (event.type === "join") log.push(`+${event.member.info.name}`);
    if (event.type === "leave") log.push(`-${event.member.info.name}`);
  };
  const group = new Group<Guest, Name>(name, { ...groupOptions, bus, onEvent });
  await group.open();
  const acceptors: Acceptor[] = [];
  const server: Server = await opened(async (acceptor) => {
    await acceptor.accept(null);
    acceptors.push(acceptor);
  }, serverOptions);
  const connectors: Connector[] = [];
  return {
    group,
    events,
    log,
    async join(name, options) {
      const { provider, heard, waits } = guest();
      const count = acceptors.length;
      const connector = await connectedTo(server, options, provider);
      connectors.push(connector);
      await until(() => acceptors.length > count, "the server has accepted");
      const acceptor = acceptors[count]!;
      return { member: group.add(acceptor, { name }), acceptor, connector, heard, waits };
    },
    async [Symbol.asyncDispose]() {
      await group.close();
      for (const connector of connectors) await connector.close();
      await server.close();
    },
  };
}

/** The names of members, sorted. */
export function namesOf(members: readonly Member<Name>[]): string[] {
  return members.map(({ info }) => info.name).sort();
}
