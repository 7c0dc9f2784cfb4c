/** The page: what it shows, what it calls, and what it does when the server goes away. */
import { type Driver, WebSocketConnector, WebSocketError } from "../../mod.ts";
import type { Greeting, Message, Page, Room } from "./shared.ts";

const WAIT_AT_MOST = 8_000;

const at = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const name = at<HTMLInputElement>("name");
const text = at<HTMLInputElement>("text");

const page: Page = {
  said: show,
  people: showPeople,
  counted: (value, by) => showCount(value, `${by} moved it`),
};

let room: Driver<Room> | undefined;
let leave = (): void => {};

at<HTMLFormElement>("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  leave();
  void stay(name.value);
});
at<HTMLFormElement>("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const said = text.value;
  text.value = "";
  void call((room) => room.say(said));
});
at("more").addEventListener("click", () => void call((room) => room.counter.add(1)));
at("less").addEventListener("click", () => void call((room) => room.counter.add(-1)));

/** Connects, and connects again whenever the server is gone, until somebody else enters here. */
async function stay(asName: string): Promise<void> {
  let isOver = false;
  const connector = new WebSocketConnector<Greeting, Page, Room>({ name: asName }, page);
  leave = () => {
    isOver = true;
    connector.close().catch(() => {}); // it may not be open
  };
  for (let wait = 500; !isOver; wait = Math.min(wait * 2, WAIT_AT_MOST)) {
    try {
      state("connecting", "Connecting …");
      await connector.connect(`${location.origin}/room`, { timeout: 5_000 });
      wait = 500;
      await enter(connector.getDriver(), asName);
      await connector.join();
    } catch (error) {
      if (error instanceof WebSocketError && error.status === 3001) {
        return state("off", error.message);
      }
    }
    room = undefined;
    document.body.dataset.inside = "no";
    if (!isOver) await countDown(wait);
  }
}

async function enter(driver: Driver<Room>, asName: string): Promise<void> {
  room = driver;
  state("open", `Connected as ${asName}`);
  document.body.dataset.inside = "yes";
  const { history, people } = await timed(() => driver.enter());
  at("messages").replaceChildren();
  history.forEach(show);
  showPeople(people);
  showCount(await driver.counter.value(), "");
  text.focus();
}

async function countDown(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    state("off", `The server is gone, trying again in ${Math.ceil(left / 1_000)} s`);
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 500)));
  }
}

/** A call whose failure the user should see, and whose time is shown. */
async function call(make: (room: Driver<Room>) => Promise<unknown>): Promise<void> {
  const inside = room;
  if (inside === undefined) return;
  try {
    await timed(() => make(inside));
    at("problem").textContent = "";
  } catch (error) {
    at("problem").textContent = (error as Error).message;
  }
}

async function timed<T>(make: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await make();
  at("latency").textContent = `${(performance.now() - start).toFixed(1)} ms`;
  return result;
}

function state(kind: "connecting" | "open" | "off", words: string): void {
  document.body.dataset.state = kind;
  at("state").textContent = words;
}

function show({ from, text, at: when }: Message): void {
  const line = document.createElement("li");
  const time = new Date(when).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  line.append(part("b", from), part("time", time), part("p", text));
  const list = at("messages");
  list.append(line);
  list.scrollTop = list.scrollHeight;
}

function part(tag: string, content: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = content; // never as HTML: it comes from others
  return element;
}

function showPeople(names: readonly string[]): void {
  at("people").replaceChildren(...names.map((each) => part("li", each)));
}

function showCount(value: number, by: string): void {
  at("count").textContent = String(value);
  at("by").textContent = by;
}
