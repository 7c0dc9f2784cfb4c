/** The page: what it offers to the server, what it calls, and what it shows to the user. */
import {
  DeadlineError,
  type Driver,
  NotSentError,
  RemoteError,
  WebSocketConnector,
} from "../../mod.ts";
import type { Greeting, Page, Room } from "./shared.ts";
import { StayingConnector } from "./stay_connected.ts";
import * as view from "./view.ts";

/** How often the latency is measured, in ms. */
const PING_INTERVAL = 5_000;
/** How long calls wait for the server, in ms. */
const CALL_TIMEOUT = 3_000;

const page: Page = {
  entered: view.showRoom,
  said: view.showMessage,
  people: view.showPeople,
  counted: (count, by) => view.showCount(count, `moved by ${by}`),
};

/** The time from entering to leaving. The driver stays valid across reconnects. */
interface Stay {
  readonly name: string;
  readonly room: Driver<Room>;
  readonly connection: StayingConnector;
}

let stay: Stay | undefined;

view.onEnter(enter);
view.onLeave(leave);
view.onSay(say);
view.onMove(move);
view.onHurry(() => stay?.connection.hurry());
addEventListener("online", () => stay?.connection.hurry());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") stay?.connection.hurry();
});
setInterval(() => void ping(), PING_INTERVAL);

function enter(name: string): void {
  const connector = new WebSocketConnector<Greeting, Page, Room>({ name }, page);
  const connection = new StayingConnector(connector, {
    connecting: () => view.showState("connecting"),
    connected() {
      view.showInside(name);
      view.showProblem("");
      void ping();
    },
    waiting: (ms) => view.showState("waiting", ms),
    refused(reason) {
      leave();
      view.showProblem(reason);
    },
  });
  stay = { name, connection, room: connector.getDriver({ timeout: CALL_TIMEOUT }) };
  void connection.stay(`${location.origin}/room`);
}

function leave(): void {
  stay?.connection.leave();
  stay = undefined;
  view.showOutside();
}

/** Puts the text back into the input if the message wasn't sent. */
async function say(text: string): Promise<void> {
  view.showProblem("");
  const outcome = await call((room) => room.say(text));
  if (outcome === "not done") view.giveBack(text);
  if (outcome === "not known") view.showProblem(`Can't tell whether "${text}" was sent`);
}

async function move(step: number): Promise<void> {
  view.showProblem("");
  await call((room) => room.counter.add(step));
}

async function ping(): Promise<void> {
  if (!view.isOpen()) return;
  const outcome = await call((room) => room.ping());
  if (outcome === "done" && view.isOpen()) view.showState("open"); // the state may be "quiet"
}

/** Makes a call, shows how long it took, and returns whether it ran. */
async function call(
  make: (room: Driver<Room>) => Promise<unknown>,
): Promise<"done" | "not done" | "not known"> {
  const mine = stay;
  if (mine === undefined) return "not done";
  const start = performance.now();
  try {
    await make(mine.room);
    view.showLatency(performance.now() - start);
    return "done";
  } catch (error) {
    if (mine === stay) return explain(error as Error);
    return "done"; // the user has left, so the outcome doesn't matter
  }
}

/** Shows an error, and returns whether the call ran. */
function explain(error: Error): "not done" | "not known" {
  if (error instanceof RemoteError) {
    view.showProblem(error.message); // the server's message
    return "not done";
  }
  if (error instanceof NotSentError) return "not done"; // the page shows that it isn't connected
  if (error instanceof DeadlineError && view.isOpen()) view.showState("quiet");
  return "not known";
}
