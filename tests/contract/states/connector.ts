import { assertEquals, assertRejects } from "@std/assert";
import { ConnectionClosedError, WebSocketError } from "../../../mod.ts";
import { until } from "../../helpers/waiting.ts";
import { inTime } from "../check.ts";
import {
  type AnyConnector,
  calls,
  type Fixture,
  joinsAtOnce,
  type Network,
  newConnector,
  RECONNECTING,
  refuses,
  sendsNothing,
  type Table,
  waitsFor,
  waitsToCall,
} from "./fixture.ts";

/** The states of a connector, as the columns of its table. */
export type ConnectorState =
  | "none"
  | "none after a failed connect"
  | "connecting"
  | "open"
  | "away"
  | "closing"
  | "closed";

/** What is done with a connector, as the rows of its table. */
export type ConnectorAct = "connect()" | "a call" | "join()" | "close()" | "dispose";

/** A connector in a state. */
export interface ConnectorSubject {
  readonly connector: AnyConnector;
  readonly url: string;
  readonly network: Network;
  /** The `connect()` or `close()` under way. */
  readonly underWay: Promise<void>;
}

const NUMBERS: { readonly [S in ConnectorState]: number } = {
  "none": -1,
  "none after a failed connect": -1,
  "connecting": 0,
  "open": 1,
  "away": 0,
  "closing": 2,
  "closed": 3,
};

/** Brings a connector into a state. */
export async function connectorIn(
  state: ConnectorState,
  { url, network }: Fixture,
): Promise<ConnectorSubject> {
  const connector = newConnector();
  let underWay = Promise.resolve();
  switch (state) {
    case "none":
      break;
    case "none after a failed connect":
      await assertRejects(() => connector.connect(`${url}/reject`), WebSocketError, "no");
      break;
    case "connecting":
      underWay = connector.connect(`${url}/never`);
      underWay.catch(() => {}); // the cell looks at it, or nobody
      break;
    case "away":
      await connector.connect(network.url, RECONNECTING);
      network.cut();
      await until(() => connector.state === 0, "the connector has noticed");
      break;
    case "open":
    case "closing":
    case "closed":
      await connector.connect(url);
      if (state === "open") break;
      underWay = connector.close(3005, "enough");
      if (state === "closed") await underWay;
      break;
    default:
      state satisfies never;
  }
  assertEquals(connector.state, NUMBERS[state]);
  return { connector, url, network, underWay };
}

/** Ends whatever a cell has left. */
export async function endOf({ connector, underWay }: ConnectorSubject): Promise<void> {
  if (connector.state >= 0 && connector.state < 3) await connector.close();
  await underWay.catch(() => {});
}

type Cell = (subject: ConnectorSubject) => Promise<void>;

const dials: Cell = async ({ connector, url }) => {
  const connecting = connector.connect(url);
  assertEquals(connector.state, 0);
  await inTime(connecting, "the connect");
  assertEquals(connector.state, 1);
  await calls(connector);
};

const refusesToConnect = (state: string): Cell => async ({ connector, url }) => {
  const before = connector.state;
  await refuses(connector.connect(url), "Cannot connect: ", state);
  if (before !== 2) assertEquals(connector.state, before); // a closing goes on by itself
  if (before === 1) await calls(connector);
};

const endsTheAttempt = (act: (connector: AnyConnector) => Promise<void>): Cell => {
  return async ({ connector, underWay }) => {
    const failing = assertRejects(() => underWay, ConnectionClosedError, "Cannot connect");
    const closing = act(connector);
    assertEquals(connector.state, -1);
    await inTime(closing, "the close");
    await inTime(failing, "the end of the attempt");
    assertEquals(connector.state, -1);
  };
};

const closes = (act: (connector: AnyConnector) => Promise<void>): Cell => async ({ connector }) => {
  const closing = act(connector);
  assertEquals(connector.state, 2);
  assertEquals(await inTime(closing, "the close"), undefined);
  assertEquals(connector.state, 3);
};

const endsAtOnce = (act: (connector: AnyConnector) => Promise<void>): Cell => {
  return async ({ connector }) => {
    const call = sendsNothing(connector, "the connection closed before the call was sent");
    const joined = connector.join();
    const closing = act(connector);
    assertEquals(connector.state, 3);
    assertEquals(await inTime(closing, "the close"), undefined);
    await inTime(Promise.all([call, joined]), "the end");
  };
};

const shares = (act: (connector: AnyConnector) => Promise<void>): Cell => {
  return async ({ connector, underWay }) => {
    const order: string[] = [];
    const both = [
      underWay.then(() => order.push("first")),
      act(connector).then(() => order.push("second")),
    ];
    assertEquals(connector.state, 2);
    await inTime(Promise.all(both), "the closes");
    assertEquals(order, ["first", "second"]);
    assertEquals(connector.state, 3);
  };
};

const close = (connector: AnyConnector): Promise<void> => connector.close();
const dispose = (connector: AnyConnector): Promise<void> => connector[Symbol.asyncDispose]();

const doesNothing = (state: number): Cell => async ({ connector }) => {
  assertEquals(await inTime(dispose(connector), "the disposal"), undefined);
  assertEquals(connector.state, state);
};

const closesNothing = (state: number): Cell => async ({ connector }) => {
  assertEquals(await inTime(connector.close(3006, "again"), "the close"), undefined);
  assertEquals(connector.state, state);
};

const NONE = "the connector isn't connected. Call connect() first.";
const CONNECTING = "the connector is still connecting. Await connect() first.";
const OPEN = "the connector is already connected. Call close() first.";
const CLOSING = "the connection is closing. Await close(), then call connect() again.";
const CLOSED = "the connection is closed. Call connect() again.";

/** What each act comes to in each state. */
export const CONNECTOR: Table<ConnectorAct, ConnectorState, ConnectorSubject> = {
  "connect()": {
    "none": dials,
    "none after a failed connect": dials,
    "connecting": refusesToConnect("the connector is still connecting"),
    "open": refusesToConnect(OPEN),
    "away": refusesToConnect("the connector is reconnecting. Call close() first."),
    "closing": refusesToConnect(CLOSING),
    "closed": dials,
  },
  "a call": {
    "none": ({ connector }) => sendsNothing(connector, NONE),
    "none after a failed connect": ({ connector }) => sendsNothing(connector, NONE),
    "connecting": ({ connector }) => sendsNothing(connector, CONNECTING),
    "open": ({ connector }) => calls(connector),
    "away": ({ connector, network }) => waitsToCall(connector, network),
    "closing": ({ connector }) => sendsNothing(connector, "the connection is closing"),
    "closed": ({ connector }) => sendsNothing(connector, CLOSED),
  },
  "join()": {
    "none": ({ connector }) => refuses(connector.join(), "Cannot join: ", NONE),
    "none after a failed connect": ({ connector }) => refuses(connector.join(5), "Cannot join: "),
    "connecting": ({ connector }) => refuses(connector.join(), "Cannot join: ", CONNECTING),
    "open": ({ connector }) => waitsFor(connector, () => connector.close()),
    "away": ({ connector }) => waitsFor(connector, () => connector.close()),
    "closing": ({ connector, underWay }) => waitsFor(connector, () => underWay),
    "closed": ({ connector }) => joinsAtOnce(connector),
  },
  "close()": {
    "none": closesNothing(-1),
    "none after a failed connect": closesNothing(-1),
    "connecting": endsTheAttempt(close),
    "open": closes(close),
    "away": endsAtOnce(close),
    "closing": shares(close),
    "closed": closesNothing(3),
  },
  "dispose": {
    "none": doesNothing(-1),
    "none after a failed connect": doesNothing(-1),
    "connecting": endsTheAttempt(dispose),
    "open": closes(dispose),
    "away": endsAtOnce(dispose),
    "closing": shares(dispose),
    "closed": doesNothing(3),
  },
};
