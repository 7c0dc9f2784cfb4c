import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { StateError } from "../../../mod.ts";
import { until } from "../../helpers/waiting.ts";
import { inTime, isSettled } from "../check.ts";
import {
  type AnyAcceptor,
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

/** The states of an acceptor, as the columns of its table. */
export type AcceptorState =
  | "undecided"
  | "rejecting"
  | "open"
  | "away"
  | "closing"
  | "closed"
  | "closed because the peer left undecided";

/** What is done with an acceptor, as the rows of its table. */
export type AcceptorAct = "accept()" | "reject()" | "a call" | "join()" | "close()" | "ping()";

/** An acceptor, and how it gets into the state that a cell is about. */
export interface AcceptorSubject {
  readonly acceptor: AnyAcceptor;
  readonly connector: AnyConnector;
  readonly network: Network;
  /** The client's `connect()`: what it was rejected with, or `undefined`. */
  readonly connecting: Promise<unknown>;
  /**
   * The last step into the state: gives the `reject()` or `close()` that is under way. A cell takes
   * it in the turn in which it acts, because a rejection is over some microtasks later.
   */
  enter(): Promise<void>;
}

const NUMBERS: { readonly [S in AcceptorState]: number } = {
  "undecided": -1,
  "rejecting": -2,
  "open": 1,
  "away": 1,
  "closing": 2,
  "closed": 3,
  "closed because the peer left undecided": 3,
};

/** Brings an acceptor to the last step before a state. */
export async function acceptorBefore(
  state: AcceptorState,
  fixture: Fixture,
): Promise<AcceptorSubject> {
  const connector = newConnector();
  const isAway = state === "away";
  const isAccepted = isAway || state === "open" || state === "closing" || state === "closed";
  const { network } = fixture;
  const url = isAway ? network.url : `${fixture.url}${isAccepted ? "" : "/never"}`;
  const connecting = connector.connect(url, isAway ? RECONNECTING : {})
    .then(() => undefined, (error: unknown) => error);
  const acceptor = await fixture.acceptor();
  if (isAccepted) await connecting;
  if (isAway) {
    network.cut();
    await until(() => connector.state === 0, "the connector has noticed");
  }
  if (state === "closed") await acceptor.close(3005, "enough");
  if (state === "closed because the peer left undecided") {
    await connector.close();
    await untilClosed(acceptor);
  }
  const enter = (): Promise<void> => {
    let underWay = Promise.resolve();
    if (state === "rejecting") underWay = acceptor.reject(3001, "no");
    if (state === "closing") underWay = acceptor.close(3005, "enough");
    assertEquals(acceptor.state, NUMBERS[state]);
    return underWay;
  };
  return { acceptor, connector, network, connecting, enter };
}

/** Undecided, `join` refuses: there is nothing to wait by but the state. */
async function untilClosed(acceptor: AnyAcceptor): Promise<void> {
  for (let turn = 0; turn < 12_000 && acceptor.state !== 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Ends whatever a cell has left. */
export async function endOf({ acceptor, connector, connecting }: AcceptorSubject): Promise<void> {
  if (acceptor.state === -1) await acceptor.reject();
  await connecting;
  if (connector.state >= 0 && connector.state < 3) await connector.close();
}

type Cell = (subject: AcceptorSubject) => Promise<void>;

const opensAtOnce: Cell = async ({ acceptor, connector, connecting, enter }) => {
  await enter();
  const accepting = acceptor.accept({ echo: (value: unknown) => value });
  assertEquals(acceptor.state, 1);
  const call = acceptor.getDriver().echo("right after accept()");
  await inTime(accepting, "the acceptance");
  assertEquals(await inTime(call, "the return"), "right after accept()");
  assertEquals(await connecting, undefined);
  await calls(connector);
};

const refusesTo = (act: "accept" | "reject", state: string): Cell => {
  return async ({ acceptor, enter }) => {
    const underWay = enter();
    const before = acceptor.state;
    const refused = act === "accept" ? acceptor.accept(null) : acceptor.reject(3009, "again");
    assertEquals(acceptor.state, before);
    await refuses(refused, `Cannot ${act}: `, state);
    if (before === 1) await calls(acceptor);
    await underWay;
  };
};

const refusesAway = (act: "accept" | "reject"): Cell => async ({ acceptor, enter }) => {
  await enter();
  const refused = act === "accept" ? acceptor.accept(null) : acceptor.reject(3009, "again");
  await refuses(refused, `Cannot ${act}: the client is reconnecting`);
  assertEquals(acceptor.state, 1);
};

const rejects: Cell = async ({ acceptor, connecting, enter }) => {
  await enter();
  const rejecting = acceptor.reject(3001, "no");
  assertEquals(acceptor.state, -2);
  assertEquals(await isSettled(rejecting), true, "it waits for nobody");
  assertEquals(acceptor.state, 3);
  assertEquals(await rejecting, undefined);
  const { status, message } = await connecting as { status: number; message: string };
  assertEquals([status, message], [3001, "no"]);
};

const sends = (state: string): Cell => async ({ acceptor, enter }) => {
  const underWay = enter();
  await sendsNothing(acceptor, state);
  await underWay;
};

const refusesToJoin: Cell = async ({ acceptor, enter }) => {
  await enter();
  await refuses(acceptor.join(), "Cannot join: ", UNDECIDED);
  await refuses(acceptor.join(5), "Cannot join: ");
};

const joinsLater: Cell = ({ acceptor, enter }) => {
  const underWay = enter();
  const joins = [acceptor.join(), acceptor.join(60_000)];
  return inTime(Promise.all([...joins, underWay]), "the joins").then((results) => {
    assertEquals(results, [undefined, true, undefined]);
    assertEquals(acceptor.state, 3);
  });
};

const refusesToClose = (state: string): Cell => async ({ acceptor, enter }) => {
  const underWay = enter();
  await refuses(acceptor.close(), "Cannot close: ", state);
  await underWay;
};

const sharesTheClosing: Cell = async ({ acceptor, enter }) => {
  const order: string[] = [];
  const both = [
    enter().then(() => order.push("first")),
    acceptor.close(3006, "again").then(() => order.push("second")),
  ];
  assertEquals(acceptor.state, 2);
  await inTime(Promise.all(both), "the closes");
  assertEquals(order, ["first", "second"]);
};

const closesNothing: Cell = async ({ acceptor, enter }) => {
  await enter();
  assertEquals(await isSettled(acceptor.close(3006, "again")), true, "there is nothing to close");
  assertEquals(acceptor.state, 3);
};

const waitsForTheEnd: Cell = async ({ acceptor, connecting, enter }) => {
  const underWay = enter();
  await inTime(Promise.all([underWay, acceptor.close(3006, "again")]), "the rejection");
  assertEquals([acceptor.state, (await connecting as { status: number }).status], [3, 3001]);
};

const pingsNobody: Cell = async ({ acceptor, enter }) => {
  const underWay = enter();
  const before = acceptor.state;
  assertEquals([acceptor.ping(1), acceptor.state], [undefined, before]);
  await underWay;
  assertEquals(acceptor.state, before === 1 ? 1 : 3);
};

const throws = (state: string): Cell => async ({ acceptor, enter }) => {
  const underWay = enter();
  const { message } = assertThrows(() => acceptor.ping(1_000), StateError);
  assertEquals(message.slice(0, message.indexOf(":")), "Cannot ping");
  assertStringIncludes(message, state);
  await underWay;
};

const UNDECIDED = "the client hasn't been accepted";
const REJECTING = "the client is being rejected";
const OPEN = "the client has already been accepted";
const CLOSING = "the connection is closing";
const CLOSED = "the connection is closed";

/** What each act comes to in each state. */
export const ACCEPTOR: Table<AcceptorAct, AcceptorState, AcceptorSubject> = {
  "accept()": {
    "undecided": opensAtOnce,
    "rejecting": refusesTo("accept", REJECTING),
    "open": refusesTo("accept", OPEN),
    "away": refusesAway("accept"),
    "closing": refusesTo("accept", CLOSING),
    "closed": refusesTo("accept", CLOSED),
    "closed because the peer left undecided": refusesTo("accept", CLOSED),
  },
  "reject()": {
    "undecided": rejects,
    "rejecting": refusesTo("reject", REJECTING),
    "open": refusesTo("reject", OPEN),
    "away": refusesAway("reject"),
    "closing": refusesTo("reject", CLOSING),
    "closed": refusesTo("reject", CLOSED),
    "closed because the peer left undecided": refusesTo("reject", CLOSED),
  },
  "a call": {
    "undecided": sends(`${UNDECIDED}. Call accept() first.`),
    "rejecting": sends(REJECTING),
    "open": ({ acceptor, enter }) => enter().then(() => calls(acceptor)),
    "away": ({ acceptor, enter, network }) => enter().then(() => waitsToCall(acceptor, network)),
    "closing": sends(CLOSING),
    "closed": sends(CLOSED),
    "closed because the peer left undecided": sends(CLOSED),
  },
  "join()": {
    "undecided": refusesToJoin,
    "rejecting": joinsLater,
    "open": ({ acceptor, enter }) => enter().then(() => waitsFor(acceptor, () => acceptor.close())),
    "away": ({ acceptor, enter }) => enter().then(() => waitsFor(acceptor, () => acceptor.close())),
    "closing": joinsLater,
    "closed": ({ acceptor, enter }) => enter().then(() => joinsAtOnce(acceptor)),
    "closed because the peer left undecided": ({ acceptor, enter }) =>
      enter().then(() => joinsAtOnce(acceptor)),
  },
  "close()": {
    "undecided": refusesToClose(UNDECIDED),
    "rejecting": waitsForTheEnd,
    "open": async ({ acceptor, enter }) => {
      await enter();
      const closing = acceptor.close();
      assertEquals(acceptor.state, 2);
      assertEquals(await inTime(closing, "the close"), undefined);
      assertEquals(acceptor.state, 3);
    },
    "away": async ({ acceptor, enter }) => {
      await enter();
      const call = sendsNothing(acceptor, "the connection closed before the call was sent");
      const closing = acceptor.close();
      assertEquals(acceptor.state, 3);
      assertEquals(await inTime(closing, "the close"), undefined);
      await inTime(call, "the end of the call");
    },
    "closing": sharesTheClosing,
    "closed": closesNothing,
    "closed because the peer left undecided": closesNothing,
  },
  "ping()": {
    "undecided": throws(UNDECIDED),
    "rejecting": pingsNobody,
    "open": async ({ acceptor, enter }) => {
      await enter();
      assertEquals(acceptor.ping(1_000), undefined);
      await calls(acceptor);
    },
    "away": async ({ acceptor, connector, network, enter }) => {
      await enter();
      assertEquals(acceptor.ping(1_000), undefined);
      network.mend();
      await calls(connector);
    },
    "closing": pingsNobody,
    "closed": pingsNobody,
    "closed because the peer left undecided": pingsNobody,
  },
};
