/** The page: what it offers to the server, what it calls, and what it shows to the user. */
import {
  callbacks,
  type ConnectionEvent,
  DeadlineError,
  type Driver,
  NotSentError,
  reconnection,
  RemoteError,
  streams,
  structured,
  WebSocketConnector,
  withOptions,
} from "../../mod.ts";
import { contentOf } from "./content.ts";
import type { Greeting, Page, Room } from "./shared.ts";
import * as view from "./view.ts";

/** How often the latency is measured, in ms. */
const PING_INTERVAL = 5_000;
/** How long a ping waits for the server, in ms. */
const PING_TIMEOUT = 3_000;

const page: Page = {
  entered: view.showRoom,
  said: view.showMessage,
  people: view.showPeople,
  counted: (count, by) => view.showCount(count, `moved by ${by}`),
};

type RoomDriver = Driver<Room, false, "structured">;

/** The time from entering to leaving. The driver stays valid across reconnects. */
interface Stay {
  readonly name: string;
  readonly room: RoomDriver;
  readonly connector: WebSocketConnector<Greeting, Page, Room>;
}

let stay: Stay | undefined;

view.onEnter(enter);
view.onLeave(leave);
view.onSay(say);
view.onMove(move);
view.onFile(send);
view.onHurry(() => dispatchEvent(new Event("online"))); // ends the delay before the next attempt
setInterval(() => void ping(), PING_INTERVAL);

function enter(name: string): void {
  if (stay !== undefined) leave(); // the user had no patience
  const connector = new WebSocketConnector<Greeting, Page, Room>({ name }, page);
  stay = { name, connector, room: connector.getDriver<Room, false, "structured">() };
  view.showState("connecting");
  void remain(stay);
}

/** Connects, reconnects, and leaves when the server rejects the user or closes the connection. */
async function remain(mine: Stay): Promise<void> {
  const { connector, name } = mine;
  let reason = "";
  const onEvent = (event: ConnectionEvent): void => {
    if (event.type === "close") reason = event.reason || `Closed with code ${event.code}`;
    if (mine === stay) show(event);
  };
  try {
    await connector.connect(`${location.origin}/room`, {
      use: [reconnection({ first: true, maxDelay: 10_000 }), structured, callbacks, streams],
      timeout: 5_000,
      heartbeat: 4_000,
      onEvent,
    });
    if (mine === stay) view.showInside(name);
    void ping();
    await connector.join(); // not before the connection ends for good
  } catch (error) {
    reason = (error as Error).message;
  }
  if (mine !== stay) return; // the user has left
  leave();
  view.showProblem(reason);
}

function show(event: ConnectionEvent): void {
  switch (event.type) {
    case "disconnect":
      return view.showLatency(undefined);
    case "reconnecting":
      return view.showState("waiting", event.delay);
    case "reconnect":
      view.showState("open");
      return void ping();
  }
}

function leave(): void {
  const left = stay;
  stay = undefined;
  void left?.connector.close();
  view.showOutside();
}

/** Without a connection, the message waits. Puts the text back if it wasn't sent after all. */
async function say(text: string): Promise<void> {
  view.showProblem("");
  view.showUnsent(1);
  const outcome = await call((room) => room.say(text));
  view.showUnsent(-1);
  if (outcome === "not done") view.giveBack(text);
  if (outcome === "not known") view.showProblem(`Can't tell whether "${text}" was sent`);
}

async function move(step: number): Promise<void> {
  view.showProblem("");
  await call((room) => room.counter.add(step));
}

/** Sends a file. The stop button aborts the signal, which ends the stream and the server's loop. */
async function send(file: File, signal: AbortSignal): Promise<void> {
  view.showProblem("");
  view.showUpload(file.name, file.size);
  const upload = { name: file.name, size: file.size, content: contentOf(file) };
  const outcome = await call((room) => {
    return withOptions(room, { signal }).upload(upload, view.showSent);
  });
  view.showUploaded(signal.aborted ? "stopped" : outcome === "done" ? "sent" : "not sent");
}

async function ping(): Promise<void> {
  if (!view.isOpen()) return;
  const outcome = await call((room) => withOptions(room, { timeout: PING_TIMEOUT }).ping());
  if (outcome === "done" && view.isOpen()) view.showState("open"); // the state may be "quiet"
}

/** Makes a call, shows how long it took, and returns whether it ran. */
async function call(
  make: (room: RoomDriver) => Promise<unknown>,
): Promise<"done" | "not done" | "not known"> {
  const mine = stay;
  if (mine === undefined) return "not done";
  const start = performance.now();
  try {
    await make(mine.room);
    if (mine === stay) view.showLatency(performance.now() - start);
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
